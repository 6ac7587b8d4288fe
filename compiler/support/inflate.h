/* inflate.h: unpacking deflate streams (RFC 1951), so that the compiler needs no library for --weights. */
#ifndef NNC_INFLATE_H
#define NNC_INFLATE_H

#include "support.h"

/* Unpacks exactly `size` bytes into out. False where the stream is damaged, ends early, or holds more or less than that. */
bool inflate_raw(const unsigned char *data, size_t length, unsigned char *out, size_t size);

#endif

/* tile.h: contractions in register tiles. Private to loops/. */
#ifndef NNC_TILE_H
#define NNC_TILE_H

#include "build.h"

/* The tiles in which l's sum is computed; NULL where no index serves as the vectors' or the sum is too small to gain. */
tile *tile_choose(lowering *l);

#endif

/* tile.h: sums in register tiles. Private to loops/. */
#ifndef NNC_TILE_H
#define NNC_TILE_H

#include "build.h"

enum { WIDEST = 64, NARROWEST = 16 };  /* bytes of a vector */
enum { LARGE_BYTES = 512 << 10 };      /* bytes of an array that does not stay in a core's own cache */

/* The tiles in which l's sum is computed; NULL where no index serves as the vectors' or the sum is too small to gain. */
tile *tile_choose(lowering *l);
/* The index along which vectors are longer than it is, where none is long enough for one; -1: none serves. */
int lengths_short_run(const lowering *l, expr *body, const conditions *c);
/* Does something lie behind all that vectors along the run read, so that they may be longer than it? */
bool lengths_have_room(const lowering *l, expr *body, int run);
/* The bytes of the vectors of a tile with rows, where other than the widest that fit are better (lengths.c). */
void lengths_fit(const lowering *l, expr *body, tile *t);
/* Is the run of l's sum so short that two indices would better be one? */
bool tile_wants_longer_run(const lowering *l);
/* Is l a sum or a map of the kind that tiles compute? */
bool tile_may_be(const lowering *l);
/* Tiles whose vectors run along the sum itself (dot.c); NULL: none does. */
tile *dot_choose(lowering *l);

/* Tiles of an equation that looks for the largest or smallest of few elements (extremum.c), or reads it; then l->e searches. NULL: it does not, or
 * nothing lies as vectors want it. */
tile *extremum_choose(lowering *l);
/* How a vector along the run finds what is read: 1: contiguous; 2, -2: every second element, of which the last is followed, or the first
 * preceded, by one more; 0: otherwise. */
int extremum_every(const lowering *l, const expr *read, int run);
enum { MOST_LISTED = 1024 };
/* A list, for a tile, of the turns of `position` (MOST_LISTED at most) at which the value is not 0. */
node *tile_list(lowering *l, int position, expr *value);
/* A tile of l along this run, with its outer loops and no kernel yet. */
tile *tile_new(const lowering *l, int run, int row);
/* Does l draw random numbers, read states or change one? Their functions take arguments that those of tiles do not. */
bool tile_is_stateful(const lowering *l);

/* Fill t's kernel; `fixed`: what positions stand for (a batch of one), or NULL each. With a sum, or of the term where no sum is left. */
void kernel_of_sum(lowering *l, tile *t, expr *body, const conditions *c, expr *const fixed[]);
void kernel_of_term(lowering *l, tile *t, expr *body, expr *const fixed[]);
void kernel_of_extremum(lowering *l, tile *t, expr *const terms[], int count, bool largest, bool finds_place);

/* ---- for both ---- */
enum { WITH_ROWS = 3 };                            /* vectors in a row of a tile with rows, where there are 32 registers */
enum { WIDE = 4 };                                 /* vectors in a row of a tile of one row */
enum { MOST_NODES = 40 };                          /* of an expression of vectors: larger ones are computed lane by lane */
int printed_size(const expr *e, int limit);        /* nodes printed for e, counted up to a limit */
bool target_runs(const lowering *l, int p);        /* is what is stored contiguous along p? */
uint32_t lanes(int run);                           /* the positions, as bits, that make a vector of what depends on them */
bool can_vector(const lowering *l, const expr *e, uint32_t along); /* can it be computed for a whole vector? */
bool conditioned(const conditions *c, int position);
bool tile_shares(expr *body, int run, int row);    /* does some read along the run serve all rows? */
int real_size(const lowering *l);                  /* bytes of a real */
node *loop_of(node_list *list, node_kind kind, int position, bool unrolled);
/* A local array of vectors, one for each of a row; with `rows`, of the whole tile. */
tensor *vector_array(lowering *l, node_list *list, const char *name, bool rows);
/* Positions of the node's expressions replaced by what they stand for. */
void fix(node *n, expr *const fixed[]);

#endif

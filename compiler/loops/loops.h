/* loops.h: the loop tree: what stands between equations and the text of the C.
 *
 * Built by lower.c, which makes every choice; printed by emit/, which makes none. Expressions are those of the equations, over
 * the same index positions; a position is a loop variable. Locals are tensors without a place (id -1) of rank 0 or 1. */
#ifndef NNC_LOOPS_H
#define NNC_LOOPS_H

#include "../plan/plan.h"

typedef enum node_kind {
    NODE_BLOCK,        /* body, under a comment */
    NODE_LOOP,         /* for position from the largest of lows to below the smallest of highs */
    NODE_LOCAL,        /* target = value as a new variable; value NULL: an array, not initialised */
    NODE_LIST,         /* target = the turns of position at which value is not 0, as a new array; their number is `<target>_count` */
    NODE_STORE,        /* target[subs] assign value */
    NODE_IF,           /* if (value) body */
    NODE_SAMPLES,      /* body, for `extent` samples at a time */
    NODE_ZERO,         /* target = 0 all over: `extent` elements, as many for each sample of what has some */
    NODE_TRANSPOSE,    /* a copy that swaps two dimensions, in vectors; body: the same in plain loops */
    NODE_TILE,         /* a contraction in register tiles; body: the same in plain loops, for compilers without vectors */
    NODE_CHECK,        /* the function ends here unless all that the body looks at is finite */
    NODE_FINITE,       /* in it: a look at target[subs] */
    /* within the kernel of a tile: */
    NODE_ROWS,         /* for the rows of the tile; position: the index that runs down them */
    NODE_COLUMNS,      /* for its columns, where the vectors run along a sum */
    NODE_STEPS,        /* over the sum along which vectors run; tail: what is left, in one vector that reaches back */
    NODE_VECTORS,      /* for the vectors of a row */
    NODE_LANES,        /* for the elements of a row, one by one */
    NODE_AHEAD         /* asks for what the next tile reads: the element that value reads, a tile's length further along the run; extent: or by rows, which lie so far apart */
} node_kind;

typedef enum assignment { ASSIGN_SET, ASSIGN_ADD, ASSIGN_MUL, ASSIGN_SUB } assignment;

typedef struct node node;
typedef VEC(node *) node_list;

/* Positions of counters: blocks of a copy; columns, rows, and vectors in a row of a tile. */
enum { POSITION_BLOCK = MAX_INDEX - 4, POSITION_COLUMN = MAX_INDEX - 3, POSITION_ROW = MAX_INDEX - 2, POSITION_VECTOR = MAX_INDEX - 1 };

/* How a contraction is computed in registers (tile.c): for each turn of the outer loops, a tile of rows x vectors of the output at a
 * time, its accumulators in registers while the sums run. */
typedef struct tile {
    const equation *e, *next;  /* next: the epilogue, or NULL */
    int run;                   /* the index along the vectors: everything read is contiguous along it, or does not depend on it */
    int row;                   /* the index down the rows; -1: a tile has one row */
    bool dot;                  /* the run is a sum (dot.c): a tile is rows x columns, each a vector of partial sums */
    int column;                /* dot: the index along the columns; -1: one */
    int bytes;                 /* the widest vectors that fit the run: 64, 32 or 16 */
    int outer[MAX_INDEX], outers; /* the other free positions, outermost first */
    bool beyond;               /* a vector is longer than the run: its last lanes are not stored */
    bool searches;             /* for an extremum (extremum.c): what is read may lie two apart */
    bool updates;              /* adds to what is there: lanes that an earlier tile did must be left out */
    node_list kernel;
    int wide;                  /* most vectors in a row of a tile of one or few rows */
    int with_rows;             /* in a row of one with rows, where there are 32 registers */
    node *list;                /* NODE_LIST, made before the tiles: the only turns of a sum that count, or the only rows; NULL: all do */
    struct tile *single;       /* other tiles for a batch of one, where that is worth it: no index is the batch, and no sum over it is left */
} tile;

/* target[subs] = value for all of two positions, which are 0 in both; along the first what is read is contiguous, along the second what is written. */
typedef struct transposition {
    int64_t rows, columns;         /* the extents of the second and of the first */
    int64_t from_step, to_step;    /* elements from one row of what is read to the next; from one column's elements, written, to the next's */
} transposition;

struct node {
    node_kind kind;
    const char *comment;       /* NODE_BLOCK; NODE_CHECK: what is looked at, and where the model says it */
    int position;              /* NODE_LOOP */
    int64_t extent, step;
    bool tail;                 /* the rest of a loop whose steps are `step` long */
    bool listed;               /* counts the entries of the tile's list */
    bool backward;             /* from the last to the first */
    VEC(expr *) lows, highs;   /* further bounds: position >= low, position <= high (INT) */
    tensor *target;            /* NODE_CHECK: what is looked at, too */
    expr **subs;
    expr *value;
    bool constant;             /* NODE_LOCAL: never assigned again */
    bool pointer;              /* NODE_LOCAL: points at the element that value reads */
    bool vector;               /* NODE_STORE: of a vector; NODE_LOCAL: with a value that is one */
    int every;                 /* NODE_LOCAL of a vector: 2, -2: its value is a read of every second element (extremum_every); else 0 */
    reduction totals;          /* NODE_STORE: of the sum of a vector's lanes, or the largest or smallest of them */
    bool rest;                 /* NODE_STORE of a vector: without the lanes that were summed before */
    expr *old;                 /* NODE_STORE of a vector that updates: what was there */
    bool unrolled;             /* NODE_ROWS, NODE_VECTORS; NODE_BLOCK: without the terms that zeros of constants take away */
    bool straight;             /* NODE_BLOCK: its loops are written out */
    assignment assign;
    node_list body;
    const equation *names;     /* NODE_BLOCK, NODE_CHECK, NODE_TILE (for its body): whose index names the loops bear */
    int number;                /* NODE_CHECK: of its comment in the file's list (emit/check.c) */
    tile *tile;                /* NODE_TILE */
    transposition swap;        /* NODE_TRANSPOSE */
};

typedef struct loop_function {
    const routine_plan *plan;
    node_list body;
    node_list checks;          /* all NODE_CHECKs in it */
} loop_function;

/* The loops that compute one routine. */
loop_function *loops_build(const plan *p, const routine_plan *r);
/* Calls f for the nodes of every expression that its text holds; what is stored to counts as a read. */
void loops_each_in(const node_list *list, void (*f)(expr *e, void *context), void *context);
void loops_each(const loop_function *r, void (*f)(expr *e, void *context), void *context);
/* --emit plan: how each equation is computed, and why. */
void loops_print(const plan *p, text *out);

#endif

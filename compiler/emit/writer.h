/* writer.h: the state of writing one C file, and the names in it. Private to emit/. */
#ifndef NNC_WRITER_H
#define NNC_WRITER_H

#include "emit.h"

typedef VEC(const char *) name_list;

typedef struct writer {
    const plan *p;
    const emit_options *o;
    text *out;
    int depth;                 /* of indentation */
    const char *prefix, *upper;
    const char *real;          /* "float" or "double" */
    const routine_plan *r;     /* the routine that is being written, or NULL */
    const bool *named;         /* by tensor id: its loops name it */
    loop_function **loops;     /* by routine */
    /* names.c makes these: */
    name_list locals, arguments;
    const char **values, **outputs; /* arguments: inputs and targets by tensor id, outputs by number */
    const char **params;       /* fields of the params and the state struct, by tensor id: m0.w is m0_w */
    const char **constants;    /* static arrays, without the prefix, by tensor id */
    const char **costs;        /* what a named cost's functions begin with, by number */
    const char **fields;       /* by tensor id: its field in the work, at -O0 */
    name_list checked;         /* --check-finite: what is looked at */
    const char **views;        /* by tensor id: its name in this routine */
    const char *const *index;  /* by position: the loop variable's name */
    const char *index_names[MAX_INDEX];
    const int64_t *extent;     /* of the positions, for ranges */
    const char *int_type;
    uint32_t poly;             /* functions as polynomials that were printed (poly.h) */
    bool as_int;               /* within an integer that is compared or stored: there the sample's number, a size_t, is one like the others */
    bool sigmoid, softplus, floor_div, uniform, gauss; /* helpers that were printed */
    bool state;                /* there is a state struct */
    const tile *tile;          /* the tile whose kernel is being written, or NULL */
    bool in_block;             /* a block of samples is being written: the batch's number is `all` */
    bool vectors;              /* in it: expressions along the run are vectors */
    struct vector_parts *parts; /* vector.c's: the functions of tiles written so far */
} writer;

/* names.c */
void name_file(writer *w);                             /* all but the names within one routine; needs w->loops */
void name_routine(writer *w, const loop_function *f);  /* its views */
void name_positions(writer *w, const equation *e);     /* its loop variables */
const char *batch_name(writer *w);                     /* the loop variable over samples, where no equation names it */
/* c_text.c */
const char *c_name(const char *name);                  /* an identifier: dots become _, claimed names get _ appended */
const char *c_comment(const char *s);                  /* text that cannot end a comment */
const char *c_string(const char *s);                   /* a C string literal */

/* expr_c.c */
void write_expr(writer *w, const expr *e);
void write_int(writer *w, const expr *e);
void write_access(writer *w, const tensor *t, expr *const *subs);
void write_real(writer *w, double value);
const char *op_as_poly(const writer *w, op o);          /* its function where it is a polynomial; else NULL */

void write_operand(writer *w, const expr *e);           /* as an argument of * or / */

/* vector.c */
void write_tile(writer *w, const node *n);              /* the call; its functions go before the routine */
void write_tile_node(writer *w, const node *n);         /* a node that only kernels have */
void write_samples(writer *w, const node *n);           /* samples.c: the loop over blocks of samples; the function for one goes before the routine */
void write_transpose(writer *w, const node *n);         /* transpose.c */
bool write_vector(writer *w, const expr *e);            /* false: e is a scalar, or an operation written as one */
void write_vector_store(writer *w, const node *n);
void write_new_tiles(writer *w);                        /* the functions of tiles since the last call */
void write_vector_types(writer *w);                     /* what they all need */
void write_vector_end(writer *w);                       /* after the last function */

/* body.c */
const char *view_declaration(const writer *w, const routine_plan *r, const tensor *t); /* `const float (*z0)[600]` */
const char *list_count(const node *list);  /* the name of the variable that counts a NODE_LIST's entries */
void write_list(writer *w, const node_list *list);
void write_views(writer *w, const routine_plan *r);
void write_body(writer *w, const loop_function *f);
void line(writer *w, const char *format, ...) NNC_PRINTF(2, 3);   /* one indented line */
void start(writer *w);                                            /* the indentation alone */

/* check.c */
void number_checks(writer *w);                          /* fills w->checked */
void write_check(writer *w, const node *n);
void write_checked_interface(writer *w);                /* what the caller needs to read NN_EFINITE + i */
void write_checked(writer *w);

/* header.c */
void write_banner(writer *w);
void write_interface(writer *w);                        /* the header, without its guard */
bool has_model(const writer *w);                        /* does the text have an nn_model? */
const char *tensor_told(const writer *w, const tensor *t);                    /* "m0.w[60, 600]; line 6", for comments */
const char *memory_shape(const writer *w, const tensor *t, const place *at); /* "[60][600]": the extents in memory order */
/* init.c, descriptor.c */
void write_init(writer *w);
void write_zero_padding(writer *w, const char *in, const tensor *t, const place *at); /* of the parameter t in the struct `in` */
void write_first_value(writer *w, const tensor *t, const place *at, const char *owner, int stream);
void write_descriptor(writer *w);
uint32_t model_hash(const plan *p);

/* cfile.c */
bool is_read(const routine *r, const tensor *t);        /* by its equations */
loop_function **loops_of_all(const plan *p);            /* by routine */
bool *constants_used(const plan *p, loop_function *const *loops, bool inference); /* by tensor id: the constants that the C holds, baked parameters among them */

/* signature.c */
void write_prototype(writer *w, const routine *r);
const char *function_name(const writer *w, const routine *r);
const char *routine_symbol(const writer *w, const routine *r);   /* what follows the prefix: "forward", "NAME_grad" */
bool has_params(const plan *p);
/* state.c */
bool has_state(const writer *w);
int64_t state_bytes(const plan *p);                     /* sizeof the state struct; 0: there is none */
bool routine_draws(const routine *r);                   /* random numbers */
bool model_draws(const writer *w);
int64_t state_offset(const writer *w);                  /* reals before the first state: what noise needs */
void write_state_struct(writer *w);
void write_reset(writer *w);
void write_noise_helpers(writer *w);

#endif

/* stages.c: calls of the library's stages and costs: what they take, with which options, which parameters come of it. */
#include "build.h"

#include <string.h>

static statement *simple(statement_kind kind, value *out)
{
    statement *s = fresh(sizeof *s);
    s->kind = kind;
    s->out = out;
    return s;
}

static bool has_shape(const value *v, int rank, const int *dims)
{
    bool same = v->rank == rank;
    for (int d = 0; same && dims && d < rank; d++)
        same = v->dims[d] == dims[d];
    return same;
}

/* ---- what a stage takes ---- */

/* A real of a rank from least to most and of no more elements than that; of these dims where least is most. A new input where there is none, or NULL. */
static const value *argument(builder *b, int least, int most, const int *dims, long size)
{
    const value *found[200];
    int count = 0, made[MOST_DIMS];
    for (int i = b->seen_count - 1; i >= 0; i--) {
        const value *v = b->seen[i];
        bool fits = !v->classes && (b->targets || !v->target) && v->size <= size && v->rank >= least && v->rank <= most;
        if (fits && (!dims || has_shape(v, least, dims)))
            found[count++] = v;
    }
    if (count && chance(88))
        return found[count > 3 && chance(60) ? choose(3) : choose(count)];
    if (b->m->value_count > 120)
        return NULL;
    int rank = least + choose(most - least + 1);
    for (int d = 0; d < rank; d++) {
        made[d] = dims ? dims[d] : some_extent(size < 12 ? (int)size : 12);
        size /= made[d];
    }
    return size > 0 ? new_value(b, V_INPUT, rank, made, 0) : NULL;
}

/* 0.5 + sigmoid(v), which has a logarithm. */
static const value *positive_of(builder *b, const value *v, statement ***end)
{
    node *read = new_node(N_WHOLE);
    read->value = v;
    statement *s = simple(S_EQUATION, new_value(b, V_COMPUTED, v->rank, v->dims, 0));
    s->form = F_WHOLE;
    s->body = op2(O_ADD, number_node(0.5), op1(O_SIGMOID, read));
    taints(s->body, s->out);
    b->seen[b->seen_count++] = s->out;
    *end = append(*end, s);
    return s->out;
}

static const value *index_argument(builder *b, int rank, const int *dims, int classes)
{
    for (int i = b->seen_count - 1; i >= 0; i--) {
        const value *v = b->seen[i];
        if (v->classes && v->classes <= classes && (b->targets || !v->target) && has_shape(v, rank, dims) && chance(70))
            return v;
    }
    if (b->m->value_count > 120)
        return NULL;
    return new_value(b, b->targets && chance(60) ? V_TARGET : V_INPUT, rank, dims, classes);
}

static int divisor(int n, int most)
{
    int found[8], count = 0;
    for (int k = 1; k <= n && k <= most && count < 8; k++)
        if (n % k == 0)
            found[count++] = k;
    return found[choose(count)];
}

/* ---- options ---- */

static int last_of(const value *v)
{
    return v->dims[v->rank - 1];
}

/* The extent of a window's output along an axis; below 1: it does not fit. */
static int windows(const stage_use *u, int extent, int k)
{
    int left = extent + 2 * u->pad - u->dilation * (k - 1) - 1;
    return left < 0 ? 0 : left / u->stride + 1;
}

static int transposed(const stage_use *u, int extent, int k)
{
    return (extent - 1) * u->stride - 2 * u->pad + u->dilation * (k - 1) + u->out_pad + 1;
}

int stage_shape(const stage_use *u, int dims[MOST_DIMS])
{
    const value *x = u->from[0];
    int rank = x->rank;
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    switch (u->kind) {
    case L_linear: dims[rank - 1] = u->m; break;
    case L_bilinear: case L_rnn_cell: case L_gru_cell: case L_lstm_cell: dims[0] = u->m; break;
    case L_embedding: dims[rank++] = u->m; break;
    case L_nearest: rank--; break;
    case L_transpose: dims[0] = x->dims[1]; dims[1] = x->dims[0]; break;
    case L_conv1d: dims[0] = u->m; dims[1] = windows(u, x->dims[1], u->k); break;
    case L_conv2d: case L_depthwise2d:
        dims[0] = u->kind == L_conv2d ? u->m : x->dims[0] * u->groups;
        dims[1] = windows(u, x->dims[1], u->k);
        dims[2] = windows(u, x->dims[2], u->kw);
        break;
    case L_conv_transpose2d: dims[0] = u->m; dims[1] = transposed(u, x->dims[1], u->k); dims[2] = transposed(u, x->dims[2], u->kw); break;
    case L_maxpool1d: case L_avgpool1d: dims[1] = windows(u, x->dims[1], u->k); break;
    case L_maxpool2d: case L_avgpool2d: dims[1] = windows(u, x->dims[1], u->k); dims[2] = windows(u, x->dims[2], u->k); break;
    case L_upsample2d: dims[1] *= u->k; dims[2] *= u->k; break;
    case L_global_avgpool: rank = 1; break;
    case L_attention: dims[1] = u->from[2]->dims[1]; break;
    case L_layernorm: case L_rmsnorm: case L_groupnorm: case L_batchnorm: case L_dropout: case L_softmax: case L_log_softmax: case L_multihead: case L_gated: break;
    case L_pick: dims[0] = x->dims[1]; rank = 1; break;
    default: rank = 0; break; /* costs */
    }
    return rank;
}

static void add_param(builder *b, stage_use *u, int at, const char *name, int rank, int d0, int d1, int d2, int d3)
{
    int dims[4] = {d0, d1, d2, d3};
    value *v = u->param[at] = new_value(b, V_PARAM, rank, dims, 0);
    v->of_stage = true;
    v->name = text("%s.%s", u->name, name);
}

static void add_state(builder *b, stage_use *u, int at, const char *name, double first)
{
    value *v = u->state[at] = new_value(b, V_STATE, 1, u->from[0]->dims, 0);
    for (int i = 0; i < v->size; i++)
        v->numbers[i] = first;
    v->of_stage = true;
    v->name = text("%s.%s", u->name, name);
}

void stage_params(builder *b, stage_use *u)
{
    const value *x = u->from[0];
    int n = x->rank ? last_of(x) : 1, gates = u->kind == L_rnn_cell ? 1 : u->kind == L_gru_cell ? 3 : 4;
    bool bias = u->bias;
    switch (u->kind) {
    case L_linear: add_param(b, u, 0, "w", 2, u->m, n, 0, 0); break;
    case L_bilinear: add_param(b, u, 0, "w", 3, u->m, n, u->from[1]->size, 0); break;
    case L_gated: add_param(b, u, 0, "g", 1, n, 0, 0, 0); return;
    case L_embedding: add_param(b, u, 0, "w", 2, x->classes, u->m, 0, 0); return;
    case L_nearest: add_param(b, u, 0, "w", 2, u->m, n, 0, 0); return;
    case L_conv1d: add_param(b, u, 0, "w", 3, u->m, x->dims[0] / u->groups, u->k, 0); break;
    case L_conv2d: add_param(b, u, 0, "w", 4, u->m, x->dims[0] / u->groups, u->k, u->kw); break;
    case L_depthwise2d: add_param(b, u, 0, "w", 4, x->dims[0] * u->groups, 1, u->k, u->kw); break;
    case L_conv_transpose2d: add_param(b, u, 0, "w", 4, x->dims[0], u->m / u->groups, u->k, u->kw); break;
    case L_layernorm: case L_rmsnorm: add_param(b, u, 0, "w", 1, n, 0, 0, 0); bias = u->kind == L_layernorm; break;
    case L_groupnorm: case L_batchnorm: add_param(b, u, 0, "w", 1, x->dims[0], 0, 0, 0); bias = true; break;
    case L_multihead:
        add_param(b, u, 0, "w_in", 2, 3 * n, n, 0, 0);
        add_param(b, u, 1, "b_in", 1, 3 * n, 0, 0, 0);
        add_param(b, u, 2, "w_out", 2, n, n, 0, 0);
        add_param(b, u, 3, "b_out", 1, n, 0, 0, 0);
        return;
    case L_rnn_cell: case L_gru_cell: case L_lstm_cell:
        add_param(b, u, 0, "w_ih", 2, gates * u->m, n, 0, 0);
        add_param(b, u, 1, "w_hh", 2, gates * u->m, u->m, 0, 0);
        if (bias) {
            add_param(b, u, 2, "b_ih", 1, gates * u->m, 0, 0, 0);
            add_param(b, u, 3, "b_hh", 1, gates * u->m, 0, 0, 0);
        }
        return;
    default: return;
    }
    if (bias)
        add_param(b, u, 1, "b", 1, u->param[0]->dims[u->kind == L_conv_transpose2d ? 1 : 0] * (u->kind == L_conv_transpose2d ? u->groups : 1), 0, 0, 0);
    if (u->kind == L_batchnorm) {
        add_state(b, u, 0, "running_mean", 0);
        add_state(b, u, 1, "running_var", 1);
    }
}

static void hand_on(const stage_use *u, value *v)
{
    for (int i = 0; i < 3 && u->from[i]; i++) {
        v->target |= u->from[i]->target;
        v->coupled |= u->from[i]->coupled;
    }
    v->coupled |= u->kind == L_batchnorm;
}

/* The options that say how a window moves: the extent of the input along its axes, the shortest one. */
static bool choose_window(stage_use *u, int shortest)
{
    bool transposes = u->kind == L_conv_transpose2d, pool = u->kind >= L_maxpool1d && u->kind <= L_avgpool2d;
    u->k = 1 + choose(pool ? 3 : 4);
    u->stride = pool && chance(60) ? u->k : 1 + choose(pool ? 3 : 2 + transposes);
    u->dilation = pool ? 1 : 1 + (chance(25) ? choose(2) + 1 : 0);
    u->pad = pool ? 0 : choose(3);
    u->kw = chance(25) && !pool && u->kind != L_conv1d ? 1 + choose(3) : u->k;
    int longest = u->k > u->kw ? u->k : u->kw, least = u->k < u->kw ? u->k : u->kw;
    if (!transposes)
        return windows(u, shortest, longest) > 0;
    u->out_pad = chance(30) ? choose(u->stride > u->dilation ? u->stride : u->dilation) : 0;
    return transposed(u, shortest, least) > 0;
}

/* ---- statements ---- */

statement *use_statement(builder *b, stage_use *u)
{
    int dims[MOST_DIMS], rank = stage_shape(u, dims);
    statement *s = simple(S_STAGE, new_value(b, V_COMPUTED, rank, dims, u->kind == L_nearest ? u->m : 0));
    s->use = u;
    hand_on(u, s->out);
    b->seen[b->seen_count++] = s->out;
    if (stage_table[u->kind].results > 1) { /* a cell's state, or a row's number */
        u->second = new_value(b, V_COMPUTED, rank - (u->kind == L_gated), dims, 0);
        hand_on(u, u->second);
        b->seen[b->seen_count++] = u->second;
    }
    return s;
}

/* The stage of u gets a name, or none, and its parameters. */
static void establish(builder *b, stage_use *u, bool cost)
{
    u->style = cost ? FRESH : choose(3) == 0 ? NAMED : choose(2) ? FRESH : WIRED;
    u->name = u->style == NAMED || b->repeat ? text(b->repeat ? "m%dr" : "m%d", ++b->named) : text("%s%d", stage_table[u->kind].name, b->m->instances[u->kind] + 1);
    if (u->style != NAMED && !b->repeat && !cost)
        b->m->instances[u->kind]++;
    int seen = b->seen_count;
    stage_params(b, u);
    if (b->repeat)             /* they have names behind the loop alone */
        b->seen_count = seen;
}

/* A cost's second argument, and its third. */
static bool choose_compared(builder *b, stage_use *u, statement ***end)
{
    const value *v = u->from[0];
    int rows = v->rank - 1;
    bool classes = u->kind == L_nll || (u->kind == L_cross_entropy && chance(50));
    if (classes)
        u->from[1] = index_argument(b, rows, v->dims, last_of(v));
    else if (b->targets && u->kind != L_kl && chance(70))
        u->from[1] = new_value(b, V_TARGET, v->rank, v->dims, 0);
    else
        u->from[1] = argument(b, v->rank, v->rank, v->dims, 400);
    if (u->from[1] && u->kind == L_kl) {
        u->from[0] = positive_of(b, v, end);
        u->from[1] = positive_of(b, u->from[1], end);
    }
    if (stage_table[u->kind].arguments == 3)
        u->from[2] = u->kind == L_triplet ? argument(b, v->rank, v->rank, v->dims, 400) : argument(b, rows, rows, v->dims, 400);
    u->number = u->kind == L_cross_entropy ? (chance(40) ? 0.125 : 0) : chance(50) ? 1 : 0.75;
    return u->from[1] && (stage_table[u->kind].arguments < 3 || u->from[2]);
}

/* What a stage takes and its options; false: nothing fits. */
static bool choose_use(builder *b, stage_use *u, statement ***end)
{
    static const int ranks[STAGE_COUNT][2] = {
        [L_linear] = {1, 3}, [L_bilinear] = {1, 1}, [L_nearest] = {1, 2}, [L_transpose] = {2, 2}, [L_conv1d] = {2, 2}, [L_conv2d] = {3, 3},
        [L_depthwise2d] = {3, 3}, [L_conv_transpose2d] = {3, 3}, [L_maxpool1d] = {2, 2}, [L_maxpool2d] = {3, 3}, [L_avgpool1d] = {2, 2}, [L_avgpool2d] = {3, 3},
        [L_upsample2d] = {3, 3}, [L_global_avgpool] = {1, 3}, [L_layernorm] = {1, 3}, [L_rmsnorm] = {1, 3}, [L_groupnorm] = {1, 3}, [L_batchnorm] = {1, 3},
        [L_dropout] = {0, 3}, [L_softmax] = {1, 3}, [L_log_softmax] = {1, 3}, [L_attention] = {2, 2}, [L_multihead] = {2, 2}, [L_rnn_cell] = {1, 1},
        [L_gru_cell] = {1, 1}, [L_lstm_cell] = {1, 1}, [L_mse] = {0, 3}, [L_squared_error] = {0, 3}, [L_mae] = {0, 3}, [L_huber] = {0, 3},
        [L_cross_entropy] = {1, 3}, [L_bce_with_logits] = {0, 3}, [L_nll] = {1, 3}, [L_hinge] = {0, 3}, [L_kl] = {0, 3}, [L_cosine] = {1, 3},
        [L_contrastive] = {1, 3}, [L_triplet] = {1, 3}, [L_pick] = {2, 2}, [L_gated] = {1, 3}};
    int dims[2], most = u->kind == L_multihead || u->kind == L_upsample2d ? 60 : 400;
    if (u->kind == L_embedding) {
        dims[0] = some_extent(6);
        u->from[0] = index_argument(b, choose(2), dims, 2 + choose(8));
        u->m = some_extent(9);
        return u->from[0] != NULL;
    }
    const value *x = u->from[0] = argument(b, ranks[u->kind][0], ranks[u->kind][1], NULL, most);
    if (!x)
        return false;
    u->bias = u->kind != L_nearest && chance(80);
    u->m = some_extent(x->size > 60 ? 6 : 24);
    u->groups = 1;
    switch (u->kind) {
    case L_bilinear: u->m = some_extent(6); u->from[1] = argument(b, 1, 1, NULL, 16); return u->from[1] && x->size <= 40;
    case L_nearest: u->m = 2 + choose(6); return true;
    case L_conv1d: case L_conv2d: case L_conv_transpose2d:
        u->groups = chance(35) ? divisor(x->dims[0], 4) : 1;
        u->m = u->groups * (1 + choose(4));
        return choose_window(u, u->kind == L_conv1d || x->dims[1] < x->dims[2] ? x->dims[1] : x->dims[2]);
    case L_depthwise2d: u->groups = 1 + choose(2); return choose_window(u, x->dims[1] < x->dims[2] ? x->dims[1] : x->dims[2]);
    case L_maxpool1d: case L_avgpool1d: return choose_window(u, x->dims[1]);
    case L_maxpool2d: case L_avgpool2d: return choose_window(u, x->dims[1] < x->dims[2] ? x->dims[1] : x->dims[2]);
    case L_upsample2d: u->k = 1 + choose(3); return x->size <= 60;
    case L_groupnorm: u->groups = divisor(x->dims[0], 6); return true;
    case L_batchnorm: return x->dims[0] <= MOST_NUMBERS;
    case L_dropout: u->number = 0.25 * (1 + choose(2)); return b->m->draws < 3;
    case L_attention:
        u->causal = choose(2);
        dims[0] = u->causal ? x->dims[0] : some_extent(6);
        dims[1] = x->dims[1];
        u->from[1] = argument(b, 2, 2, dims, 100);
        dims[1] = some_extent(5);
        u->from[2] = chance(50) ? u->from[1] : argument(b, 2, 2, dims, 100);
        return u->from[1] && u->from[2] && x->size <= 80;
    case L_pick: u->from[1] = argument(b, 1, 1, x->dims, 100); return u->from[1] != NULL;
    case L_gated: u->k = LF_tanh - choose(LIBRARY_FUNCTIONS); u->k += u->k < 0 ? LIBRARY_FUNCTIONS : 0; return true;
    case L_multihead: u->causal = choose(2); u->groups = divisor(x->dims[1], 4); return x->dims[1] <= 12;
    default: break;
    }
    return u->kind < L_mse || u->kind > L_triplet || choose_compared(b, u, end);
}

/* About how many products it is the sum of. */
static long work_of(const stage_use *u, int size)
{
    const value *x = u->from[0];
    switch (u->kind) {
    case L_linear: case L_nearest: return (long)x->size * u->m;
    case L_bilinear: return (long)x->size * u->from[1]->size * u->m;
    case L_conv1d: return (long)size * (x->dims[0] / u->groups) * u->k;
    case L_conv2d: return (long)size * (x->dims[0] / u->groups) * u->k * u->kw;
    case L_depthwise2d: return (long)size * u->k * u->kw;
    case L_conv_transpose2d: return (long)x->size * (u->m / u->groups) * u->k * u->kw;
    case L_attention: return 2L * x->size * u->from[1]->dims[0];
    case L_multihead: return (long)x->size * (4 * x->dims[1] + 2 * x->dims[0]);
    default: return x->size + size;
    }
}

static node *draw_for(builder *b, const stage_use *u)
{
    node *draw = new_node(N_BERNOULLI);
    draw->place = b->repeat ? 0 : b->m->draws++;
    draw->number = u->from[0]->size;
    for (int i = 0; i < b->scans; i++)
        if (!b->turn[i]->unrolled)
            draw->over[draw->overs++] = b->turn[i];
    draw->args = 1;
    draw->arg[0] = number_node(1 - u->number);
    return draw;
}

statement *stage_statement(builder *b, stage_kind kind)
{
    stage_use *u = fresh(sizeof *u);
    statement *first = NULL, **end = &first;
    int dims[MOST_DIMS], rank, size = 1;
    long turns = b->turns;
    bool batch = kind == L_batchnorm, in_scan = false;
    u->kind = kind;
    for (int i = 0; i < b->scans; i++) {
        turns /= b->turn[i]->extent;
        in_scan |= !b->turn[i]->unrolled;
    }
    if (b->m->value_count > 120 || (batch && (in_scan || b->m->stream || b->m->derivatives)))
        return NULL;
    if (kind >= L_rnn_cell && kind <= L_lstm_cell) {
        const value *x = argument(b, 1, 1, NULL, 33);
        return x ? cell_statement(b, kind, NULL, NULL, x) : NULL;
    }
    for (int tries = 0; !choose_use(b, u, &end); tries++) {
        if (tries == 2 || first)
            return first;
        *u = (stage_use){.kind = kind};
    }
    rank = stage_shape(u, dims);
    for (int d = 0; d < rank; d++)
        size *= dims[d];
    if (size > 600 || work_of(u, size) > turns)
        return first;
    if (kind == L_dropout) {
        u->draw = draw_for(b, u);
        b->m->stateful = true;
    }
    b->m->coupled |= batch;
    b->m->stateful |= batch;
    establish(b, u, kind >= L_mse && kind <= L_triplet);
    append(end, use_statement(b, u));
    for (end = &first; (*end)->next; end = &(*end)->next)
        continue;
    if (u->style == NAMED && !batch && kind != L_dropout && u->param[0] && b->stage_count < 16)
        b->stages[b->stage_count++] = *end;
    return first;
}

statement *stage_again(builder *b)
{
    if (!b->stage_count)
        return NULL;
    const stage_use *before = b->stages[choose(b->stage_count)]->use;
    stage_use *u = fresh(sizeof *u);
    *u = *before;
    u->style = AGAIN;
    u->second = NULL;
    if (u->from[0]->classes)
        u->from[0] = index_argument(b, u->from[0]->rank, u->from[0]->dims, u->from[0]->classes);
    else
        u->from[0] = argument(b, u->from[0]->rank, u->from[0]->rank, u->from[0]->dims, 600);
    bool known = u->from[0] && (!u->from[0]->classes || u->from[0]->classes == before->from[0]->classes);
    for (int i = 1; i < 3; i++) /* the others may have gone with a loop's body */
        for (int k = 0; u->from[i] && k <= b->seen_count; k++)
            if (k == b->seen_count)
                known = false;
            else if (b->seen[k] == u->from[i])
                break;
    if (!known)
        return NULL;
    return use_statement(b, u);
}

statement *cell_statement(builder *b, stage_kind kind, value *h, value *c, const value *x)
{
    stage_use *u = fresh(sizeof *u);
    int dims[1] = {h ? h->size : some_extent(7)};
    u->kind = kind;
    u->m = dims[0];
    u->bias = chance(75);
    u->from[0] = x;
    u->from[1] = h ? h : argument(b, 1, 1, dims, 33);
    if (kind == L_lstm_cell)
        u->from[2] = c ? c : argument(b, 1, 1, dims, 33);
    if (!u->from[1] || (kind == L_lstm_cell && !u->from[2]))
        return NULL;
    establish(b, u, false);
    if (h) {
        statement *s = simple(S_STAGE, h);
        s->use = u;
        u->second = c;
        hand_on(u, h);
        if (c)
            hand_on(u, c);
        return s;
    }
    return use_statement(b, u);
}

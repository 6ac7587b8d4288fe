/* print_stage.c: how a stage is called. */
#include "print.h"

typedef struct option {
    const char *name;
    int number, usual;         /* left out where it is as usual */
} option;

/* Another one in the brackets. */
static void print_static(FILE *out, const char **between, int number)
{
    fputs(*between, out);
    print_number(out, number);
    *between = ", ";
}

static void print_options(FILE *out, const stage_use *u, const index *turn)
{
    bool takes_m = u->kind == L_linear || u->kind == L_bilinear || u->kind == L_nearest || u->kind == L_conv1d || u->kind == L_conv2d ||
                   u->kind == L_conv_transpose2d || (u->kind >= L_rnn_cell && u->kind <= L_lstm_cell);
    bool window = u->kind >= L_conv1d && u->kind <= L_avgpool2d, pool = u->kind >= L_maxpool1d && u->kind <= L_avgpool2d, wide = window && !pool && u->kind != L_conv1d;
    bool biased = takes_m ? u->kind != L_nearest : u->kind == L_depthwise2d;
    const option options[] = {{"kw", u->kw, wide ? u->k : u->kw}, {"stride", u->stride, pool ? u->k : window ? 1 : u->stride},
                              {"pad", u->pad, 0}, {"out_pad", u->out_pad, 0}, {"dilation", u->dilation, window ? 1 : u->dilation},
                              {u->kind == L_depthwise2d ? "mult" : "groups", u->groups, window ? 1 : u->groups}, {"causal", u->causal, 0},
                              {"bias", u->bias, biased ? 1 : u->bias}};
    const char *between = "[";
    if (u->kind == L_embedding)
        print_static(out, &between, u->from[0]->classes);
    if (takes_m || u->kind == L_embedding) {
        print_static(out, &between, u->m);
        if (u->m_step)
            fprintf(out, " + %d * %s", u->m_step, turn->name);
    }
    if (window || u->kind == L_upsample2d)
        print_static(out, &between, u->k);
    if (u->kind == L_groupnorm || u->kind == L_multihead)
        print_static(out, &between, u->groups);
    if (u->kind == L_gated && u->k != LF_tanh) {
        fprintf(out, "%s%s", between, library_function_name[u->k]);
        between = ", ";
    }
    for (int i = 0; i < (int)(sizeof options / sizeof *options); i++)
        if (options[i].number != options[i].usual) {
            fprintf(out, "%s%s = ", between, options[i].name);
            print_number(out, options[i].number);
            between = ", ";
        }
    if (u->kind == L_dropout || ((u->kind == L_contrastive || u->kind == L_triplet) && u->number != 1) || (u->kind == L_cross_entropy && u->number != 0)) {
        fputs(between, out);
        print_number(out, u->number);
        between = ", ";
    }
    fputs(between[0] == ',' ? "]" : "", out);
}

void print_stage(FILE *out, const statement *s, const index *turn, int depth)
{
    const stage_use *u = s->use;
    const char *name = stage_table[u->kind].name;
    int arguments = stage_table[u->kind].arguments;
    if (u->style == NAMED) {
        fprintf(out, "stage %s = %s", u->name, name);
        print_options(out, u, turn);
        fprintf(out, ";\n%*s", 2 * depth, "");
    }
    fprintf(out, u->second ? "(%s, %s) = " : "%s = ", s->out->name, u->second ? u->second->name : "");
    if (u->style == WIRED)
        fprintf(out, "%s -> ", u->from[0]->name);
    fputs(u->style == NAMED || u->style == AGAIN ? u->name : name, out);
    if (u->style == FRESH || u->style == WIRED)
        print_options(out, u, turn);
    for (int i = u->style == WIRED; i < arguments; i++)
        fprintf(out, "%s%s", i == (u->style == WIRED) ? "(" : ", ", u->from[i]->name);
    fputs(u->style == WIRED && arguments == 1 ? "" : ")", out);
}

/* mutate_nn.c: changes to a model that keep it much like one: tokens exchanged for others of their kind, statements taken away, doubled,
 * exchanged or brought in from elsewhere, numbers made extreme, operands wrapped. One in eight changes is libFuzzer's own, of bytes. */
#include <ctype.h>

#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t most, unsigned seed);

enum { TOKENS = 4096 };

typedef enum token_kind { NAMES, NUMBERS, TEXTS, SIGNS, KINDS } token_kind;
typedef struct token {
    const uint8_t *at;
    size_t length;
    token_kind kind;
} token;
typedef struct tokens {
    token token[TOKENS];
    size_t count;
} tokens;

static const char *const words[KINDS][96] = {
    [NAMES] = {"input", "target", "param", "state", "update", "stage", "output", "cost", "over", "fn", "block", "derivative", "scan", "repeat", "carry",
               "freeze", "const", "index", "batch", "train", "require", "import", "model", "sum", "prod", "mean", "max", "min", "argmax", "argmin",
               "training", "x", "y", "z", "w", "t", "i", "j", "k", "n", "flatten", "reshape", "concat", "real", "detach", "pad", "gradient", "jacobian",
               "bernoulli", "gauss", "uniform", "normal", "linear", "conv2d", "conv1d", "conv_transpose2d", "maxpool2d", "avgpool1d", "batchnorm",
               "layernorm", "dropout", "softmax", "attention", "multihead", "embedding", "nearest", "gru_cell", "lstm_cell", "transpose", "upsample2d",
               "mse", "cross_entropy", "kl", "triplet", "exp", "log", "sqrt", "abs", "floor", "tanh", "sigmoid", "relu", "gelu", "erf", "atan2", "sign"},
    [NUMBERS] = {"0", "1", "2", "3", "5", "7", "8", "16", "17", "255", "256", "257", "1000", "65536", "1000000", "2147483647", "2147483648",
                 "4294967296", "9223372036854775807", "9223372036854775808", "1e308", "1e-320", "0.5", ".1", "1.", "1e9", "1e18", "010"},
    [TEXTS] = {"\"\"", "\"a\"", "\"*/\"", "\"?\?/\"", "\"\\\"\"", "\"\\n\"", "\"\\\\\"", "\"norms.nn\"", "\"../x\"", "\"/dev/zero\""},
    [SIGNS] = {"+", "-", "*", "/", "%", "^", "!", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "?", ":", "->", "=", "~", ",", ".", ";", "(", ")", "[", "]",
               "{", "}"},
};

/* Whole statements that bring in what a model may lack. */
static const char *const statements[] = {
    "param w[3, 3] ~ normal(0, 1);", "state h[3] = 0;", "update h = h * 0.5;", "cost mse(y, t);", "input x[3];", "target t[3];", "input k : index(4);",
    "scan t < 4 carry h[3] = 0 { h = tanh(h + x); hs[t] = h; }", "repeat l < 3 carry r = x { r = r -> linear[3]; }", "fn f(a) = a * a;",
    "derivative f(a) = 2 * a;", "block b[m = 2](z[*, n]) -> r[*, n] { r = z * m; }", "output q[i, j] = x[i] * x[j];", "g = gradient(sum[i] x[i]^2, x);",
    "train { optimizer = adam(rate = 1e-3); batch = 4; }", "const c[2, 2] = {{1, 2}, {3, 4}};", "e[i] = mean[batch] x[i];", "d = x -> dropout[0.5];",
    "output a = argmax[i] x[i];", "u[i < 6] = x[i / 2];", "v[i < 2] = pad(x[i + 5], 0);", "p = x[k];", "freeze w;", "(a, b) = lstm_cell[3](x, x, x);"};

static uint64_t random_state;

static size_t below(size_t n)
{
    random_state ^= random_state << 13; /* xorshift64 (Marsaglia 2003) */
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return n ? (size_t)(random_state % n) : 0;
}

static void begin(unsigned seed)
{
    random_state = seed * 0x9E3779B97F4A7C15u + 1;
    below(1);
}

static size_t token_length(const uint8_t *s, const uint8_t *end, token_kind *kind)
{
    const uint8_t *at = s + 1;
    *kind = isalpha(*s) || *s == '_' ? NAMES : isdigit(*s) || (*s == '.' && at < end && isdigit(*at)) ? NUMBERS : *s == '"' ? TEXTS : SIGNS;
    if (*kind == NAMES || *kind == NUMBERS)
        while (at < end && (isalnum(*at) || *at == '_' || (*kind == NUMBERS && *at == '.')))
            at++;
    else if (*kind == TEXTS) {
        while (at < end && *at != '"' && *at != '\n')
            at++;
        at += at < end;
    } else if (at < end && (memcmp(s, "->", 2) == 0 || (*at == '=' && strchr("=!<>", *s)) || (*at == *s && strchr("&|", *s))))
        at++;
    return (size_t)(at - s);
}

static void split(tokens *t, const uint8_t *data, size_t size)
{
    const uint8_t *end = data + size;
    t->count = 0;
    for (const uint8_t *s = data; s < end && t->count < TOKENS;) {
        token *k = &t->token[t->count];
        if (isspace(*s)) {
            s++;
            continue;
        }
        k->at = s;
        k->length = token_length(s, end, &k->kind);
        s += k->length;
        t->count++;
    }
}

/* A statement's bytes, from behind a ';' or '}' to the next ';' outside of brackets, or '}'. */
static void statement(const uint8_t *data, size_t size, size_t *begin_at, size_t *end_at)
{
    size_t begins[512], count = 0;
    begins[count++] = 0;
    for (size_t i = 0; i < size && count < 512; i++)
        if (data[i] == ';' || data[i] == '}')
            begins[count++] = i + 1;
    *begin_at = begins[below(count)];
    size_t i = *begin_at;
    for (int open = 0; i < size; i++) {
        open += (data[i] == '{') - (data[i] == '}');
        if ((open <= 0 && data[i] == ';') || (data[i] == '}' && open <= 0))
            break;
    }
    *end_at = i < size ? i + 1 : size;
}

/* Bytes from … to - 1 become others; the size, unchanged where there is no room. */
static size_t replace(uint8_t *data, size_t size, size_t most, size_t from, size_t to, const void *with, size_t length)
{
    if (size - (to - from) + length > most)
        return size;
    memmove(data + from + length, data + to, size - to);
    memcpy(data + from, with, length);
    return size - (to - from) + length;
}

static size_t change_token(uint8_t *data, size_t size, size_t most, const tokens *t)
{
    const token *k = &t->token[below(t->count)], *o = &t->token[below(t->count)];
    char with[256];
    size_t from = (size_t)(k->at - data), count = 0, length;
    while (words[k->kind][count])
        count++;
    for (int turn = 0; turn < 20 && o->kind != k->kind; turn++)
        o = &t->token[below(t->count)];
    if (below(3) > 0 && o->kind == k->kind && o->length < sizeof with) { /* one from this text */
        length = o->length;
        memcpy(with, o->at, length);
    } else
        length = (size_t)snprintf(with, sizeof with, "%s", words[k->kind][below(count)]);
    return replace(data, size, most, from, from + k->length, with, length);
}

/* An operand becomes an expression of it. */
static size_t wrap(uint8_t *data, size_t size, size_t most, const tokens *t)
{
    static const char *const forms[] = {"(%s + %s)", "sum[i] %s[i]", "tanh(%s)", "%s[0]", "%s[i]", "max(%s, %s)", "(%s -> linear[3])", "-%s", "%s ^ %s",
                                        "(training ? %s : %s)", "detach(%s)", "real(%s)", "%s / %s", "pad(%s[i + 1], 0)", "sum[q < 3] %s * q", "flatten(%s)"};
    const token *k = &t->token[below(t->count)];
    char name[64], with[256];
    for (int turn = 0; turn < 20 && k->kind > NUMBERS; turn++)
        k = &t->token[below(t->count)];
    if (k->kind > NUMBERS || k->length >= sizeof name)
        return size;
    snprintf(name, sizeof name, "%.*s", (int)k->length, (const char *)k->at);
    const char *form = forms[below(sizeof forms / sizeof *forms)], *second = strstr(form, "%s");
    second = second ? strstr(second + 2, "%s") : NULL;
    int head = (int)(strstr(form, "%s") - form);
    int n = second ? snprintf(with, sizeof with, "%.*s%s%.*s%s%s", head, form, name, (int)(second - form) - head - 2, form + head + 2, name, second + 2)
                   : snprintf(with, sizeof with, "%.*s%s%s", head, form, name, form + head + 2);
    size_t from = (size_t)(k->at - data);
    return n > 0 && (size_t)n < sizeof with ? replace(data, size, most, from, from + k->length, with, (size_t)n) : size;
}

static size_t change_statement(uint8_t *data, size_t size, size_t most)
{
    size_t from, to, other, other_end;
    uint8_t copy[2048];
    const char *fresh = statements[below(sizeof statements / sizeof *statements)];
    statement(data, size, &from, &to);
    statement(data, size, &other, &other_end);
    size_t length = other_end - other < sizeof copy ? other_end - other : sizeof copy;
    memcpy(copy, data + other, length);
    switch (below(4)) {
    case 0: return replace(data, size, most, from, to, "", 0);
    case 1: return replace(data, size, most, from, from, copy, length);
    case 2: return replace(data, size, most, from, to, copy, length);
    default: return replace(data, size, most, from, from, fresh, strlen(fresh));
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    static tokens t;
    begin(seed);
    for (size_t turns = 1 + below(3); turns > 0; turns--) {
        split(&t, data, size);
        size_t way = below(8);
        if (way == 0 || t.count == 0)
            size = LLVMFuzzerMutate(data, size, most);
        else if (way < 4)
            size = change_token(data, size, most, &t);
        else if (way < 6)
            size = change_statement(data, size, most);
        else
            size = wrap(data, size, most, &t);
    }
    return size;
}

/* The first text with a statement of the second. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t most, unsigned seed)
{
    size_t from, to, into, into_end;
    begin(seed);
    if (a_size > most)
        return 0;
    memcpy(out, a, a_size);
    statement(b, b_size, &from, &to);
    statement(a, a_size, &into, &into_end);
    return replace(out, a_size, most, into, below(2) ? into : into_end, b + from, to - from);
}

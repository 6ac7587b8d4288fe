/* library_functions.c: the library's non-linearities for the interpreter, by their definitions in the papers: piece by piece where they have corners
 * (at a corner the flat piece holds, else the left one), the logistic function as a quotient, the constants of selu from its fixed point. */
#include "arithmetic.h"
#include "library.h"

#include <math.h>

static bool above(number a, double bound)
{
    return number_apply(O_GT, a, number_of(bound), size).c[0] != 0;
}

static bool below(number a, double bound)
{
    return number_apply(O_LT, a, number_of(bound), size).c[0] != 0;
}

static number logistic(number a)
{
    return quotient(number_of(1), add(number_of(1), of(O_EXP, of(O_NEG, a))));
}

/* The line from 0 at -3 to 1 at 3, and what lies beyond. */
static number ramp(number a)
{
    if (!above(a, -3))
        return number_of(0);
    return below(a, 3) ? quotient(add(a, number_of(3)), number_of(6)) : number_of(1);
}

/* Klambauer, Unterthiner, Mayr, Hochreiter (2017), equation 14: mean 0 and variance 1 of a normal number stay so. */
static void fixed_point(double *lambda, double *alpha)
{
    const double pi = acos(-1.0), e = exp(1), c = erfc(sqrt(0.5)), d = erfc(sqrt(2));
    *alpha = -sqrt(2 / pi) / (c * sqrt(e) - 1);
    *lambda = (1 - c * sqrt(e)) * sqrt(2 * pi) / sqrt(2 * d * e * e + pi * c * c * e - 2 * (2 + pi) * c * sqrt(e) + pi + 2);
}

number library_function(function_kind which, number a, int of_size)
{
    double lambda, alpha;
    number one = number_of(1), e;
    size = of_size;
    switch (which) {
    case LF_relu: return above(a, 0) ? a : number_of(0);
    case LF_leaky_relu: return above(a, 0) ? a : mul(real(0.01), a);
    case LF_elu: return above(a, 0) ? a : sub(of(O_EXP, a), one);
    case LF_selu:
        fixed_point(&lambda, &alpha);
        return above(a, 0) ? mul(real(lambda), a) : mul(real(lambda * alpha), sub(of(O_EXP, a), one));
    case LF_gelu: return mul(a, quotient(add(one, of(O_ERF, mul(a, real(sqrt(0.5))))), number_of(2)));
    case LF_silu: case LF_swish: return mul(a, logistic(a));
    case LF_mish: /* tanh(log(u)) = (u^2 - 1) / (u^2 + 1) */
        e = add(one, of(O_EXP, a));
        e = mul(e, e);
        return mul(a, quotient(sub(e, one), add(e, one)));
    case LF_softsign: return quotient(a, add(one, of(O_ABS, a)));
    case LF_hard_sigmoid: return ramp(a);
    case LF_hard_swish: return mul(a, ramp(a));
    case LF_relu6:
        if (!above(a, 0))
            return number_of(0);
        return below(a, 6) ? a : number_of(6);
    case LF_tanh: return of(O_TANH, a);
    case LF_sigmoid: return logistic(a);
    case LF_softplus: return of(O_LOG, add(one, of(O_EXP, a)));
    case LIBRARY_FUNCTIONS: break;
    }
    return number_of(NAN);
}

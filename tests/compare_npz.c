/* compare_npz.c: are the arrays of two .npz files equal within a relative bound? usage: compare_npz A.npz B.npz BOUND
 * The error of an array is the largest difference over the largest magnitude (or 1e-3: gradients that are zero but for rounding). Names must agree; order need not. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/formats.h"

int main(int argc, char **argv)
{
    nnrt_arrays a, b;
    nnrt_error error;
    int bad = 0;
    if (argc != 4) {
        fprintf(stderr, "usage: compare_npz A.npz B.npz BOUND\n");
        return 2;
    }
    double bound = atof(argv[3]);
    if (nnrt_npz_read(&a, argv[1], &error) || nnrt_npz_read(&b, argv[2], &error)) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    if (a.count != b.count || a.count == 0) {
        printf("%s has %lu arrays, %s has %lu\n", argv[1], (unsigned long)a.count, argv[2], (unsigned long)b.count);
        bad = 1;
    }
    for (size_t i = 0; i < a.count; i++) {
        const nnrt_array *x = &a.array[i], *y = nnrt_arrays_find(&b, x->name);
        double most = 1e-3, off = 0;
        if (!y || y->count != x->count) {
            printf("%s: '%s' is missing or has another size\n", argv[2], x->name);
            bad = 1;
            continue;
        }
        for (size_t k = 0; k < x->count; k++) {
            double u = nnrt_array_real(x, k), v = nnrt_array_real(y, k);
            if (!isfinite(u) || !isfinite(v))
                off = INFINITY;
            most = fmax(most, fmax(fabs(u), fabs(v)));
            off = fmax(off, fabs(u - v));
        }
        if (!(off <= bound * most)) {
            printf("'%s' differs by %.3g of %.3g: %.3g\n", x->name, off, most, off / most);
            bad = 1;
        }
    }
    nnrt_arrays_free(&a);
    nnrt_arrays_free(&b);
    return bad;
}

/* make_data.c: words spoken by a formant synthesizer, each time by another voice, and the features of them that keyword spotters use.
 * usage: make_data WORDS SEED > data.csv: lines of 49 x 10 features and the class, 0 to 11: the ten words below, any other word, no word.
 *
 * This is no recorded speech. A voice is a length of throat (which moves all formants), a pitch with a fall, a tempo and a loudness; a word is a
 * row of sounds, each of three formants, a voiced and a noisy part and a length, which glide into one another (D. Klatt, "Software for a cascade/parallel
 * formant synthesizer", Journal of the Acoustical Society of America 67, 1980, much simplified). The room adds noise.
 *
 * The features are mel-frequency cepstral coefficients: 49 windows of 40 ms, 20 ms apart, of one second at 8 kHz; 20 bands from 100 to 3800 Hz; the
 * first ten coefficients of the cosine transform of their logarithms. */
#include <assert.h>
#include <complex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../random.h"

enum { RATE = 8000, FRAMES = 49, HOP = 160, WINDOW = 320, POINTS = 512, BANDS = 20, COEFFICIENTS = 10, FORMANTS = 3 };
enum { WORDS = 10, OTHERS = 10, OTHER = 10, SILENCE = 11, CLASSES = 12 };
static const double pi = 3.141592653589793;

/* A sound: its sign, formants in Hz, how loud voice and noise are, and its length in seconds. */
typedef struct sound {
    char sign;
    double formant[FORMANTS], voice, noise, length;
} sound;

static const sound sounds[] = {
    {'a', {730, 1090, 2440}, 1, 0, 0.14},    {'e', {530, 1840, 2480}, 1, 0, 0.12},    {'i', {270, 2290, 3010}, 1, 0, 0.12},
    {'o', {570, 840, 2410}, 1, 0, 0.13},     {'u', {300, 870, 2240}, 1, 0, 0.12},     {'@', {500, 1400, 2400}, 1, 0, 0.09},
    {'y', {280, 2200, 2900}, 0.6, 0, 0.06},  {'r', {350, 1150, 1500}, 0.6, 0, 0.07},  {'l', {360, 1200, 2700}, 0.6, 0, 0.07},
    {'w', {300, 650, 2200}, 0.6, 0, 0.06},   {'n', {280, 1500, 2500}, 0.4, 0, 0.08},  {'m', {260, 1000, 2200}, 0.4, 0, 0.08},
    {'s', {2900, 3500, 3700}, 0, 0.5, 0.11}, {'f', {1200, 2300, 3500}, 0, 0.15, 0.1}, {'h', {700, 1400, 2500}, 0, 0.2, 0.06},
    {'p', {600, 1000, 2200}, 0, 0.3, 0.02},  {'t', {2600, 3300, 3600}, 0, 0.5, 0.02}, {'k', {1500, 2000, 2600}, 0, 0.4, 0.03},
    {'d', {400, 1700, 2600}, 0.4, 0.1, 0.03}, {'g', {300, 1900, 2300}, 0.4, 0.1, 0.03}, {'b', {250, 900, 2200}, 0.4, 0.05, 0.03},
    {'v', {300, 1100, 2300}, 0.4, 0.1, 0.06}, {'.', {500, 1500, 2500}, 0, 0, 0.05},
};

/* yes no up down left right on off stop go; then words that are none of these. A `.` is the silence in a plosive. */
static const char *const words[WORDS + OTHERS] = {"yes", "nou", "a.p", "daun", "lef.t", "rai.t", "on", "of", "s.top", ".gou",
                                                  "bir.d", "k@.t", "haus", "sev@n", "si.ks", "t.ri", "mali", "fai", "wan", "tu"};

static double samples[RATE];
static double complex turns[POINTS];
static double bands[BANDS][POINTS / 2 + 1], cosines[COEFFICIENTS][BANDS];

static const sound *sound_of(char sign)
{
    size_t i = 0;
    while (sounds[i].sign != sign) {
        i++;
        assert(i < sizeof sounds / sizeof sounds[0]);
    }
    return &sounds[i];
}

typedef struct resonator {
    double y1, y2;
} resonator;

static double resonate(resonator *r, double x, double frequency, double width)
{
    const double radius = exp(-pi * width / RATE), c = 2 * radius * cos(2 * pi * frequency / RATE);
    const double y = (1 - c + radius * radius) * x + c * r->y1 - radius * radius * r->y2;
    r->y2 = r->y1;
    r->y1 = y;
    return y;
}

/* Speaks the word into `samples`. */
static void speak(const char *word)
{
    const double throat = uniform(0.85, 1.18), tempo = uniform(0.8, 1.4), pitch = uniform(85, 240), loud = exp(uniform(-1.2, 0.3));
    double formant[FORMANTS], phase = 0, voice = 0, noise = 0, sounding = 0;
    resonator r[FORMANTS] = {{0, 0}, {0, 0}, {0, 0}};
    size_t letters = strlen(word);
    for (size_t i = 0; i < letters; i++)
        sounding += sound_of(word[i])->length * tempo;
    int at = (int)(RATE * uniform(0.02, fmax(0.03, 0.95 - sounding))), begin = at;
    for (int f = 0; f < FORMANTS; f++)
        formant[f] = sound_of(word[0])->formant[f] * throat;
    for (size_t i = 0; i < letters; i++) {
        const sound *s = sound_of(word[i]);
        double target[FORMANTS];
        const int last = at + (int)(RATE * s->length * tempo * uniform(0.8, 1.25));
        for (int f = 0; f < FORMANTS; f++)
            target[f] = fmin(3800, s->formant[f] * throat * (1 + normal(0.05)));
        for (; at < last && at < RATE; at++) {
            double source, sum = 0;
            voice += (s->voice - voice) / 80;
            noise += (s->noise - noise) / 40;
            phase += pitch * (1.1 - 0.3 * (at - begin) / (RATE * sounding)) / RATE;
            source = noise * normal(1);
            if (phase >= 1) {
                phase -= 1;
                source += voice * 12;
            }
            for (int f = 0; f < FORMANTS; f++) {
                formant[f] += (target[f] - formant[f]) / 200;
                sum += resonate(&r[f], source, formant[f], 60 + 40 * f) * (f == 0 ? 1 : 0.6);
            }
            samples[at] += loud * sum;
        }
    }
}

static double mel(double hz)
{
    return 1127 * log(1 + hz / 700);
}

static void prepare(void)
{
    for (int k = 0; k < POINTS; k++)
        turns[k] = cexp(-2 * I * pi * k / POINTS);
    const double low = mel(100), step = (mel(3800) - low) / (BANDS + 1);
    for (int b = 0; b < BANDS; b++)
        for (int k = 0; k <= POINTS / 2; k++)
            bands[b][k] = fmax(0, 1 - fabs((mel((double)k * RATE / POINTS) - low) / step - (b + 1)));
    for (int c = 0; c < COEFFICIENTS; c++)
        for (int b = 0; b < BANDS; b++)
            cosines[c][b] = cos(pi * c * (b + 0.5) / BANDS) * sqrt(2.0 / BANDS);
}

/* The fast Fourier transform of n points, a power of two, which lie `stride` apart. */
static void transform(const double complex *x, double complex *y, int n, int stride)
{
    if (n == 1) {
        y[0] = x[0];
        return;
    }
    transform(x, y, n / 2, 2 * stride);
    transform(x + stride, y + n / 2, n / 2, 2 * stride);
    for (int k = 0; k < n / 2; k++) {
        const double complex odd = turns[k * stride] * y[k + n / 2];
        y[k + n / 2] = y[k] - odd;
        y[k] += odd;
    }
}

static void print_features(int frame)
{
    double complex x[POINTS] = {0}, y[POINTS];
    double energy[BANDS] = {0};
    for (int i = 0; i < WINDOW; i++)
        x[i] = samples[frame * HOP + i] * (0.54 - 0.46 * cos(2 * pi * i / (WINDOW - 1)));
    transform(x, y, POINTS, 1);
    for (int b = 0; b < BANDS; b++)
        for (int k = 0; k <= POINTS / 2; k++)
            energy[b] += bands[b][k] * (creal(y[k]) * creal(y[k]) + cimag(y[k]) * cimag(y[k]));
    for (int c = 0; c < COEFFICIENTS; c++) {
        double sum = 0;
        for (int b = 0; b < BANDS; b++)
            sum += cosines[c][b] * log(energy[b] + 1e-6);
        printf("%.2f,", sum);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: make_data WORDS SEED > data.csv\n");
        return 2;
    }
    random_state = strtoull(argv[2], NULL, 10);
    prepare();
    for (long i = strtol(argv[1], NULL, 10); i > 0; i--) {
        const int class = (int)uniform(0, CLASSES);
        const double hiss = exp(uniform(-6, -2.5)), hum = exp(uniform(-6, -2.5));
        double rumble = 0;
        memset(samples, 0, sizeof samples);
        if (class < SILENCE)
            speak(words[class < OTHER ? class : WORDS + (int)uniform(0, OTHERS)]);
        for (int t = 0; t < RATE; t++) {
            rumble += 0.1 * (normal(1) - rumble);
            samples[t] += hiss * normal(1) + hum * 3 * rumble;
        }
        for (int f = 0; f < FRAMES; f++)
            print_features(f);
        printf("%d\n", class);
    }
    return 0;
}

/* What is counted in a window, and the line of JSON that tells it. */
#include "load.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* Durations in microseconds, in buckets at most 1/64 wide of what they hold. */
enum { FINE_BITS = 6, FINE = 1 << FINE_BITS, BUCKETS = FINE * 32 };

typedef struct {
    uint64_t counts[BUCKETS], total;
    double sum;
    int64_t worst;
} Spread;

Figures figures;
static Spread late, latency, delay;
static uint64_t messages, ticks, bytes_down, bytes_up, inputs;
static double cpu_before;

static void spread_add(Spread *s, int64_t us) {
    if (us < 0) us = 0;
    uint64_t value = (uint64_t)us;
    int bucket = (int)value;
    if (value >= FINE) {
        int shift = 63 - __builtin_clzll(value) - FINE_BITS;
        bucket = (shift + 1) * FINE + (int)((value >> shift) - FINE);
    }
    if (bucket >= BUCKETS) bucket = BUCKETS - 1;
    s->counts[bucket]++;
    s->total++;
    s->sum += (double)us;
    if (us > s->worst) s->worst = us;
}

/* The largest value of the bucket in which this share of all values is reached; -1 without any. */
static int64_t spread_quantile(const Spread *s, double share) {
    if (s->total == 0) return -1;
    uint64_t wanted = (uint64_t)ceil((double)s->total * share), seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        seen += s->counts[bucket];
        if (seen >= wanted) {
            if (bucket < FINE) return bucket;
            int shift = bucket / FINE - 1;
            int64_t top = ((int64_t)(FINE + bucket % FINE + 1) << shift) - 1;
            return top < s->worst ? top : s->worst;
        }
    }
    return s->worst;
}

static void spread_print(const char *name, const Spread *s) {
    printf(", \"%s_us\": {\"count\": %llu, \"mean\": %.1f, \"p50\": %lld, \"p90\": %lld, \"p99\": %lld, \"worst\": %lld}",
           name, (unsigned long long)s->total, s->total ? s->sum / (double)s->total : -1.0,
           (long long)spread_quantile(s, 0.5), (long long)spread_quantile(s, 0.9),
           (long long)spread_quantile(s, 0.99), (long long)(s->total ? s->worst : -1));
}

static double own_cpu_s(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

void count_bytes_down(size_t bytes) {
    if (figures.open) bytes_down += bytes;
}

void count_bytes_up(size_t bytes) {
    if (figures.open) bytes_up += bytes;
}

void count_input(void) {
    if (figures.open) inputs++;
}

void count_state(Client *c, uint32_t tick, uint32_t acked, int64_t made_at, int64_t at) {
    if (c->stage != PLAYING) {
        c->last_at = at;
        c->last_tick = tick;
        joined(c);
        return;
    }
    uint32_t advance = tick - c->last_tick;
    if (figures.open) {
        messages++;
        ticks += advance;
        spread_add(&late, at - c->last_at - (int64_t)advance * 1000000 / options.hz);
        if (made_at) spread_add(&delay, at - made_at);
    }
    c->last_at = at;
    c->last_tick = tick;
    if (acked - c->acked <= c->seq - c->acked) {
        while (c->acked != acked) {
            c->acked++;
            if (figures.open) spread_add(&latency, at - c->sent_at[c->acked % INPUTS_KEPT]);
        }
    }
}

void window_begin(void) {
    memset(&late, 0, sizeof late);
    memset(&latency, 0, sizeof latency);
    memset(&delay, 0, sizeof delay);
    messages = ticks = bytes_down = bytes_up = inputs = 0;
    cpu_before = own_cpu_s();
    figures.open = true;
    puts("begin");
    fflush(stdout);
}

void window_end(double seconds) {
    figures.open = false;
    printf("end {\"seconds\": %.6f, \"players\": %d, \"lost\": %d, \"messages\": %llu, \"ticks\": %llu, "
           "\"bytes_down\": %llu, \"bytes_up\": %llu, \"inputs\": %llu, \"load_cpu_s\": %.4f",
           seconds, figures.playing, figures.lost, (unsigned long long)messages, (unsigned long long)ticks,
           (unsigned long long)bytes_down, (unsigned long long)bytes_up, (unsigned long long)inputs,
           own_cpu_s() - cpu_before);
    spread_print("late", &late);
    spread_print("latency", &latency);
    spread_print("delay", &delay);
    puts("}");
    fflush(stdout);
}

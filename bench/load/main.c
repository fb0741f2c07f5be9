/* Options, the loop, who starts when. Usage stands in usage(). */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

enum { WHEEL = 4096, EVENTS = 512 }; /* the wheel's slots are a millisecond each */

Options options = {.seats = 8, .hz = 20, .windows = 1, .in_flight = 32, .inputs_hz = 4, .warm_s = 1, .span_s = 5,
                   .join_s = 60, .variant = ""};
Room *rooms;
Client *clients;
int poller;

static Client *wheel[WHEEL];
static int64_t wheel_ms;
static Client **order; /* in which clients start */
static int count, started, in_flight;
static char fault[200];

int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

uint32_t draw(Client *c, uint32_t below) {
    c->random = c->random * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(c->random >> 8) * below >> 24);
}

static void press_in(Client *c, int64_t ms) {
    int slot = (int)((wheel_ms + (ms < 1 ? 1 : ms < WHEEL - 1 ? ms : WHEEL - 1)) % WHEEL);
    c->next_due = wheel[slot];
    wheel[slot] = c;
}

/* Send the next input and choose when the one after it is due: in S1 evenly, within a fifth; in play a
 * direction is held for a while and let go for somewhat longer. Both come to inputs_hz a second. */
static void press(Client *c) {
    if (c->stage != PLAYING) return;
    double mean_ms = 1000 / options.inputs_hz, ms;
    if (options.speech->real) {
        c->buttons = c->buttons ? 0 : (uint8_t)(1 + draw(c, 2));
        double middle = c->buttons ? mean_ms * 0.8 : mean_ms * 1.2;
        ms = middle * (0.4 + draw(c, 1200) / 1000.0);
    } else {
        c->buttons = (uint8_t)draw(c, 4);
        ms = mean_ms * (0.8 + draw(c, 400) / 1000.0);
    }
    press_in(c, (int64_t)ms);
    if (c->seq - c->acked >= 8) return; /* the server is far behind: nothing is gained by more */
    c->seq++;
    c->sent_at[c->seq % INPUTS_KEPT] = now_us();
    c->sent_buttons[c->seq % INPUTS_KEPT] = c->buttons;
    options.speech->press(c);
    count_input();
}

void seated(Client *c) {
    if (!c->seated) in_flight--;
    c->seated = true;
}

void joined(Client *c) {
    c->stage = PLAYING;
    seated(c);
    figures.playing++;
    press_in(c, draw(c, (uint32_t)(1000 / options.inputs_hz)) + 1);
}

void left(Client *c, const char *why) {
    if (c->stage == GONE) return;
    if (c->stage == PLAYING) figures.playing--;
    seated(c);
    figures.lost++;
    if (!*fault) snprintf(fault, sizeof fault, "room %d seat %d, stage %d: %s", c->room, c->seat, c->stage, why);
    c->stage = GONE;
    link_close(c);
}

void reconnect(Client *c) {
    link_close(c);
    link_connect(c);
}

static void start_some(void) {
    while (started < count && in_flight < options.in_flight) {
        Client *c = order[started];
        if (options.speech->leader_first && c->seat > 0 && !*rooms[c->room].id) return;
        started++;
        in_flight++;
        link_connect(c);
    }
}

static void turn_wheel(void) {
    int64_t now_ms = now_us() / 1000;
    if (now_ms - wheel_ms > WHEEL / 2) wheel_ms = now_ms - WHEEL / 2;
    while (wheel_ms < now_ms) {
        wheel_ms++;
        Client *due = wheel[wheel_ms % WHEEL];
        wheel[wheel_ms % WHEEL] = NULL;
        while (due) {
            Client *c = due;
            due = c->next_due;
            press(c);
        }
    }
}

static void step(void) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(poller, events, EVENTS, 1);
    for (int k = 0; k < ready; k++) {
        Client *c = events[k].data.ptr;
        if (c->fd >= 0) link_ready(c, events[k].events);
    }
    turn_wheel();
}

static void run_for(double seconds) {
    int64_t until = now_us() + (int64_t)(seconds * 1e6);
    while (now_us() < until) step();
}

static void usage(void) {
    fputs("load SPEECH PORT [name=value …]\n"
          "SPEECH: s1-socketio, s1-floor, s1-colyseus, g1-rumpus, g1-colyseus\n"
          "names: rooms seats bots hz inputs_hz warm_s span_s windows join_s in_flight variant\n"
          "Prints `joined SECONDS`, then for each window `begin` and `end JSON`; `failed WHY` ends it with 1.\n",
          stderr);
    exit(2);
}

static void read_options(int words, char **word) {
    static const Speech *const speeches[] = {&S1_SOCKETIO, &S1_FLOOR, &S1_COLYSEUS, &G1_RUMPUS, &G1_COLYSEUS};
    if (words < 3) usage();
    for (size_t k = 0; k < sizeof speeches / sizeof *speeches; k++)
        if (!strcmp(word[1], speeches[k]->name)) options.speech = speeches[k];
    options.port = atoi(word[2]);
    options.rooms = 1;
    for (int k = 3; k < words; k++) {
        char *value = strchr(word[k], '=');
        if (!value) usage();
        *value++ = 0;
        if (!strcmp(word[k], "rooms")) options.rooms = atoi(value);
        else if (!strcmp(word[k], "seats")) options.seats = atoi(value);
        else if (!strcmp(word[k], "bots")) options.bots = atoi(value);
        else if (!strcmp(word[k], "hz")) options.hz = atoi(value);
        else if (!strcmp(word[k], "windows")) options.windows = atoi(value);
        else if (!strcmp(word[k], "in_flight")) options.in_flight = atoi(value);
        else if (!strcmp(word[k], "inputs_hz")) options.inputs_hz = atof(value);
        else if (!strcmp(word[k], "warm_s")) options.warm_s = atof(value);
        else if (!strcmp(word[k], "span_s")) options.span_s = atof(value);
        else if (!strcmp(word[k], "join_s")) options.join_s = atof(value);
        else if (!strcmp(word[k], "variant")) options.variant = value;
        else usage();
    }
    if (!options.speech || options.port <= 0 || options.rooms < 1 || options.rooms > 20000 || options.seats < 1 ||
        options.bots < 0 || options.seats + options.bots > SEATS_MAX || options.hz < 1 ||
        options.inputs_hz <= 0.25 || options.span_s <= 0)
        usage();
}

static void seat_everyone(void) {
    count = options.rooms * options.seats;
    rooms = calloc((size_t)options.rooms, sizeof *rooms);
    clients = calloc((size_t)count, sizeof *clients);
    order = calloc((size_t)count, sizeof *order);
    if (!rooms || !clients || !order) abort();
    int place = 0;
    for (int seat = 0; seat < options.seats; seat++)
        for (int room = 0; room < options.rooms; room++) {
            Client *c = &clients[room * options.seats + seat];
            *c = (Client){.fd = -1, .room = room, .seat = seat, .ref = -1};
            c->random = (uint32_t)(room * options.seats + seat) * 2654435761u + 12345;
            order[place++] = c;
        }
}

int main(int words, char **word) {
    read_options(words, word);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    poller = epoll_create1(0);
    seat_everyone();
    int64_t begun = now_us();
    wheel_ms = begun / 1000;
    while (figures.playing < count && !figures.lost) {
        if (now_us() - begun > (int64_t)(options.join_s * 1e6)) {
            snprintf(fault, sizeof fault, "only %d of %d players had joined after %g s", figures.playing, count,
                     options.join_s);
            figures.lost = count;
        }
        start_some();
        step();
    }
    if (figures.lost) {
        printf("failed %s\n", fault);
        return 1;
    }
    printf("joined %.3f\n", (double)(now_us() - begun) / 1e6);
    fflush(stdout);
    run_for(options.warm_s);
    for (int window = 0; window < options.windows; window++) {
        int64_t from = now_us();
        window_begin();
        run_for(options.span_s);
        window_end((double)(now_us() - from) / 1e6);
    }
    if (*fault) fprintf(stderr, "%s\n", fault);
    return 0;
}

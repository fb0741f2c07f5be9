/* The load client: many players on one thread, so cheap that it is never what is measured.
 *
 * main.c      options, the loop, who starts when
 * link.c      one connection: TCP, the HTTP upgrade, WebSocket frames
 * figures.c   what is counted, and how it is printed
 * socketio.c  S1 over Socket.IO, in three framings, and S1 of the floor
 * rumpus.c    the real game over Rumpus' own protocol
 * colyseus.c  both workloads over Colyseus' protocol
 *
 * All times are microseconds of CLOCK_MONOTONIC.
 */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SEATS_MAX = 8, NAME_MAX_BYTES = 40, INPUTS_KEPT = 16, TEXT = 1, BINARY = 2 };

/* What a server speaks, and what is played on it. */
typedef struct Speech Speech;

typedef struct {
    const Speech *speech;
    int port, rooms, seats, bots, hz, windows, in_flight; /* bots: beside the seats' players, in each room */
    double inputs_hz, warm_s, span_s, join_s;
    const char *variant; /* a word to the speech: how states are to come */
} Options;

typedef struct {
    char id[NAME_MAX_BYTES];      /* how others find the room; empty until it is open */
    char process[NAME_MAX_BYTES]; /* Colyseus only */
    int joined;
} Room;

typedef enum { IDLE, CONNECTING, ASKING, UPGRADING, TALKING, PLAYING, GONE } Stage;

typedef struct Client {
    int fd, room, seat;
    Stage stage;
    bool seated;  /* in its room, which may wait for others: the next client may begin */
    bool in_http; /* this connection is a plain HTTP request, not a WebSocket */
    uint32_t random;
    uint8_t *held; /* bytes of a message that is not complete */
    size_t held_bytes, held_room;
    uint32_t seq, acked; /* inputs sent and seen applied, from 1 */
    int64_t sent_at[INPUTS_KEPT];
    uint8_t sent_buttons[INPUTS_KEPT];
    uint8_t buttons;
    int64_t last_at; /* when the last state came, 0: none yet */
    uint32_t last_tick;
    int ref; /* what the server calls the player: seat, or reference in the state; -1: unknown */
    char session[NAME_MAX_BYTES];
    struct Client *next_due;
} Client;

struct Speech {
    const char *name;
    bool leader_first;                                      /* a room is opened by its first client */
    void (*begin)(Client *);                                /* connected: ask for what is to be asked for */
    void (*answered)(Client *, const char *, size_t);       /* the whole answer of a plain HTTP request */
    void (*upgraded)(Client *);                             /* the WebSocket is open; may be NULL */
    void (*heard)(Client *, int, const uint8_t *, size_t);  /* one WebSocket message */
    void (*press)(Client *);                                /* send the inputs from acked + 1 to seq */
    bool real;                                              /* presses are held and let go, as in play */
};

extern const Speech S1_SOCKETIO, S1_FLOOR, S1_COLYSEUS, G1_RUMPUS, G1_COLYSEUS;
extern Options options;
extern Room *rooms;
extern Client *clients;

/* main.c */
int64_t now_us(void);
uint32_t draw(Client *, uint32_t below);
void seated(Client *);
void joined(Client *); /* the first state came: from now on the client presses */
void left(Client *, const char *why);
void reconnect(Client *); /* close this connection and begin another one */

/* link.c */
void link_connect(Client *);
void link_ready(Client *, uint32_t events);
void link_close(Client *);
void link_text(Client *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void link_binary(Client *, const uint8_t *, size_t);
void link_http(Client *, const char *request);                     /* a plain request */
void link_upgrade(Client *, const char *target); /* the WebSocket handshake for this URL path */

/* figures.c */
typedef struct {
    bool open; /* a window is being measured */
    int playing, lost;
} Figures;
extern Figures figures;
void count_bytes_down(size_t);
void count_bytes_up(size_t);
void count_input(void);
/* A state came that brings the client to `tick`, having acknowledged inputs up to `acked`.
 * `made_at`: when the server began that tick, 0 if it does not say. */
void count_state(Client *, uint32_t tick, uint32_t acked, int64_t made_at, int64_t at);
void window_begin(void);
void window_end(double seconds);

#endif

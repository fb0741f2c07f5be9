/* The real game over Rumpus' own protocol (docs/protocol.md), bare framing; variant `delta` or `events`.
 *
 * The first client of a room creates it, the others join; when all are there the first one adds bots, if
 * there are to be any, and starts.
 * Inputs that are not acknowledged are repeated, as the protocol asks.
 */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATE = 1, KEYFRAME = 2, ENTRIES = 5, SHIFT = 6, CHECKPOINT = 7, REPEATED = 8, SEAT_BITS = 3 };
enum { HAS_ACKS = 0x10, HAS_HASH = 0x10, HAS_MARGINS = 0x20, HAS_ADVANCE = 0x40, HAS_CHANCE = 0x80 };

static const char OPTIONS[] = "\"options\":{\"target\":100,\"rounds\":30}";

typedef struct {
    const uint8_t *at, *end;
} Bytes;

static uint32_t varint(Bytes *b) {
    uint32_t value = 0;
    for (int shift = 0; b->at < b->end && shift < 35; shift += 7) {
        uint8_t byte = *b->at++;
        value |= (uint32_t)(byte & 127) << shift;
        if (byte < 128) break;
    }
    return value;
}

static uint8_t *put(uint8_t *at, uint32_t value) {
    for (; value > 127; value >>= 7) *at++ = (uint8_t)(value | 128);
    *at++ = (uint8_t)value;
    return at;
}

static bool predicts(void) { return !strcmp(options.variant, "events"); }

/* --- states ------------------------------------------------------------------------------------------ */

static void take_acks(Client *c, Bytes *b, uint32_t *acked) {
    for (uint32_t left_over = varint(b); left_over; left_over--) {
        uint32_t seat = varint(b), seq = varint(b);
        varint(b);
        if ((int)seat == c->ref) *acked = seq;
    }
}

static void take_state(Client *c, Bytes b) {
    uint8_t flags = *b.at++;
    uint32_t acked = c->acked;
    b.at++;
    uint32_t advance = flags & HAS_ADVANCE ? varint(&b) : 1;
    if (flags & HAS_ACKS) take_acks(c, &b, &acked);
    count_state(c, c->last_tick + advance, acked, 0, now_us());
}

static void take_entries(Client *c, Bytes b) {
    uint8_t flags = *b.at++;
    uint32_t advance = varint(&b), acked = c->acked;
    if (flags & HAS_HASH) b.at += 4;
    if (flags & HAS_MARGINS)
        for (uint32_t left_over = varint(&b); left_over; left_over--) {
            varint(&b);
            varint(&b);
        }
    if (flags & HAS_CHANCE) {
        varint(&b);
        b.at += 4;
    }
    while (b.at < b.end) {
        if (flags & HAS_ADVANCE) varint(&b);
        uint32_t head = varint(&b);
        if (head & 1) {
            varint(&b);
            varint(&b);
        } else if ((int)(head >> 1 & ((1 << SEAT_BITS) - 1)) == c->ref) {
            acked++;
        }
    }
    count_state(c, c->last_tick + advance, acked, 0, now_us());
}

static void take_keyframe(Client *c, Bytes b) {
    uint8_t kind = *b.at++;
    if (kind == KEYFRAME) b.at++;
    varint(&b);
    uint32_t tick = varint(&b);
    if (c->stage == PLAYING) c->last_tick = tick;
    else count_state(c, tick, 0, 0, now_us());
}

static void take_frame(Client *c, const uint8_t *data, size_t size) {
    Bytes b = {data, data + size};
    int kind = data[0] & 15;
    if (kind == (predicts() ? CHECKPOINT : KEYFRAME)) take_keyframe(c, b);
    else if (c->stage != PLAYING || kind == SHIFT) return;
    else if (kind == STATE && !predicts()) take_state(c, b);
    else if (kind == ENTRIES && predicts()) take_entries(c, b);
}

/* --- the lobby --------------------------------------------------------------------------------------- */

static void enter(Client *c) {
    Room *room = &rooms[c->room];
    if (c->seat == 0) link_text(c, "420[\"create\",{\"game\":\"trails\",\"private\":true,%s}]", OPTIONS);
    else link_text(c, "420[\"join\",{\"code\":\"%s\"}]", room->id);
}

/* The answer to create or join. The room's n-th player sits on its n-th seat. */
static void entered(Client *c, const char *text) {
    Room *room = &rooms[c->room];
    const char *code = strstr(text, "\"code\":\""), *player = strstr(text, "\"player\":\"p");
    if (strncmp(text, "430[{\"ok\":true", 14) != 0 || !code || !player) {
        left(c, text);
        return;
    }
    snprintf(room->id, sizeof room->id, "%.*s", (int)strcspn(code + 8, "\""), code + 8);
    int number = atoi(player + 11);
    if (number < 1 || number > options.seats) {
        left(c, "a seat that does not exist");
        return;
    }
    c->ref = number - 1;
    seated(c);
    if (predicts()) link_text(c, "421[\"predict\",{\"on\":true}]");
    if (++room->joined == options.seats) {
        Client *host = &clients[c->room * options.seats];
        for (int bot = 0; bot < options.bots; bot++) link_text(host, "423[\"bot\",{\"add\":true}]");
        link_text(host, "422[\"start\",{}]");
    }
}

static void heard(Client *c, int opcode, const uint8_t *data, size_t size) {
    if (opcode == BINARY) {
        take_frame(c, data, size);
        return;
    }
    if (size == 0) return;
    const char *text = (const char *)data;
    if (text[0] == '0') link_text(c, "40{\"version\":1,\"framing\":\"bare\"}");
    else if (text[0] == '2') link_text(c, "3");
    else if (size > 11 && !memcmp(text, "42[\"welcome\"", 12)) enter(c);
    else if (size > 3 && !memcmp(text, "430", 3)) {
        char answer[4096];
        snprintf(answer, sizeof answer, "%.*s", (int)(size < sizeof answer ? size : sizeof answer - 1), text);
        entered(c, answer);
    } else if (size > 15 && !memcmp(text, "433[{\"ok\":false", 15)) left(c, "a bot was refused");
    else if (size > 15 && !memcmp(text, "432[{\"ok\":false", 15)) left(c, "the match was not started");
    else if (size > 7 && !memcmp(text, "42[\"bye\"", 8)) left(c, "the server said goodbye");
    else if (size > 1 && !memcmp(text, "44", 2)) left(c, "refused");
}

static void begin(Client *c) { link_upgrade(c, "/socket.io/?EIO=4&transport=websocket"); }

/* --- inputs ------------------------------------------------------------------------------------------ */

static void press(Client *c) {
    uint8_t message[64], *at = message;
    uint32_t count = c->seq - c->acked;
    if (count > REPEATED) count = REPEATED;
    uint32_t first = c->seq - count + 1;
    *at++ = 1;
    at = put(at, (uint32_t)c->ref);
    at = put(at, count);
    at = put(at, first);
    /* Stamped with the tick seen last: applied at once. */
    for (uint32_t seq = first; seq <= c->seq; seq++) {
        at = put(at, seq == first ? c->last_tick << 1 : 0);
        at = put(at, (uint32_t)c->sent_buttons[seq % INPUTS_KEPT] << 1);
    }
    link_binary(c, message, (size_t)(at - message));
}

const Speech G1_RUMPUS = {.name = "g1-rumpus", .leader_first = true, .begin = begin, .heard = heard,
                          .press = press, .real = true};

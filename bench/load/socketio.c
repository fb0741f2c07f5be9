/* S1 over Socket.IO, in three framings (variant): `bare`, `binary`, `json`; and S1 of the floor.
 *
 * A state is 60 bytes, little-endian: tick u32, server's time in µs u64, then for each of 8 seats
 * last input u16, x u16, y u16. As JSON it is {"t":tick,"at":time,"p":[[seq,x,y],…]} in this order.
 */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATE_BYTES = 60, PLAYERS_AT = 12, PLAYER_BYTES = 6 };

static uint64_t little(const uint8_t *data, int bytes) {
    uint64_t value = 0;
    for (int k = bytes - 1; k >= 0; k--) value = value << 8 | data[k];
    return value;
}

static void take_state(Client *c, const uint8_t *data, size_t size) {
    if (size != STATE_BYTES) {
        left(c, "a state of a wrong size");
        return;
    }
    uint32_t seq = (uint32_t)little(data + PLAYERS_AT + c->seat * PLAYER_BYTES, 2);
    uint32_t acked = (c->seq & ~0xffffu) | seq;
    if (acked > c->seq) acked -= 0x10000;
    count_state(c, (uint32_t)little(data, 4), acked, (int64_t)little(data + 4, 8), now_us());
}

/* The number that follows `key`; moves `at` behind it. */
static uint64_t number_after(const char **at, const char *end, const char *key) {
    const char *found = memmem(*at, (size_t)(end - *at), key, strlen(key));
    uint64_t value = 0;
    if (!found) return 0;
    found += strlen(key);
    while (found < end && *found >= '0' && *found <= '9') value = value * 10 + (uint64_t)(*found++ - '0');
    *at = found;
    return value;
}

static void take_json(Client *c, const uint8_t *data, size_t size) {
    const char *at = (const char *)data, *end = at + size;
    uint32_t tick = (uint32_t)number_after(&at, end, "\"t\":");
    int64_t made_at = (int64_t)number_after(&at, end, "\"at\":");
    uint32_t seq = (uint32_t)number_after(&at, end, "[[");
    for (int seat = 0; seat < c->seat; seat++) seq = (uint32_t)number_after(&at, end, ",[");
    count_state(c, tick, seq, made_at, now_us());
}

static void begin(Client *c) { link_upgrade(c, "/socket.io/?EIO=4&transport=websocket"); }

static void heard(Client *c, int opcode, const uint8_t *data, size_t size) {
    if (opcode == BINARY) take_state(c, data, size);
    else if (size > 8 && !memcmp(data, "42[\"s\",{", 8)) take_json(c, data, size);
    else if (size == 0) return;
    else if (data[0] == '0')
        link_text(c, "40{\"room\":%d,\"seat\":%d,\"framing\":\"%s\"}", c->room, c->seat, options.variant);
    else if (data[0] == '2') link_text(c, "3");
    else if (data[0] == '1' || (size > 1 && data[1] == '4' && data[0] == '4')) left(c, "refused");
}

static void press_bare(Client *c) {
    uint8_t input[3] = {(uint8_t)c->seq, (uint8_t)(c->seq >> 8), c->buttons};
    link_binary(c, input, sizeof input);
}

static void press(Client *c) {
    if (!strcmp(options.variant, "bare")) press_bare(c);
    else link_text(c, "42[\"i\",%u,%u]", c->seq & 0xffff, c->buttons);
}

const Speech S1_SOCKETIO = {.name = "s1-socketio", .begin = begin, .heard = heard, .press = press};

/* --- the floor: the same frames from a C loop; the URL tells room and seat ------------------------- */

static void begin_floor(Client *c) {
    char target[40];
    snprintf(target, sizeof target, "/%d/%d", c->room, c->seat);
    link_upgrade(c, target);
}

static void heard_floor(Client *c, int opcode, const uint8_t *data, size_t size) {
    (void)opcode;
    take_state(c, data, size);
}

const Speech S1_FLOOR = {.name = "s1-floor", .begin = begin_floor, .heard = heard_floor, .press = press_bare};

/* Both workloads over Colyseus' protocol (0.16 to 0.18).
 *
 * S1 comes as broadcast bytes (variant `bytes`: the 60 bytes of socketio.c behind [17, "s"]) or as schema
 * state (variant `schema`); G1 always as schema state. Of a schema patch only two things are read: the tick,
 * which is the root's first field, and the seq of one's own player, its first field.
 */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOIN_ROOM = 10, ROOM_DATA_BYTES = 17, ROOM_STATE = 14, ROOM_STATE_PATCH = 15 };
enum { SWITCH_REF = 255, SET = 128 };

static uint32_t little(const uint8_t *data, int bytes) {
    uint32_t value = 0;
    for (int k = bytes - 1; k >= 0; k--) value = value << 8 | data[k];
    return value;
}

static uint32_t whole_seq(Client *c, uint32_t low) {
    uint32_t seq = (c->seq & ~0xffffu) | low;
    return seq > c->seq ? seq - 0x10000 : seq;
}

/* Copy the string value of a JSON key; false if there is none. */
static bool take_string(const char *json, const char *key, char *to) {
    char quoted[32];
    snprintf(quoted, sizeof quoted, "\"%s\":\"", key);
    const char *from = strstr(json, quoted);
    if (!from) return false;
    from += strlen(quoted);
    size_t size = strcspn(from, "\"");
    if (size >= NAME_MAX_BYTES) return false;
    memcpy(to, from, size);
    to[size] = 0;
    return true;
}

static void begin(Client *c) {
    char text[400], body[80], method[60];
    Room *room = &rooms[c->room];
    if (*c->session) {
        snprintf(text, sizeof text, "/%s/%s?sessionId=%s", room->process, room->id, c->session);
        link_upgrade(c, text);
        return;
    }
    snprintf(body, sizeof body, "{\"seat\":%d}", c->seat);
    if (*room->id) snprintf(method, sizeof method, "joinById/%s", room->id);
    else snprintf(method, sizeof method, "create/room");
    snprintf(text, sizeof text,
             "POST /matchmake/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
             method, options.port, strlen(body), body);
    link_http(c, text);
}

static void answered(Client *c, const char *answer, size_t size) {
    Room *room = &rooms[c->room];
    (void)size;
    if (!take_string(answer, "sessionId", c->session) || !take_string(answer, "processId", room->process) ||
        !take_string(answer, "roomId", room->id)) {
        left(c, answer);
        return;
    }
    reconnect(c);
}

/* A player stands in the state's map under its session, and its reference number follows the key. */
static void find_ref(Client *c, const uint8_t *data, size_t size) {
    size_t length = strlen(c->session);
    const uint8_t *key = memmem(data, size, c->session, length);
    if (!key || key + length >= data + size) return;
    const uint8_t *ref = key + length;
    c->ref = *ref < 128 ? *ref : *ref == 0xcc ? ref[1] : *ref == 0xcd ? (int)little(ref + 1, 2) : -1;
}

static uint32_t find_seq(Client *c, const uint8_t *data, size_t size) {
    uint8_t mark[5] = {SWITCH_REF, (uint8_t)c->ref, SET};
    size_t length = 3;
    if (c->ref < 0 || c->seq == c->acked) return c->acked;
    if (c->ref >= 128) {
        mark[1] = 0xcc;
        mark[2] = (uint8_t)c->ref;
        mark[3] = SET;
        length = 4;
    }
    const uint8_t *found = memmem(data, size, mark, length);
    if (!found || found + length + 2 > data + size) return c->acked;
    return whole_seq(c, little(found + length, 2));
}

/* A patch begins at the root, if nothing else has changed before it. */
static void take_patch(Client *c, const uint8_t *data, size_t size) {
    static const uint8_t root[3] = {SWITCH_REF, 0, SET};
    const uint8_t *tick = data + 2;
    if (size < 6) return;
    if (data[1] != SET) {
        const uint8_t *found = memmem(data + 1, size - 1, root, sizeof root);
        if (!found || found + 7 > data + size) return; /* no tick in it: somebody came or went */
        tick = found + 3;
    }
    count_state(c, little(tick, 4), find_seq(c, data, size), 0, now_us());
}

static void take_bytes(Client *c, const uint8_t *data, size_t size) {
    if (size != 63 || data[1] != 0xa1 || data[2] != 's') {
        left(c, "a message that is no state");
        return;
    }
    int64_t made_at = (int64_t)((uint64_t)little(data + 11, 4) << 32 | little(data + 7, 4));
    count_state(c, little(data + 3, 4), whole_seq(c, little(data + 15 + c->seat * 6, 2)), made_at, now_us());
}

static void heard(Client *c, int opcode, const uint8_t *data, size_t size) {
    (void)opcode;
    if (size == 0) return;
    if (data[0] == JOIN_ROOM) {
        static const uint8_t ready[1] = {JOIN_ROOM};
        link_binary(c, ready, 1);
    } else if (data[0] == ROOM_STATE) {
        find_ref(c, data, size);
        seated(c);
    } else if (data[0] == ROOM_STATE_PATCH) {
        if (c->ref < 0) find_ref(c, data, size);
        take_patch(c, data, size);
    } else if (data[0] == ROOM_DATA_BYTES) {
        take_bytes(c, data, size);
    } else if (data[0] == 11) {
        left(c, "the server reported an error");
    }
}

static void press(Client *c) {
    uint8_t input[6] = {ROOM_DATA_BYTES, 0xa1, 'i', (uint8_t)c->seq, (uint8_t)(c->seq >> 8), c->buttons};
    link_binary(c, input, sizeof input);
}

const Speech S1_COLYSEUS = {.name = "s1-colyseus", .leader_first = true, .begin = begin, .answered = answered,
                            .heard = heard, .press = press};
const Speech G1_COLYSEUS = {.name = "g1-colyseus", .leader_first = true, .begin = begin, .answered = answered,
                            .heard = heard, .press = press, .real = true};

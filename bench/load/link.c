/* One connection: TCP, the HTTP upgrade, WebSocket frames. Knows nothing of what is said in them. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 1 << 18, CLOSE = 8, PING = 9, PONG = 10 };

extern int poller;
static uint8_t piece[2 * PIECE];
static const uint8_t MASK[4] = {0x5a, 0x13, 0xc7, 0x8e};

void link_connect(Client *c) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) {
        left(c, strerror(errno));
        return;
    }
    int on = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    c->stage = CONNECTING;
    c->held_bytes = 0;
    c->in_http = false;
    if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
        left(c, strerror(errno));
        return;
    }
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event);
}

void link_close(Client *c) {
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
}

/* Messages are tiny: a server that does not take one whole has not read for long. */
static void send_all(Client *c, const void *data, size_t size) {
    if (c->fd < 0) return;
    ssize_t sent = send(c->fd, data, size, MSG_NOSIGNAL);
    if (sent != (ssize_t)size) left(c, sent < 0 ? strerror(errno) : "the server does not read");
    else count_bytes_up(size);
}

static void send_frame(Client *c, int opcode, const uint8_t *data, size_t size) {
    uint8_t frame[1024];
    size_t head = 2;
    if (size > sizeof frame - 8) {
        left(c, "a message too long to send");
        return;
    }
    frame[0] = (uint8_t)(0x80 | opcode);
    if (size < 126) {
        frame[1] = (uint8_t)(0x80 | size);
    } else {
        frame[1] = 0x80 | 126;
        frame[2] = (uint8_t)(size >> 8);
        frame[3] = (uint8_t)size;
        head = 4;
    }
    memcpy(frame + head, MASK, 4);
    for (size_t k = 0; k < size; k++) frame[head + 4 + k] = data[k] ^ MASK[k & 3];
    send_all(c, frame, head + 4 + size);
}

void link_text(Client *c, const char *format, ...) {
    char text[1000];
    va_list values;
    va_start(values, format);
    int size = vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (size < 0 || size >= (int)sizeof text) left(c, "a message too long to send");
    else send_frame(c, TEXT, (const uint8_t *)text, (size_t)size);
}

void link_binary(Client *c, const uint8_t *data, size_t size) { send_frame(c, BINARY, data, size); }

void link_http(Client *c, const char *request) {
    c->stage = ASKING;
    c->in_http = true;
    send_all(c, request, strlen(request));
}

void link_upgrade(Client *c, const char *target) {
    char request[512];
    snprintf(request, sizeof request,
             "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: cnVtcHVzIGxvYWQgdGVzdA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
             target, options.port);
    c->stage = UPGRADING;
    send_all(c, request, strlen(request));
}

/* Take the head of the answer to the upgrade; returns its length, 0 if it is not whole. */
static size_t take_head(Client *c, uint8_t *data, size_t size) {
    uint8_t *end = memmem(data, size, "\r\n\r\n", 4);
    if (!end) return 0;
    if (size < 12 || memcmp(data + 9, "101", 3) != 0) {
        left(c, "the upgrade was refused");
        return 0;
    }
    c->stage = TALKING;
    if (options.speech->upgraded) options.speech->upgraded(c);
    return (size_t)(end - data) + 4;
}

/* Take one frame; returns its length, 0 if it is not whole. */
static size_t take_frame(Client *c, uint8_t *data, size_t size) {
    if (size < 2) return 0;
    size_t head = 2, length = data[1] & 127;
    if (length == 126) {
        if (size < 4) return 0;
        head = 4;
        length = (size_t)data[2] << 8 | data[3];
    } else if (length == 127) {
        if (size < 10) return 0;
        head = 10;
        length = 0;
        for (int k = 2; k < 10; k++) length = length << 8 | data[k];
    }
    if (length > PIECE - 16 || !(data[0] & 0x80) || data[1] & 0x80) {
        left(c, "a frame that a server must not send");
        return 0;
    }
    if (size < head + length) return 0;
    int opcode = data[0] & 15;
    if (opcode == PING) send_frame(c, PONG, data + head, length);
    else if (opcode == CLOSE) left(c, "the server closed the WebSocket");
    else options.speech->heard(c, opcode, data + head, length);
    return head + length;
}

static void keep(Client *c, const uint8_t *data, size_t size) {
    if (size > c->held_room) {
        c->held_room = size * 2;
        c->held = realloc(c->held, c->held_room);
        if (!c->held) abort();
    }
    if (size) memcpy(c->held, data, size);
    c->held_bytes = size;
}

static void read_some(Client *c) {
    if (c->held_bytes) memcpy(piece, c->held, c->held_bytes);
    ssize_t got = recv(c->fd, piece + c->held_bytes, PIECE, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (c->in_http) {
        /* A plain request asks the server to close, so its answer ends with the connection. */
        if (got > 0) {
            keep(c, piece, c->held_bytes + (size_t)got);
        } else {
            piece[c->held_bytes] = 0;
            options.speech->answered(c, (const char *)piece, c->held_bytes);
        }
        return;
    }
    if (got <= 0) {
        left(c, got == 0 ? "the server closed the connection" : strerror(errno));
        return;
    }
    count_bytes_down((size_t)got);
    size_t size = c->held_bytes + (size_t)got, taken = 0, next;
    c->held_bytes = 0;
    while (c->fd >= 0) {
        next = c->stage == UPGRADING ? take_head(c, piece + taken, size - taken)
                                     : take_frame(c, piece + taken, size - taken);
        if (next == 0) break;
        taken += next;
    }
    if (c->fd >= 0) keep(c, piece + taken, size - taken);
}

void link_ready(Client *c, uint32_t events) {
    if (c->stage == CONNECTING && events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            left(c, strerror(error));
            return;
        }
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
        options.speech->begin(c);
    } else if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
        read_some(c);
    }
}

/* The floor: S1 with nothing around it. A C loop that writes the same frames and reads the same inputs.
 *
 * Usage: floor ROOMS. Prints `ready PORT`. What no server can do without is here (one send per player and
 * tick, one receive per input, the WebSocket frame and its mask); what a server is for is not.
 * A client asks for `GET /ROOM/SEAT` and is believed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SEATS = 8, HZ = 20, SLOTS = 10, PERIOD_US = 1000000 / HZ, STATE = 60, FRAME = 62, EVENTS = 512, FDS = 65536 };

typedef struct {
    int fds[SEATS];
    uint16_t seq[SEATS], x[SEATS], y[SEATS];
    uint8_t buttons[SEATS];
    uint32_t tick;
} Room;

typedef struct {
    int room, seat; /* seat -1: has not asked yet */
} Peer;

static Room *rooms;
static Peer peers[FDS];
static int room_count, poller;

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void drop(int fd) {
    Peer *peer = &peers[fd];
    if (peer->seat >= 0) rooms[peer->room].fds[peer->seat] = -1;
    peer->seat = -1;
    close(fd);
}

static void put(uint8_t *at, uint64_t value, int bytes) {
    for (int k = 0; k < bytes; k++) at[k] = (uint8_t)(value >> 8 * k);
}

static void tick(Room *room) {
    uint8_t frame[FRAME] = {0x82, STATE}, *at = frame + 14;
    room->tick++;
    put(frame + 2, room->tick, 4);
    put(frame + 6, (uint64_t)now_us(), 8);
    for (int k = 0; k < SEATS; k++, at += 6) {
        room->x[k] += room->buttons[k] & 1 ? 3 : 1;
        room->y[k] += room->buttons[k] & 2 ? 3 : 1;
        put(at, room->seq[k], 2);
        put(at + 2, room->x[k], 2);
        put(at + 4, room->y[k], 2);
    }
    for (int k = 0; k < SEATS; k++)
        if (room->fds[k] >= 0 && send(room->fds[k], frame, FRAME, MSG_NOSIGNAL | MSG_DONTWAIT) != FRAME)
            drop(room->fds[k]);
}

static void greet(int fd, char *request) {
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
    Peer *peer = &peers[fd];
    if (sscanf(request, "GET /%d/%d ", &peer->room, &peer->seat) != 2 || peer->room < 0 ||
        peer->room >= room_count || peer->seat < 0 || peer->seat >= SEATS) {
        peer->seat = -1;
        drop(fd);
        return;
    }
    rooms[peer->room].fds[peer->seat] = fd;
    if (send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0) drop(fd);
}

static void take(int fd) {
    static uint8_t data[65537];
    ssize_t size = recv(fd, data, sizeof data - 1, MSG_DONTWAIT);
    if (size <= 0) {
        if (size == 0 || errno != EAGAIN) drop(fd);
        return;
    }
    Peer *peer = &peers[fd];
    if (peer->seat < 0) {
        data[size] = 0;
        greet(fd, (char *)data);
        return;
    }
    /* Whole frames of three masked bytes; a client that cuts them elsewhere is none of ours. */
    for (uint8_t *at = data; at + 9 <= data + size; at += 9) {
        Room *room = &rooms[peer->room];
        for (int k = 0; k < 3; k++) at[6 + k] ^= at[2 + k];
        room->seq[peer->seat] = (uint16_t)(at[6] | at[7] << 8);
        room->buttons[peer->seat] = at[8];
    }
}

static void accept_all(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0) return;
        if (fd >= FDS) {
            close(fd);
            continue;
        }
        peers[fd].seat = -1;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    }
}

static int listen_somewhere(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 1024)) {
        perror("listen");
        exit(1);
    }
    getsockname(fd, (struct sockaddr *)&address, &size);
    printf("ready %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int words, char **word) {
    room_count = words > 1 ? atoi(word[1]) : 1;
    rooms = calloc((size_t)room_count, sizeof *rooms);
    if (room_count < 1 || !rooms) return 2;
    for (int room = 0; room < room_count; room++)
        for (int seat = 0; seat < SEATS; seat++) rooms[room].fds[seat] = -1;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    poller = epoll_create1(0);
    int listener = listen_somewhere();
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    int64_t due = now_us();
    for (int slot = 0;; slot = (slot + 1) % SLOTS, due += PERIOD_US / SLOTS) {
        int64_t wait;
        do {
            struct epoll_event events[EVENTS];
            wait = due - now_us();
            int ready = epoll_wait(poller, events, EVENTS, wait > 0 ? (int)((wait + 999) / 1000) : 0);
            for (int k = 0; k < ready; k++) {
                if (events[k].data.fd == listener) accept_all(listener);
                else take(events[k].data.fd);
            }
        } while (due > now_us());
        for (int room = slot; room < room_count; room += SLOTS) tick(&rooms[room]);
    }
}

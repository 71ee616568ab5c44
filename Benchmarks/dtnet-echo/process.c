// One process of the floor: a bound ROUTER, a DEALER per peer that it connects to, one timer.
#include "echo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

enum { epoch_window = 64, max_id = 16 };

/// The way to a peer process: a DEALER of ours, or its id at our ROUTER.
struct peer {
    void *dealer;
    char id[max_id];
    int id_length;
};

struct runtime {
    const struct spec *spec;
    int self;
    void *context, *router;
    struct peer peers[max_processes];
    /// Messages of each stream that have arrived, per epoch of a sliding window.
    int arrived[max_streams][epoch_window];
    uint32_t epoch_of[max_streams][epoch_window];
    FILE *results;
    uint64_t dropped;
    /// Of the source: its timer and when it is due, the next epoch, and whether the last one is over.
    int timer;
    int64_t due_ns;
    uint32_t epoch;
    int ended;
};

static const uint32_t hello_stream = UINT32_MAX;

static void set_options(void *socket) {
    int one = 1, linger = 100, mark = 1000, interval = 100, timeout = 300, first = 10, last = 1000;
    int64_t size = 1 << 20;
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(socket, ZMQ_SNDHWM, &mark, sizeof mark);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &mark, sizeof mark);
    zmq_setsockopt(socket, ZMQ_IMMEDIATE, &one, sizeof one);
    zmq_setsockopt(socket, ZMQ_HEARTBEAT_IVL, &interval, sizeof interval);
    zmq_setsockopt(socket, ZMQ_HEARTBEAT_TIMEOUT, &timeout, sizeof timeout);
    zmq_setsockopt(socket, ZMQ_HEARTBEAT_TTL, &timeout, sizeof timeout);
    zmq_setsockopt(socket, ZMQ_RECONNECT_IVL, &first, sizeof first);
    zmq_setsockopt(socket, ZMQ_RECONNECT_IVL_MAX, &last, sizeof last);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &size, sizeof size);
}

/// Sends one message without waiting; what cannot be sent is counted and dropped, as ours is.
static void send_message(struct runtime *run, int to, const struct header *header, int bytes) {
    struct peer *peer = &run->peers[to];
    void *socket = peer->dealer ? peer->dealer : run->router;
    zmq_msg_t message;
    zmq_msg_init_size(&message, (size_t)bytes);
    memset(zmq_msg_data(&message), (int)header->epoch, (size_t)bytes);
    memcpy(zmq_msg_data(&message), header, sizeof *header);
    int addressed = peer->dealer != NULL || (peer->id_length > 0 && zmq_send(socket, peer->id, (size_t)peer->id_length,
                                                                             ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0);
    if (addressed && zmq_msg_send(&message, socket, ZMQ_DONTWAIT) >= 0) return;
    run->dropped++;
    zmq_msg_close(&message);
}

static void fire(struct runtime *run, const struct rule *rule, const struct header *cause) {
    for (int i = 0; i < rule->count; i++) {
        uint32_t item = rule->need == 0 && rule->count == 1 ? cause->item : (uint32_t)i;
        struct header header = {(uint32_t)rule->stream, cause->epoch, item, (uint32_t)run->self, cause->emitted_ns};
        send_message(run, rule->to, &header, rule->bytes);
    }
}

static int count_arrival(struct runtime *run, const struct header *header) {
    int slot = header->epoch % epoch_window;
    if (run->epoch_of[header->stream][slot] != header->epoch) {
        run->epoch_of[header->stream][slot] = header->epoch;
        run->arrived[header->stream][slot] = 0;
    }
    return ++run->arrived[header->stream][slot];
}

static void emit(struct runtime *run, uint32_t epoch, int64_t scheduled_ns) {
    struct header cause = {0, epoch, 0, (uint32_t)run->self, scheduled_ns};
    for (int i = 0; i < run->spec->rule_count; i++)
        if (run->spec->rules[i].process == run->self && run->spec->rules[i].trigger == at_start)
            fire(run, &run->spec->rules[i], &cause);
}

/// Starts the next epoch, or ends the run behind the last one.
static void begin(struct runtime *run, int64_t scheduled_ns) {
    if (run->epoch == (uint32_t)(run->spec->epochs + run->spec->warmup)) {
        run->ended = 1;
        return;
    }
    run->due_ns = scheduled_ns + run->spec->period_ns;
    timer_arm(run->timer, run->due_ns);
    emit(run, run->epoch++, scheduled_ns);
}

static void handle(struct runtime *run, const struct header *header) {
    const struct spec *spec = run->spec;
    if (header->stream >= max_streams) return;
    int warm = header->epoch >= (uint32_t)spec->warmup;
    int at_sink = run->self == spec->sink && header->stream == (uint32_t)spec->sink_stream;
    int64_t now_ns = at_sink ? monotonic_ns() : 0;
    if (at_sink && warm)
        fprintf(run->results, "%u %u %u %lld\n", header->epoch - (uint32_t)spec->warmup, header->sender, header->item,
                (long long)(now_ns - header->emitted_ns));
    int arrived = count_arrival(run, header);
    // As ours does, the source starts the next epoch before it answers.
    if (at_sink && spec->closed && arrived == spec->closed && header->epoch + 1 == run->epoch) begin(run, now_ns);
    for (int i = 0; i < spec->rule_count; i++) {
        const struct rule *rule = &spec->rules[i];
        if (rule->process != run->self || rule->trigger != (int)header->stream) continue;
        if (rule->need == 0 || rule->need == arrived) fire(run, rule, header);
    }
}

/// Takes one message from `socket`; 0 where none waits. A hello maps the ROUTER's id to the process that sent it.
static int take(struct runtime *run, void *socket, int *hellos) {
    zmq_msg_t id, payload;
    struct header header;
    int routed = socket == run->router;
    if (routed) {
        zmq_msg_init(&id);
        if (zmq_msg_recv(&id, socket, ZMQ_DONTWAIT) < 0) return 0;
    }
    zmq_msg_init(&payload);
    if (zmq_msg_recv(&payload, socket, ZMQ_DONTWAIT) < 0) return 0;
    int whole = zmq_msg_size(&payload) >= sizeof header;
    if (whole) memcpy(&header, zmq_msg_data(&payload), sizeof header);
    if (whole && header.stream == hello_stream) {
        if (routed && header.sender < (uint32_t)run->spec->process_count && zmq_msg_size(&id) <= max_id) {
            struct peer *peer = &run->peers[header.sender];
            if (peer->id_length == 0) ++*hellos;
            peer->id_length = (int)zmq_msg_size(&id);
            memcpy(peer->id, zmq_msg_data(&id), zmq_msg_size(&id));
        }
    } else if (whole) {
        handle(run, &header);
    }
    zmq_msg_close(&payload);
    if (routed) zmq_msg_close(&id);
    return 1;
}

static int open_sockets(struct runtime *run, zmq_pollitem_t *items, int *hellos_expected) {
    const struct spec *spec = run->spec;
    int count = 0;
    if (spec->processes[run->self].endpoint[0]) {
        run->router = zmq_socket(run->context, ZMQ_ROUTER);
        int mandatory = 1;
        set_options(run->router);
        zmq_setsockopt(run->router, ZMQ_ROUTER_MANDATORY, &mandatory, sizeof mandatory);
        if (zmq_bind(run->router, spec->processes[run->self].endpoint) != 0) {
            fprintf(stderr, "dtnet-echo: %s: %s\n", spec->processes[run->self].endpoint, zmq_strerror(zmq_errno()));
            return -1;
        }
        items[count++] = (zmq_pollitem_t){run->router, 0, ZMQ_POLLIN, 0};
    }
    for (int i = 0; i < spec->connection_count; i++) {
        const struct connection *connection = &spec->connections[i];
        if (connection->to == run->self) ++*hellos_expected;
        if (connection->from != run->self) continue;
        void *dealer = zmq_socket(run->context, ZMQ_DEALER);
        set_options(dealer);
        if (zmq_connect(dealer, spec->processes[connection->to].endpoint) != 0) return -1;
        run->peers[connection->to].dealer = dealer;
        items[count++] = (zmq_pollitem_t){dealer, 0, ZMQ_POLLIN, 0};
    }
    return count;
}

/// Says hello on every connection of ours, each as soon as it stands (IMMEDIATE refuses before), and waits for the
/// others' hellos; -1 after ten seconds.
static int shake_hands(struct runtime *run, zmq_pollitem_t *items, int sockets, int expected, int *hellos) {
    int greeted[max_processes] = {0};
    int64_t deadline = monotonic_ns() + 10000000000LL;
    for (;;) {
        int missing = 0;
        for (int i = 0; i < run->spec->process_count; i++) {
            if (!run->peers[i].dealer || greeted[i]) continue;
            struct header hello = {hello_stream, 0, 0, (uint32_t)run->self, 0};
            greeted[i] = zmq_send(run->peers[i].dealer, &hello, sizeof hello, ZMQ_DONTWAIT) >= 0;
            missing += !greeted[i];
        }
        if (missing == 0 && *hellos >= expected) return 0;
        if (monotonic_ns() > deadline) return -1;
        zmq_poll(items, sockets, 5);
        for (int i = 0; i < sockets; i++)
            while (take(run, items[i].socket, hellos)) {
            }
    }
}

static void loop(struct runtime *run, zmq_pollitem_t *items, int sockets, int start, int64_t first_ns) {
    int hellos = 0;
    run->timer = timer_open();
    items[sockets] = (zmq_pollitem_t){NULL, start, ZMQ_POLLIN, 0};
    items[sockets + 1] = (zmq_pollitem_t){NULL, run->timer, ZMQ_POLLIN, 0};
    if (run->self == run->spec->source) timer_arm(run->timer, first_ns);
    while (!run->ended) {
        if (zmq_poll(items, sockets + 2, -1) < 0) {
            if (errno == EINTR) continue;
            break;
        }
        for (int i = 0; i < sockets; i++)
            if (items[i].revents)
                while (take(run, items[i].socket, &hellos)) {
                }
        if (items[sockets + 1].revents) {
            timer_drain(run->timer);
            int64_t now_ns = monotonic_ns();
            // What came with it may have closed the loop, and set the timer anew.
            if (!run->spec->closed)
                begin(run, first_ns + (int64_t)run->epoch * run->spec->period_ns);
            else if (now_ns >= run->due_ns)
                begin(run, now_ns);
        }
        if (items[sockets].revents) break;
    }
    close(run->timer);
}

int process_run(const struct spec *spec, int self, int ready, int start, FILE *results) {
    struct runtime *run = calloc(1, sizeof *run);
    zmq_pollitem_t items[max_processes + 3];
    int expected = 0, hellos = 0;
    memset(run->epoch_of, 0xff, sizeof run->epoch_of);
    run->spec = spec;
    run->self = self;
    run->results = results;
    run->context = zmq_ctx_new();
    int sockets = open_sockets(run, items, &expected);
    int status = sockets < 0 || shake_hands(run, items, sockets, expected, &hellos) != 0;
    int64_t first_ns = 0;
    if (status == 0 && write(ready, "r", 1) == 1 && read(start, &first_ns, sizeof first_ns) == sizeof first_ns &&
        first_ns > 0)
        loop(run, items, sockets, start, first_ns);
    if (run->dropped) fprintf(stderr, "dtnet-echo: %s dropped %llu\n", spec->processes[self].name,
                              (unsigned long long)run->dropped);
    zmq_ctx_shutdown(run->context);
    for (int i = 0; i < sockets; i++) zmq_close(items[i].socket);
    zmq_ctx_term(run->context);
    fflush(results);
    free(run);
    return status;
}

// The description of a floor, one statement a line:
//
//   period_us 5000            time between two epochs
//   epochs 600                epochs that are measured
//   warmup 50                 epochs before them
//   closed 2                  closed loop: an epoch starts when 2 messages of the one before are at the sink, or a
//                             period has passed
//   process NAME [ENDPOINT]   bound ROUTER at ENDPOINT
//   connect FROM TO           DEALER of FROM at the ROUTER of TO
//   emit PROCESS STREAM TO BYTES COUNT             at the start of each epoch; names the source
//   rule PROCESS TRIGGER NEED STREAM TO BYTES COUNT  when NEED messages of TRIGGER are in, 0: at each
//   sink PROCESS STREAM       where latency ends
#include "echo.h"

#include <stdlib.h>
#include <string.h>

static int complain(const char *path, int line, const char *text) {
    fprintf(stderr, "dtnet-echo: %s:%d: %s\n", path, line, text);
    return -1;
}

static int process_named(const struct spec *spec, const char *name) {
    for (int i = 0; i < spec->process_count; i++)
        if (strcmp(spec->processes[i].name, name) == 0) return i;
    return -1;
}

static int read_process(struct spec *spec, const char *line) {
    if (spec->process_count == max_processes) return -1;
    struct process *process = &spec->processes[spec->process_count];
    process->endpoint[0] = 0;
    if (sscanf(line, "process %63s %159s", process->name, process->endpoint) < 1) return -1;
    if (process_named(spec, process->name) >= 0) return -1;
    spec->process_count++;
    return 0;
}

static int read_connection(struct spec *spec, const char *line) {
    char from[max_name], to[max_name];
    if (spec->connection_count == max_edges || sscanf(line, "connect %63s %63s", from, to) != 2) return -1;
    struct connection connection = {process_named(spec, from), process_named(spec, to)};
    if (connection.from < 0 || connection.to < 0 || !spec->processes[connection.to].endpoint[0]) return -1;
    spec->connections[spec->connection_count++] = connection;
    return 0;
}

static int read_rule(struct spec *spec, const char *line, int emits) {
    char process[max_name], to[max_name];
    struct rule rule = {.trigger = at_start};
    int got = emits ? sscanf(line, "emit %63s %d %63s %d %d", process, &rule.stream, to, &rule.bytes, &rule.count)
                    : sscanf(line, "rule %63s %d %d %d %63s %d %d", process, &rule.trigger, &rule.need, &rule.stream,
                             to, &rule.bytes, &rule.count);
    if (got != (emits ? 5 : 7) || spec->rule_count == max_rules) return -1;
    rule.process = process_named(spec, process);
    rule.to = process_named(spec, to);
    int sane = rule.process >= 0 && rule.to >= 0 && rule.stream >= 0 && rule.stream < max_streams &&
               rule.trigger < max_streams && (emits || rule.trigger >= 0) && rule.need >= 0 &&
               rule.bytes >= (int)sizeof(struct header) && rule.bytes <= 1 << 20 && rule.count > 0 && rule.count <= 4096;
    if (!sane) return -1;
    if (emits) {
        if (spec->source >= 0 && spec->source != rule.process) return -1;
        spec->source = rule.process;
    }
    spec->rules[spec->rule_count++] = rule;
    return 0;
}

static int read_sink(struct spec *spec, const char *line) {
    char name[max_name];
    if (sscanf(line, "sink %63s %d", name, &spec->sink_stream) != 2) return -1;
    spec->sink = process_named(spec, name);
    return spec->sink < 0 ? -1 : 0;
}

static int read_line(struct spec *spec, const char *line) {
    char word[16];
    long number;
    if (sscanf(line, "%15s", word) != 1 || word[0] == '#') return 0;
    if (strcmp(word, "process") == 0) return read_process(spec, line);
    if (strcmp(word, "connect") == 0) return read_connection(spec, line);
    if (strcmp(word, "emit") == 0) return read_rule(spec, line, 1);
    if (strcmp(word, "rule") == 0) return read_rule(spec, line, 0);
    if (strcmp(word, "sink") == 0) return read_sink(spec, line);
    if (sscanf(line, "%*s %ld", &number) != 1 || number < 0) return -1;
    if (strcmp(word, "period_us") == 0 && number > 0)
        spec->period_ns = number * 1000;
    else if (strcmp(word, "epochs") == 0 && number > 0 && number <= 10000000)
        spec->epochs = (int)number;
    else if (strcmp(word, "warmup") == 0 && number <= 10000000)
        spec->warmup = (int)number;
    else if (strcmp(word, "closed") == 0 && number > 0 && number <= 4096)
        spec->closed = (int)number;
    else
        return -1;
    return 0;
}

int spec_read(const char *path, struct spec *spec) {
    memset(spec, 0, sizeof *spec);
    spec->source = spec->sink = -1;
    FILE *file = fopen(path, "r");
    if (!file) return complain(path, 0, "cannot be read");
    char line[512];
    int number = 0;
    while (fgets(line, sizeof line, file)) {
        number++;
        if (read_line(spec, line) == 0) continue;
        fclose(file);
        return complain(path, number, "not a statement of a floor, or it names a process that is not declared");
    }
    fclose(file);
    if (spec->period_ns == 0 || spec->epochs == 0) return complain(path, number, "period_us or epochs is missing");
    if (spec->source < 0 || spec->sink < 0) return complain(path, number, "emit or sink is missing");
    if (spec->source != spec->sink) return complain(path, number, "one clock measures: the sink must be the source");
    return 0;
}

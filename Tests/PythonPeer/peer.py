"""A radio network that is not ours: joins the twins through the documented messages alone (docs/PROTOCOL.md).

It binds the radio network's ROUTER, accepts the Hello of every process that connects, emits Telemetry for its cells in
every decision epoch, checks each Directive that comes back, applies it to its own powers, and answers with a
DirectiveResult. It ends with 0 once every cell has had the wanted number of valid directives, with 1 where a directive
was wrong or did not come, with 2 on wrong usage.

    peer.py --endpoint ipc:///run/dtnet/ran --node 0 --serves 1:0,1,2 --serves 2:3,4,5,6
"""

import argparse
import importlib
import math
import pathlib
import subprocess
import sys
import tempfile
import time

import zmq

PROCESS = 0xFFFFFFFF  # sender or recipient of what concerns the process
VERSION = 1
CAPABILITIES = ("control:power",)  # what it does with directives; the others it answers NOT_OBSERVABLE
RADIO_LAYER = 1
POWER = 1  # control kinds of DirectiveResult
SCHEDULING_SHARE = 2
ASSOCIATION = 3
HEARTBEAT_S = 0.1
SILENCE_S = 0.5
SUBBAND_HZ = 2.5e6
NOISE_DBM = -101.0  # thermal noise over one subband at a noise figure of 9 dB
SESSION_BODIES = ("hello", "welcome", "reject", "heartbeat")


def load_messages(protos):
    """Generates the Python modules of the messages in a folder that is gone once they are imported."""
    files = sorted(str(path.relative_to(protos)) for path in protos.glob("dtnet/v1/*.proto"))
    with tempfile.TemporaryDirectory(prefix="dtnet-peer-") as folder:
        subprocess.run(["protoc", f"--proto_path={protos}", f"--python_out={folder}", *files], check=True)
        sys.path.insert(0, folder)
        try:
            return importlib.import_module("dtnet.v1.envelope_pb2"), importlib.import_module("dtnet.v1.control_pb2")
        finally:
            sys.path.remove(folder)


class Radio:
    """Fixed gains, full buffers, round-robin scheduling: just enough physics for telemetry that means something."""

    def __init__(self, arguments):
        self.subbands = arguments.subbands
        self.report_subbands = arguments.subbands if arguments.epoch_ms < 20 else 1
        self.max_power = arguments.max_power_watts
        self.cells = sorted(cell for cells in arguments.serves.values() for cell in cells)
        self.ues_per_cell = arguments.ues_per_cell
        self.power = {cell: [self.max_power / self.subbands] * self.subbands for cell in self.cells}
        self.links = min(9, len(self.cells))

    def gain_db(self, ue, cell, serving, subband):
        """-95 to -103 dB to the serving cell, 8 to 25 dB less to the others, a ripple of 3 dB over the subbands."""
        distance = abs(self.cells.index(cell) - self.cells.index(serving))
        loss = 95.0 + (ue * 7 % 9) + (0.0 if distance == 0 else 6.0 + 3.0 * distance + (ue * 5 + cell * 3) % 7)
        return -min(loss, 130.0) + 1.5 * math.sin(ue + 2.0 * cell + subband)

    def sinr(self, ue, serving, links, subband):
        watts = [self.power[cell][subband] * 10 ** (self.gain_db(ue, cell, serving, subband) / 10) for cell in links]
        return watts[0] / (sum(watts[1:]) + 10 ** ((NOISE_DBM - 30) / 10))

    def telemetry(self, message, cells):
        """Fills a Telemetry for the cells, in ascending order."""
        message.subbands, message.links, message.report_subbands = self.subbands, self.links, self.report_subbands
        for cell in sorted(cells):
            message.cell_id.append(cell)
            message.power_watts.extend(self.power[cell])
            message.prb_used_percent.append(100.0)
            rates = [self.add_ue(message, cell, number) for number in range(self.ues_per_cell)]
            message.throughput_kbps.append(sum(rates))

    def add_ue(self, message, serving, number):
        ue = serving * self.ues_per_cell + number
        others = sorted((c for c in self.cells if c != serving), key=lambda c: -self.gain_db(ue, c, serving, 0))
        links = [serving] + others[: self.links - 1]
        sinrs = [self.sinr(ue, serving, links, k) for k in range(self.subbands)]
        rate = sum(SUBBAND_HZ * min(math.log2(1 + s / 2), 7.4063) for s in sinrs) / self.ues_per_cell / 1e3
        mean_sinr_db = 10 * math.log10(sum(sinrs) / len(sinrs))
        message.ue_id.append(ue)
        message.ue_cell_id.append(serving)
        message.x_m.append(200.0 * self.cells.index(serving) + 10.0 * number)
        message.y_m.append(35.0 + 10.0 * number)
        message.position_deviation_m.append(-1.0 if ue % 5 == 4 else 3.0)
        message.ue_throughput_kbps.append(rate)
        message.backlog_bytes.append(-1.0)
        message.cqi.append(max(0, min(15, round((mean_sinr_db + 8) / 2))))
        message.sinr_db.append(mean_sinr_db)
        message.reading_age_ms.append(1.0)
        for cell in links:
            message.link_cell_id.append(cell)
            message.rsrp_dbm.append(18.0 + self.gain_db(ue, cell, serving, 0))
            message.gain_db.extend(self.gain_db(ue, cell, serving, k) for k in range(self.report_subbands))
        message.background_dbm.extend([NOISE_DBM] * self.report_subbands)
        return rate


class Fence:
    """What the radio network lets pass, per cell and control kind: newer, not expired, not of a term overtaken."""

    def __init__(self):
        self.term = {}
        self.epoch = {}

    def judge(self, key, envelope, now_epoch, outcomes):
        if envelope.term < self.term.get(key, 0):
            return outcomes.OUTCOME_STALE_TERM
        if now_epoch >= envelope.directive.expires_epoch:
            return outcomes.OUTCOME_EXPIRED
        if envelope.epoch <= self.epoch.get(key, -1):
            return outcomes.OUTCOME_STALE_EPOCH
        self.term[key] = envelope.term
        self.epoch[key] = envelope.epoch
        return outcomes.OUTCOME_APPLIED


class Peer:
    def __init__(self, arguments):
        self.arguments = arguments
        self.messages, control = load_messages(arguments.protos)
        self.outcomes = control.DirectiveResult
        self.radio = Radio(arguments)
        self.fence = Fence()
        self.incarnation = time.time_ns()
        self.sequence = {}
        self.sessions = {}  # routing id -> session of one process
        self.route = {}  # node -> routing id
        self.epoch = 0
        self.emitted_at = {}
        self.applied = {cell: 0 for cell in self.radio.cells}
        self.refused = 0
        self.faults = []
        self.latencies = []
        self.socket = zmq.Context.instance().socket(zmq.ROUTER)
        self.socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        self.socket.setsockopt(zmq.LINGER, 200)
        self.socket.setsockopt(zmq.MAXMSGSIZE, 1 << 20)
        self.socket.bind(arguments.endpoint)

    # Sending

    def envelope(self, sender, recipient, traffic_class):
        key = (sender, recipient, traffic_class)
        self.sequence[key] = self.sequence.get(key, 0) + 1
        return self.messages.Envelope(
            version=VERSION, sender=sender, recipient=recipient, incarnation=self.incarnation,
            sequence=self.sequence[key])

    def send(self, routing_id, envelope):
        try:
            self.socket.send_multipart([routing_id, envelope.SerializeToString()], flags=zmq.DONTWAIT)
        except zmq.ZMQError:
            self.drop(routing_id)  # gone, or not reading: it greets again when it is back

    def drop(self, routing_id):
        if self.sessions.pop(routing_id, None) is not None:
            self.route = {node: route for node, route in self.route.items() if route != routing_id}

    def emit(self):
        """Telemetry of one epoch: one envelope for each node that looks after cells."""
        now = time.monotonic_ns()
        self.emitted_at[self.epoch] = now
        for node, cells in self.arguments.serves.items():
            if node not in self.route:
                continue
            envelope = self.envelope(self.arguments.node, node, "telemetry")
            envelope.epoch = self.epoch
            self.radio.telemetry(envelope.telemetry, cells)
            envelope.hop_node.append(self.arguments.node)
            envelope.hop_layer.append(RADIO_LAYER)
            envelope.hop_arrived_ns.append(now)
            envelope.hop_started_ns.append(now)
            envelope.hop_barrier_ns.append(0)
            envelope.hop_sent_ns.append(time.monotonic_ns())
            self.send(self.route[node], envelope)
        self.epoch += 1

    def beat(self, now):
        for routing_id, session in list(self.sessions.items()):
            if now - session["heard"] > SILENCE_S:
                self.drop(routing_id)
            elif now >= session["next_beat"]:
                session["next_beat"] = now + HEARTBEAT_S
                session["count"] += 1
                envelope = self.envelope(PROCESS, PROCESS, (routing_id, "session"))
                envelope.heartbeat.count = session["count"]
                envelope.heartbeat.progress = self.epoch
                envelope.heartbeat.echoed = session["peer_count"]
                self.send(routing_id, envelope)

    # Receiving

    def receive(self):
        routing_id, frame = self.socket.recv_multipart()
        envelope = self.messages.Envelope()
        envelope.ParseFromString(frame)
        body = envelope.WhichOneof("body")
        now = time.monotonic()
        if body == "hello":
            self.welcome(routing_id, envelope, now)
            return
        session = self.sessions.get(routing_id)
        if session is None or envelope.incarnation != session["incarnation"]:
            answer = self.envelope(PROCESS, PROCESS, (routing_id, "session"))
            answer.reject.cause = 4
            answer.reject.reason = "say Hello first"
            self.send(routing_id, answer)
            return
        session["heard"] = now
        if body == "heartbeat":
            session["peer_count"] = envelope.heartbeat.count
        elif body == "directive":
            self.obey(routing_id, envelope)
        elif body not in SESSION_BODIES:
            self.faults.append(f"{body} is no business of a radio network")

    def welcome(self, routing_id, envelope, now):
        hello = envelope.hello
        answer = self.envelope(PROCESS, PROCESS, (routing_id, "session"))
        if not hello.min_version <= VERSION <= hello.max_version:
            answer.reject.cause = 1
            answer.reject.reason = f"this radio network speaks version {VERSION}"
            self.send(routing_id, answer)
            return
        missing = [name for name in CAPABILITIES if hello.capability and name not in hello.capability]
        if missing:
            answer.reject.cause = 1
            answer.reject.reason = f"{hello.process} does not announce {', '.join(missing)}: run a release that does"
            self.send(routing_id, answer)
            return
        self.sessions[routing_id] = {
            "incarnation": envelope.incarnation, "heard": now, "next_beat": now, "count": 0, "peer_count": 0}
        for node in hello.node_id:
            self.route[node] = routing_id
        answer.welcome.process = self.arguments.process
        answer.welcome.node_id.append(self.arguments.node)
        answer.welcome.version = VERSION
        answer.welcome.capability.extend(CAPABILITIES)
        answer.welcome.highest_term = max(self.fence.term.values(), default=0)
        self.send(routing_id, answer)

    def obey(self, routing_id, envelope):
        """Checks and applies one directive, all its cells or none, and answers."""
        fault = self.fault(envelope)
        if fault:
            self.faults.append(fault)
        directive = envelope.directive
        answer = self.envelope(self.arguments.node, envelope.sender, "control")
        answer.epoch, answer.term = envelope.epoch, envelope.term
        result = answer.directive_result
        for row, cell in enumerate(directive.cell_id):
            outcome = self.outcomes.OUTCOME_OUT_OF_RANGE
            if not fault:
                outcome = self.fence.judge((cell, POWER), envelope, self.epoch, self.outcomes)
            if outcome == self.outcomes.OUTCOME_APPLIED:
                powers = directive.power_watts[row * directive.subbands : (row + 1) * directive.subbands]
                if powers:
                    self.radio.power[cell] = list(powers)
                self.applied[cell] += 1
                self.latencies.append(time.monotonic_ns() - self.emitted_at.get(envelope.epoch, time.monotonic_ns()))
            else:
                self.refused += 1
            self.add_result(result, cell, POWER, outcome)
        # This radio network schedules and hands over by itself: it says so rather than accept and do nothing.
        shared = sorted({ue // self.radio.ues_per_cell for ue in directive.share_ue_id})
        for cell in shared:
            self.add_result(result, cell, SCHEDULING_SHARE, self.outcomes.OUTCOME_NOT_OBSERVABLE)
        for cell in sorted(set(directive.association_cell_id)):
            self.add_result(result, cell, ASSOCIATION, self.outcomes.OUTCOME_NOT_OBSERVABLE)
        self.send(routing_id, answer)

    @staticmethod
    def add_result(result, cell, kind, outcome):
        result.cell_id.append(cell)
        result.control_kind.append(kind)
        result.outcome.append(outcome)

    def fault(self, envelope):
        """What is wrong with a directive in itself, in words; None where it is sound."""
        directive = envelope.directive
        if directive.subbands != self.radio.subbands:
            return f"{directive.subbands} subbands, the carrier has {self.radio.subbands}"
        if any(cell not in self.applied for cell in directive.cell_id):
            return f"unknown cells in {list(directive.cell_id)}"
        if envelope.epoch >= self.epoch or directive.offer_epoch > envelope.epoch:
            return f"epoch {envelope.epoch}, offer {directive.offer_epoch}: of the future, now {self.epoch}"
        if directive.oldest_epoch > directive.offer_epoch or directive.expires_epoch <= envelope.epoch:
            return f"oldest {directive.oldest_epoch}, offer {directive.offer_epoch}, expires {directive.expires_epoch}"
        powers = list(directive.power_watts)
        if len(powers) not in (0, len(directive.cell_id) * directive.subbands):
            return f"{len(powers)} powers for {len(directive.cell_id)} cells"
        if not all(math.isfinite(power) and power >= 0 for power in powers):
            return "a power is negative or not finite"
        for row in range(0, len(powers), directive.subbands):
            total = sum(powers[row : row + directive.subbands])
            if total > self.radio.max_power * 1.0001:
                return f"{total:.3f} W, the cell may send {self.radio.max_power} W"
        shares = list(directive.share)
        if len(shares) != len(directive.share_ue_id) * directive.subbands:
            return "shares do not match their UEs"
        if not all(math.isfinite(share) and 0 <= share <= 1.0001 for share in shares):
            return "a share is outside 0 ... 1"
        if len(directive.association_ue_id) != len(directive.association_cell_id):
            return "associations do not match their UEs"
        return None

    # Running

    def done(self):
        return min(self.applied.values()) >= self.arguments.directives

    def run(self):
        period = self.arguments.epoch_ms / 1e3
        start = time.monotonic()
        due = start
        while not self.done() and not self.faults:
            now = time.monotonic()
            if now - start > self.arguments.timeout_s:
                self.faults.append(f"after {self.arguments.timeout_s:g} s: directives per cell {self.applied}")
                break
            self.beat(now)
            if now >= due:
                if self.sessions:
                    self.emit()
                due = max(due + period, now)
            wait = max(0.0, min(due, now + HEARTBEAT_S / 4) - time.monotonic())
            if self.socket.poll(math.ceil(wait * 1e3)):
                self.receive()
        self.socket.close()
        return self.report()

    def report(self):
        for fault in self.faults:
            print(f"peer: wrong: {fault}", file=sys.stderr)
        latencies = sorted(self.latencies)
        median = f"{latencies[len(latencies) // 2] / 1e6:.3f} ms" if latencies else "none"
        print(
            f"peer: {len(self.applied)} cells, at least {min(self.applied.values())} valid directives each, "
            f"{sum(self.applied.values())} applied, {self.refused} refused, {len(self.faults)} wrong, "
            f"median latency {median}")
        return 1 if self.faults else 0


def served(text):
    node, cells = text.split(":")
    return int(node), sorted(int(cell) for cell in cells.split(","))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--endpoint", required=True, help="ZeroMQ endpoint to bind")
    parser.add_argument("--process", default="ran", help="name of the radio network's process in the topology")
    parser.add_argument("--node", type=int, default=0, help="node id of the radio network")
    parser.add_argument("--serves", type=served, action="append", required=True, metavar="NODE:CELL,CELL",
                        help="L1 node and the cells whose telemetry it gets; once per node")
    parser.add_argument("--subbands", type=int, default=8)
    parser.add_argument("--epoch-ms", type=float, default=20.0)
    parser.add_argument("--max-power-watts", type=float, default=10 ** 1.3, help="limit of each cell")
    parser.add_argument("--ues-per-cell", type=int, default=4)
    parser.add_argument("--directives", type=int, default=20, help="valid directives wanted for each cell")
    parser.add_argument("--timeout-s", type=float, default=30.0)
    parser.add_argument("--protos", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2] / "Protos")
    arguments = parser.parse_args()
    arguments.serves = dict(arguments.serves)
    return Peer(arguments).run()


if __name__ == "__main__":
    sys.exit(main())

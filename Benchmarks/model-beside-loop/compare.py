#!/usr/bin/env python3
"""The fast loop with a language model beside it, and with servers that fail, against the loop without a model.

usage: Benchmarks/model-beside-loop/compare.py [TOPOLOGY] [--hierarchy dch] [--duration 10] [--rounds 3] [--case NAME ...]

A round runs the topology on real processes once without a model and once with each case, in an order that moves on by
one from round to round. Printed are the ratios of p50 and p99 of the fast latency to the run without a model of the same
round: their medians over the rounds and the 95 % intervals of these (bootstrap over rounds), p99 of every round, what
the engine did meanwhile, and how its last questions failed. Cases: nothing (no model either: what two runs differ by
anyway), generating (the local model, asked without a pause), killed, frozen, slow, truncated, schema, megabyte, endless.
Needs the built tool, and for `generating` scripts/llm-server.sh --install. Standard library only.
"""
import argparse
import collections
import json
import pathlib
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / ".build/release/dtnet"
CASES = ["nothing", "generating", "killed", "frozen", "slow", "truncated", "schema", "megabyte", "endless"]


def completion(text):
    body = json.dumps({
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 10},
    })
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


class Server:
    """Answers on loopback as a case says."""

    def __init__(self, case):
        self.case = case
        self.asked = 0
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self.listener.getsockname()[1]}/v1"
        if case == "killed":
            self.listener.close()
            return
        self.listener.listen(16)
        if case != "frozen":
            threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        try:
            connection.recv(65536)
            self.asked += 1
            if self.case == "slow":
                time.sleep(60)
                connection.sendall(completion("{}"))
            elif self.case == "truncated":
                connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"choices":[{"mess')
            elif self.case == "schema":
                connection.sendall(completion('{"action":"launch_rocket","cell":999}'))
            elif self.case == "megabyte":
                connection.sendall(completion("x" * (1 << 20)))
            else:
                connection.sendall(b'HTTP/1.1 200 OK\r\n\r\n{"choices":[')
                while True:
                    connection.sendall(b'{"index":0},' * 1000)
        except OSError:
            pass
        finally:
            connection.close()

    def close(self):
        self.listener.close()


def with_language(text, keys):
    """The topology with these keys of `language` and no others."""
    lines, inside = [], False
    for line in text.splitlines():
        if line.startswith("language:"):
            inside = True
            continue
        if inside and (line.startswith((" ", "\t")) or not line.strip()):
            continue
        inside = False
        lines.append(line)
    entries = ", ".join(f"{key}: {value}" for key, value in keys.items())
    return "\n".join(lines) + f"\nlanguage: {{{entries}}}\n"


def run(topology, keys, arguments, folder):
    """One run; its row and what the language engine recorded."""
    path = topology.parent / f".{topology.stem}-beside.yaml"
    path.write_text(with_language(topology.read_text(), keys))
    try:
        done = subprocess.run(
            [TOOL, "up", path, "--hierarchy", arguments.hierarchy, "--duration", f"{arguments.duration}s", "--json"],
            cwd=folder, capture_output=True, text=True, check=False)
    finally:
        path.unlink()
    if done.returncode != 0:
        sys.exit(f"dtnet up ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
    newest = max((pathlib.Path(folder) / "runs").iterdir(), key=lambda each: each.stat().st_mtime)
    decisions = []
    for line in (newest / "decisions.jsonl").read_text(errors="replace").splitlines():
        if '"type":"language"' in line:
            decisions.append(json.loads(line))
    row = json.loads(done.stdout)
    row = row["results"][0] if "results" in row else row
    return row["fast_us"], row["missed"], decisions


def interval(ratios, seed=1):
    """The 95 % interval of a median, by drawing the ratios again."""
    generator = random.Random(seed)
    medians = sorted(statistics.median(generator.choices(ratios, k=len(ratios))) for _ in range(4000))
    return medians[100], medians[-101]


def run_case(case, topology, arguments, folder):
    """One run with a case, None for none: its latencies, what it missed and what the language engine recorded."""
    if case in (None, "nothing"):
        return run(topology, {"server": "none", "period": "1s"}, arguments, folder)
    busy = {"period": "1s", "tokens_per_minute": 10000000, "busy_per_minute": "60s"}
    if case == "generating":
        return run(topology, busy | {"server": "local"}, arguments, folder)
    server = Server(case)
    try:
        return run(topology, busy | {"server": server.base, "model": "small"}, arguments, folder)
    finally:
        server.close()


def report(case, alone, beside):
    """Prints a row of the runs of a case and those without a model, round by round."""
    decisions = [each for _, _, made in beside for each in made]
    failures = collections.Counter(each["failure"].split(":")[0][:40] for each in decisions if each["failure"])
    ruled = sum(
        1 for each in decisions if each["chosen"] >= 0 and each["candidate_source"][each["chosen"]] == "rules")
    columns = []
    for key in ("p50", "p99"):
        ratios = [with_it[0][key] / without[0][key] for without, with_it in zip(alone, beside)]
        low, high = interval(ratios)
        columns.append(f"{statistics.median(ratios):5.2f} ({low:.2f} to {high:.2f})")
    rounds = " ".join(f"{without[0]['p99']:.0f}:{with_it[0]['p99']:.0f}" for without, with_it in zip(alone, beside))
    missed = [sum(each[1] for each in runs) for runs in (alone, beside)]
    print(
        f"{case:<11} {columns[0]}  {columns[1]}  {missed[0]}:{missed[1]:<5} {len(decisions):9d}  {ruled:11d}  "
        f"{dict(failures)}\n            p99 by round, us, without:with  {rounds}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topology", nargs="?", default="topologies/plaza.yaml", type=pathlib.Path)
    parser.add_argument("--hierarchy", default="dch", choices=["fch", "sch", "dch"])
    parser.add_argument("--duration", default=10, type=int, help="seconds of every run")
    parser.add_argument("--rounds", default=3, type=int, help="runs of every case")
    parser.add_argument("--case", action="append", choices=CASES, help="a case; all where none is named")
    arguments = parser.parse_args()
    topology = arguments.topology.resolve()
    cases = arguments.case or CASES
    runs = {case: [] for case in [None, *cases]}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(arguments.rounds):
            order = [None, *cases]
            first = number % len(order)
            for case in order[first:] + order[:first]:
                runs[case].append(run_case(case, topology, arguments, folder))
            print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr, flush=True)
    print("case        p50 ratio             p99 ratio             missed  decisions  rules chose  failures")
    for case in cases:
        report(case, runs[None], runs[case])


if __name__ == "__main__":
    main()

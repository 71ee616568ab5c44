#!/usr/bin/env python3
"""The fast loop with the context store's stream beside it, over several rounds of upkeep, against the loop alone.

usage: Benchmarks/context-store/beside_loop.py [TOPOLOGY] [--hierarchy sch] [--duration 45] [--rounds 5] [--rate 20000]

A round runs the topology on real processes three times, in an order that moves on by one from round to round: alone,
alone again (what two runs differ by anyway), and with a process beside it that writes a paced stream of rows through the
writer that the processes use. The store sums up and removes rows every 10 s meanwhile; a stream that saw fewer than two
buckets summed up, or dropped a row, ends the benchmark. Printed are the ratios of p50 and p99 of the fast latency to the
first run alone of the same round: their medians over the rounds with 95 % intervals of these (bootstrap over rounds), and
what the stream came to. Needs the built tool and benchmark. Standard library only.
"""
import argparse
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / ".build/release/dtnet"
STREAM = ROOT / ".build/release/context-store"
KINDS = ["alone", "again", "stream"]
# The stream begins before the loop and ends behind it, at the niceness of the processes' writing threads.
LEAD_SECONDS = 15


def loop(topology, arguments, folder):
    """One run of the topology: its fast latencies."""
    done = subprocess.run(
        [TOOL, "up", topology, "--hierarchy", arguments.hierarchy, "--duration", f"{arguments.duration}s", "--json"],
        cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"dtnet up ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
    row = json.loads(done.stdout)
    row = row["results"][0] if "results" in row else row
    return row["fast_us"]


def beside(topology, arguments, folder):
    """The same with the stream beside it; what the stream says is printed."""
    words = ["--rows", "0", "--rate", arguments.rate, "--seconds", arguments.duration + LEAD_SECONDS, "--keep", 20]
    stream = subprocess.Popen(
        ["nice", "-n", "5", STREAM, *map(str, words), "--folder", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        latencies = loop(topology, arguments, folder)
        output, errors = stream.communicate(timeout=300)
    finally:
        if stream.poll() is None:
            stream.kill()
    if stream.returncode != 0:
        sys.exit(f"context-store ended with {stream.returncode}: {errors.strip()}\n{output.strip()}")
    print("\n".join(line for line in output.splitlines() if line.startswith(("paced", "upkeep"))), flush=True)
    return latencies


def interval(ratios, seed=1):
    """The 95 % interval of a median, by drawing the ratios again."""
    generator = random.Random(seed)
    medians = sorted(statistics.median(generator.choices(ratios, k=len(ratios))) for _ in range(4000))
    return medians[100], medians[-101]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topology", nargs="?", default="topologies/campus.yaml", type=pathlib.Path)
    parser.add_argument("--hierarchy", default="sch", choices=["fch", "sch", "dch"])
    parser.add_argument("--duration", default=45, type=int, help="seconds of every run, 30 or more")
    parser.add_argument("--rounds", default=5, type=int, help="runs of every kind")
    parser.add_argument("--rate", default=20000, type=int, help="rows a second")
    arguments = parser.parse_args()
    if arguments.duration < 30 or arguments.rounds < 1:
        parser.error("a run of less than 30 s sees no two rounds of upkeep, and there must be a round")
    topology = arguments.topology.resolve()
    runs = {kind: [] for kind in KINDS}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(arguments.rounds):
            first = number % len(KINDS)
            for kind in KINDS[first:] + KINDS[:first]:
                run = beside if kind == "stream" else loop
                runs[kind].append(run(topology, arguments, folder))
            print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr, flush=True)
    print("beside      p50 ratio             p99 ratio             p99 by round, us, alone:with")
    for kind in KINDS[1:]:
        pairs = list(zip(runs["alone"], runs[kind]))
        columns = []
        for key in ("p50", "p99"):
            ratios = [with_it[key] / without[key] for without, with_it in pairs]
            low, high = interval(ratios)
            columns.append(f"{statistics.median(ratios):5.2f} ({low:.2f} to {high:.2f})")
        rounds = " ".join(f"{without['p99']:.0f}:{with_it['p99']:.0f}" for without, with_it in pairs)
        name = "nothing" if kind == "again" else "the stream"
        print(f"{name:<11} {columns[0]}  {columns[1]}  {rounds}", flush=True)


if __name__ == "__main__":
    main()

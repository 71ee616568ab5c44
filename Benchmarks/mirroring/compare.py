#!/usr/bin/env python3
"""What it saves, and what it costs, that L3 chooses what edges mirror and how often.

usage: Benchmarks/mirroring/compare.py [TOPOLOGY] [--hierarchy sch] [--epochs 1500] [--seeds 6] [--fixed 1s --fixed 8s]

Simulates the topology on paired seeds: L3 chooses, and every edge mirrors all it has at a fixed period. Prints per fixed
period the traffic from the edges to L3 that choosing saves, and choosing over the fixed period in the network value M,
in the rate of the worst twentieth of users, and in the share of the gap to the best known powers (its regret is the
rest): means over the seeds with the half width of their 95 % interval. Needs the built tool. Standard library only.
"""
import argparse
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / ".build/release/dtnet"
# Of Student's distribution with 1, 2, ... degrees of freedom, two sides, 5 %.
T95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131]


def simulate(arguments, seed, period, folder):
    """The row of one run."""
    file = pathlib.Path(folder) / "row.json"
    command = [TOOL, "simulate", arguments.topology, "--hierarchy", arguments.hierarchy, "--epochs",
               str(arguments.epochs), "--seed", str(seed), "--json", file]
    done = subprocess.run(
        command + (["--mirror-period", period] if period else []), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"dtnet simulate ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(file.read_text())["results"][0]


def value(row, key):
    """A figure of a row, wherever it stands."""
    return row[key] if key in row else row["details"][key]


def interval(values):
    """Mean and half width of its 95 % interval."""
    if len(values) < 2:
        return f"{values[0]:+.2f}"
    width = T95[min(len(values) - 2, len(T95) - 1)] * statistics.stdev(values) / math.sqrt(len(values))
    return f"{statistics.mean(values):+.2f} +- {width:.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topology", nargs="?", default=ROOT / "topologies/plaza.yaml", type=pathlib.Path)
    parser.add_argument("--hierarchy", default="sch", choices=["fch", "sch", "dch"])
    parser.add_argument("--epochs", default=1500, type=int)
    parser.add_argument("--seeds", default=6, type=int)
    parser.add_argument("--fixed", action="append", help="a fixed period; 1s and 8s where none is named")
    arguments = parser.parse_args()
    print("fixed  bytes/s chosen:fixed  saved %  M %             5th percentile %  efficiency, points")
    with tempfile.TemporaryDirectory() as folder:
        seeds = range(1, arguments.seeds + 1)
        chosen = [simulate(arguments, seed, None, folder) for seed in seeds]
        for period in arguments.fixed or ["1s", "8s"]:
            fixed = [simulate(arguments, seed, period, folder) for seed in seeds]
            bytes_of = [
                statistics.mean(row["details"]["mirror_bytes_per_second"] for row in rows) for rows in (chosen, fixed)]
            ratios = [
                [100 * (value(ours, key) / value(theirs, key) - 1) for ours, theirs in zip(chosen, fixed)]
                for key in ("value_mbps", "fifth_percentile_mbps")]
            points = [100 * (ours["efficiency"] - theirs["efficiency"]) for ours, theirs in zip(chosen, fixed)]
            print(
                f"{period:<6} {bytes_of[0]:10.0f}:{bytes_of[1]:<9.0f} {100 * (1 - bytes_of[0] / bytes_of[1]):7.1f}  "
                f"{interval(ratios[0]):<15} {interval(ratios[1]):<17} {interval(points)}", flush=True)


if __name__ == "__main__":
    main()

"""Our association beside HiGHS on the same seeded drops, in alternation.

usage: compare.py [--seeds N] [--first SEED] [--tool PATH]      needs: pip install highspy numpy

HiGHS solves the mixed-integer program at relative gap 1e-3 on one thread, and its linear relaxation for the bound. Our
time is the median of 15 runs in one process, HiGHS's the time of its run alone, model building left out on both sides.
"""
import argparse
import json
import statistics
import subprocess
import tempfile
import time

import highspy
import numpy as np

SIZES = [("19 cells x 500", 1, 500), ("57 cells x 1000", 3, 1000)]


def ours(tool, sectors, ues, seed, export):
    command = [tool, "rrm", "associate", "--sites", "19", "--sectors", str(sectors), "--ues", str(ues)]
    command += ["--seed", str(seed), "--repeats", "15", "--solver", "greedy", "--solver", "priced"]
    output = subprocess.run(command + ["--export", export, "--json"], check=True, capture_output=True, text=True)
    return {row["solver"]: row for row in json.loads(output.stdout)}


def program(path, whole):
    with open(path) as file:
        problem = json.load(file)
    first, cell = np.array(problem["first_pair"]), np.array(problem["cell"])
    capacity, need = np.array(problem["capacity_prbs"], float), np.array(problem["need_prbs"], float)
    pairs, ues = len(cell), len(first) - 1
    user = np.repeat(np.arange(ues), np.diff(first))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = pairs, ues + len(capacity)
    lp.col_cost_ = np.array(problem["value"], float)
    lp.col_lower_, lp.col_upper_ = np.zeros(pairs), np.ones(pairs)
    lp.row_lower_ = np.full(lp.num_row_, -highspy.kHighsInf)
    lp.row_upper_ = np.concatenate([np.ones(ues), capacity])
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(0, 2 * pairs + 1, 2)
    lp.a_matrix_.index_ = np.stack([user, ues + cell], axis=1).ravel()
    lp.a_matrix_.value_ = np.stack([np.ones(pairs), need], axis=1).ravel()
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * pairs
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", 1e-3)
    highs.passModel(lp)
    return highs


def peers(path):
    relaxed = program(path, whole=False)
    relaxed.run()
    highs = program(path, whole=True)
    began = time.perf_counter()
    highs.run()
    seconds = time.perf_counter() - began
    return relaxed.getInfo().objective_function_value, highs.getInfo().mip_dual_bound, seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=101)
    parser.add_argument("--tool", default=".build/release/dtnet")
    options = parser.parse_args()
    print(f"HiGHS {highspy.Highs().version()}, {options.seeds} seeds from {options.first}")
    print(f"{'size':<16} {'seed':>5} {'of dual %':>9} {'greedy %':>9} {'own/LP':>8} {'ms':>7} {'HiGHS ms':>9} {'1/':>5}")
    rows = {name: [] for name, _, _ in SIZES}
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        for seed in range(options.first, options.first + options.seeds):
            for name, sectors, ues in SIZES:
                mine = ours(options.tool, sectors, ues, seed, file.name)
                linear, dual, seconds = peers(file.name)
                priced = mine["priced"]
                row = (100 * priced["value"] / dual, 100 * mine["greedy"]["value"] / dual, priced["bound"] / linear,
                       priced["milliseconds"], 1e3 * seconds, 1e3 * seconds / priced["milliseconds"])
                rows[name].append(row)
                print(f"{name:<16} {seed:>5} {row[0]:>9.3f} {row[1]:>9.3f} {row[2]:>8.5f} {row[3]:>7.3f} "
                      f"{row[4]:>9.1f} {row[5]:>5.0f}", flush=True)
    for name, all_rows in rows.items():
        quality, greedy, bound, mine, peer, ratio = zip(*all_rows)
        print(f"{name}: {min(quality):.3f} % of HiGHS's dual bound at least, {statistics.mean(quality):.3f} on average "
              f"(99.8); greedy {statistics.mean(greedy):.3f}; own bound at most {100 * (max(bound) - 1):.3f} % above the "
              f"LP's (0.1); {statistics.median(mine):.2f} ms, HiGHS {statistics.median(peer):.0f} ms: 1/"
              f"{statistics.median(ratio):.0f} of its time, 1/{min(ratio):.0f} at worst (1/200)")


if __name__ == "__main__":
    main()

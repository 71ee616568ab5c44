#!/usr/bin/env python3
"""Times Sionna RT and dtnet-paths on the same scene, positions, depth and frequency, in alternating blocks of one run,
and compares their path sets. Needs `pip install sionna-rt==2.2.0` and LLVM 19 (see README.md beside this folder)."""

import argparse
import csv
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("DRJIT_LIBLLVM_PATH", "/usr/lib/x86_64-linux-gnu/libLLVM.so.19.1")

CASES = {
    # scene: transmitter, receivers as (x range, y range, columns, rows), height
    "simple_street_canyon": ((-33, 11, 32), ((-60, 60), (-8, 8), 20, 5), 1.5),
    "munich": ((8.5, 21, 27), ((45, -150), (90, -150), 10, 5), 1.5),
}
HERTZ = 3.5e9


def grid(spec, height):
    (x0, x1), (y0, y1), columns, rows = spec
    return [(x0 + (x1 - x0) * i / (columns - 1), y0 + (y1 - y0) * j / (rows - 1), height)
            for i in range(columns) for j in range(rows)]


class Sionna:
    """Sionna RT's path solver with line of sight and specular reflection."""

    def __init__(self, name, transmitter, receivers, depth):
        import mitsuba
        import sionna.rt as rt
        self.rt, self.mi, self.depth = rt, mitsuba, depth
        self.scene = rt.load_scene(getattr(rt.scene, name))
        self.file = getattr(rt.scene, name)
        self.scene.frequency = HERTZ
        array = rt.PlanarArray(num_rows=1, num_cols=1, pattern="iso", polarization="V")
        self.scene.tx_array = self.scene.rx_array = array
        self.scene.add(rt.Transmitter("tx", position=mitsuba.Point3f(*map(float, transmitter))))
        self.receivers = receivers
        for number, place in enumerate(receivers):
            self.scene.add(rt.Receiver(f"rx{number}", position=mitsuba.Point3f(*map(float, place))))
        self.solver = rt.PathSolver()

    def move(self, angle):
        for number, (x, y, z) in enumerate(self.receivers):
            self.scene.get(f"rx{number}").position = self.mi.Point3f(x + math.cos(angle), y + math.sin(angle), z)

    def solve(self, samples):
        import drjit
        start = time.perf_counter()
        paths = self.solver(self.scene, max_depth=self.depth, samples_per_src=samples, refraction=False)
        drjit.eval(paths.a, paths.tau)
        drjit.sync_thread()
        return (time.perf_counter() - start) * 1e3, paths

    @staticmethod
    def rows(paths):
        """(receiver, depth, delay in ns, vertices) of every path."""
        valid, tau = paths.valid.numpy(), paths.tau.numpy()
        kinds, points = paths.interactions.numpy(), paths.vertices.numpy()
        rows = []
        for receiver in range(valid.shape[0]):
            for path in range(valid.shape[2]):
                if valid[receiver, 0, path]:
                    depth = int((kinds[:, receiver, 0, path] != 0).sum())
                    rows.append((receiver, depth, float(tau[receiver, 0, path]) * 1e9,
                                 [tuple(p) for p in points[:depth, receiver, 0, path]]))
        return rows

    def write(self, paths, name):
        """Every path as `sionna-reference` has it, ordered by receiver, bounces and delay."""
        real, imaginary = (part.numpy() for part in paths.a)
        import numpy as np
        with np.errstate(divide="ignore"):  # places without a path
            gains = 10 * np.log10(real[:, 0, 0, 0] ** 2 + imaginary[:, 0, 0, 0] ** 2)
        valid, tau, kinds = paths.valid.numpy(), paths.tau.numpy(), paths.interactions.numpy()
        found = sorted((receiver, int((kinds[:, receiver, 0, path] != 0).sum()), float(tau[receiver, 0, path]) * 1e9,
                        float(gains[receiver, path]))
                       for receiver in range(valid.shape[0]) for path in range(valid.shape[2])
                       if valid[receiver, 0, path])
        with open(name, "w") as file:
            file.write("rx_x,rx_y,rx_z,n_bounces,delay_ns,gain_db\n")
            for receiver, bounces, delay, gain in found:
                place = ",".join(f"{x:.6f}".rstrip("0").rstrip(".") for x in self.receivers[receiver])
                file.write(f"{place},{bounces},{delay:.5f},{gain:.4f}\n")


class Ours:
    def __init__(self, binary, scene, receivers, transmitter, depth, folder):
        table = os.path.join(folder, "receivers.csv")
        with open(table, "w") as file:
            file.writelines(",".join(map(str, place)) + "\n" for place in receivers)
        self.process = subprocess.Popen(
            [binary, scene, table, ",".join(map(str, transmitter)), str(depth), str(HERTZ)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit("dtnet-paths ended")
        milliseconds, count = answer.split()
        return float(milliseconds), int(count)

    def rows(self, folder):
        name = os.path.join(folder, "paths.csv")
        self.ask(f"paths {name}")
        rows = []
        with open(name) as file:
            for row in csv.DictReader(file):
                points = [tuple(map(float, p.split())) for p in row["vertices"].split(";") if p]
                rows.append((int(row["receiver"]), int(row["depth"]), float(row["delay_ns"]), points))
        return rows

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compare_sets(ours, theirs):
    """Paths of one set that the other lacks, and the largest difference of delays in ps. Two paths are the same if
    receiver and depth agree and all vertices lie within 5 cm."""
    left = list(ours)
    missing, worst = [], 0.0
    for receiver, depth, delay, points in theirs:
        best = None
        for number, (r, d, t, p) in enumerate(left):
            if r == receiver and d == depth and all(math.dist(a, b) < 0.05 for a, b in zip(p, points)):
                best = number
                break
        if best is None:
            missing.append((receiver, depth, delay))
        else:
            worst = max(worst, abs(left.pop(best)[2] - delay) * 1e3)
    return missing, left, worst


def cheapest_complete(sionna, candidates):
    """The least number of samples that finds as many paths as the largest does."""
    counts = {samples: int(sionna.solve(samples)[1].valid.numpy().sum()) for samples in candidates}
    most = max(counts.values())
    return min(samples for samples, count in counts.items() if count == most), counts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=".build/release/dtnet-paths")
    parser.add_argument("--scene", choices=CASES, default="simple_street_canyon")
    parser.add_argument("--receivers", type=int, help="use the first so many receivers")
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--blocks", type=int, default=5)
    parser.add_argument("--samples", default="1e4,3e4,1e5,3e5,1e6")
    parser.add_argument("--write", metavar="FILE", help="only write Sionna's paths at the most samples to this file")
    options = parser.parse_args()
    transmitter, spec, height = CASES[options.scene]
    receivers = grid(spec, height)[:options.receivers]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder  # no kernels kept from earlier runs: the first call is wholly cold
        sionna = Sionna(options.scene, transmitter, receivers, options.depth)
        if options.write:
            sionna.write(sionna.solve(max(int(float(s)) for s in options.samples.split(",")))[1], options.write)
            return
        ours = Ours(options.binary, sionna.file, receivers, transmitter, options.depth, folder)
        first = sionna.solve(100_000)[0]
        samples, counts = cheapest_complete(sionna, [int(float(s)) for s in options.samples.split(",")])
        truth = sionna.solve(max(counts))[1]
        ours.ask("cold")
        missing, extra, picoseconds = compare_sets(ours.rows(folder), Sionna.rows(truth))
        print(f"{options.scene}, {len(receivers)} receivers, depth {options.depth}: Sionna's paths by samples {counts}")
        print(f"ours {ours.ask('warm')[1]} paths, missing {missing}, extra {[row[:3] for row in extra]}, "
              f"largest difference of delays {picoseconds:.3f} ps")
        print(f"Sionna's first call {first:.0f} ms; from here on {samples} samples")
        ratios = {"cold": [], "cold-alone": [], "warm": [], "moved": []}
        for block in range(options.blocks):
            theirs = statistics.median(sionna.solve(samples)[0] for _ in range(3))
            for kind in ("cold", "cold-alone", "warm"):
                repeats = 15 if kind == "warm" else 3
                own = statistics.median(ours.ask(kind)[0] for _ in range(repeats))
                ratios[kind].append((theirs / own, theirs, own))
            sionna.move(block)
            theirs = statistics.median(sionna.solve(samples)[0] for _ in range(3))
            own = statistics.median(ours.ask(f"moved {block + step * 0.7}")[0] for step in range(5))
            ratios["moved"].append((theirs / own, theirs, own))
            sionna.move(block + math.pi)
        for kind, found in ratios.items():
            ratio, theirs, own = (statistics.median(column) for column in zip(*found))
            print(f"{kind:10s} Sionna {theirs:9.2f} ms  ours {own:9.3f} ms  ratio {ratio:8.1f}")
        ours.close()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Holds a map of path gain by `dtnet radio map` and maps by Sionna RT at several numbers of rays against Sionna's own
map at very many rays: error and time of each. Needs `pip install sionna-rt==2.2.0` and LLVM 19, as compare.py does."""

import argparse
import csv
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy

os.environ.setdefault("DRJIT_LIBLLVM_PATH", "/usr/lib/x86_64-linux-gnu/libLLVM.so.19.1")

TRANSMITTERS = {"munich": (8.5, 21, 27), "simple_street_canyon": (-33, 11, 32), "etoile": (30, -30, 35)}
HERTZ = 3.5e9
HEIGHT = 1.5


class Ours:
    """A map by the tool: a grid of gains in dB with NaN where nothing arrives, and the seconds that it took."""

    def __init__(self, binary, scene, transmitter, depth, cell, sample, folder):
        out = os.path.join(folder, "map.csv")
        started = time.perf_counter()
        summary = subprocess.run(
            [binary, "radio", "map", scene, "--tx", ",".join(map(str, transmitter)), "--frequency", f"{HERTZ / 1e9}GHz",
             "--depth", str(depth), "--height", str(HEIGHT), "--cell", str(cell), "--sample", sample, "--receiver",
             "both", "--out", out, "--json"], check=True, capture_output=True, text=True).stdout
        self.whole_seconds = time.perf_counter() - started
        summary = json.loads(summary)
        self.seconds = summary["path_seconds"] + summary["field_seconds"]
        with open(out) as file:
            rows = [(float(row["x_m"]), float(row["y_m"]), row["path_gain_db"]) for row in csv.DictReader(file)]
        self.x = sorted({row[0] for row in rows})
        self.y = sorted({row[1] for row in rows})
        gains = [float(gain) if gain else math.nan for _, _, gain in rows]
        self.gains = numpy.array(gains).reshape(len(self.y), len(self.x))


class Sionna:
    def __init__(self, name, transmitter, depth, cell):
        import mitsuba
        import sionna.rt as rt
        self.mi, self.depth, self.cell = mitsuba, depth, cell
        self.file = getattr(rt.scene, name)
        self.scene = rt.load_scene(self.file)
        self.scene.frequency = HERTZ
        self.scene.tx_array = rt.PlanarArray(num_rows=1, num_cols=1, pattern="iso", polarization="V")
        self.scene.add(rt.Transmitter("tx", position=mitsuba.Point3f(*map(float, transmitter))))
        self.solver = rt.RadioMapSolver()

    def gains(self, x, y, rays):
        """Power gains of the cells with these centres, and the milliseconds they took."""
        started = time.perf_counter()
        made = self.solver(
            self.scene, center=self.mi.Point3f((x[0] + x[-1]) / 2, (y[0] + y[-1]) / 2, HEIGHT),
            orientation=self.mi.Point3f(0, 0, 0), size=self.mi.Point2f(len(x) * self.cell, len(y) * self.cell),
            cell_size=self.mi.Point2f(self.cell, self.cell), samples_per_tx=int(rays), max_depth=self.depth,
            refraction=False)
        gains = made.path_gain.numpy()[0].astype(float)
        return gains, (time.perf_counter() - started) * 1e3


def compared(gains, truth):
    """Of the cells that either covers, the share that both do; of |difference| there median, mean, 95th percentile."""
    own, other = ~numpy.isnan(gains), truth > 0
    both = own & other
    error = numpy.abs(gains[both] - 10 * numpy.log10(truth[both]))
    return (f"{both.sum() / (own | other).sum():.4f} of covered cells in common ({(own & ~other).sum()} more, "
            f"{(other & ~own).sum()} fewer), |difference| median {numpy.median(error):.3f} dB, "
            f"95 % {numpy.percentile(error, 95):.2f} dB, mean {error.mean():.3f} dB")


def decibels(gains):
    return numpy.where(gains > 0, 10 * numpy.log10(numpy.maximum(gains, 1e-30)), math.nan)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=".build/release/dtnet")
    parser.add_argument("--scene", choices=TRANSMITTERS, default="munich")
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--cell", type=float, default=5)
    parser.add_argument("--rays", default="1e5,3e5,1e6,3e6,1e7")
    parser.add_argument("--reference", type=float, default=1e8, help="rays of the reference")
    options = parser.parse_args()
    transmitter = TRANSMITTERS[options.scene]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder  # no kernels kept from earlier runs
        sionna = Sionna(options.scene, transmitter, options.depth, options.cell)
        ours = {}
        for sample in ("centre", "mean"):
            runs = [Ours(options.binary, sionna.file, transmitter, options.depth, options.cell, sample, folder)
                    for _ in range(3)]
            ours[sample] = min(runs, key=lambda run: run.seconds)
        x, y = ours["mean"].x, ours["mean"].y
        first = sionna.gains(x, y, 1e6)[1]
        truth, milliseconds = sionna.gains(x, y, options.reference)
        print(f"{options.scene}, {len(x)} x {len(y)} cells of {options.cell} m, depth {options.depth}; reference of "
              f"{options.reference:g} rays covers {(truth > 0).sum()} ({milliseconds:.0f} ms); Sionna's first call "
              f"{first:.0f} ms")
        for sample, made in ours.items():
            print(f"ours, {sample}: {made.seconds * 1e3:.0f} ms ({made.whole_seconds * 1e3:.0f} with scene and file), "
                  f"{compared(made.gains, truth)}")
        for rays in options.rays.split(","):
            runs = [sionna.gains(x, y, float(rays)) for _ in range(4)]
            milliseconds = statistics.median(run[1] for run in runs[1:])
            print(f"Sionna, {rays} rays: {milliseconds:.0f} ms, {compared(decibels(runs[0][0]), truth)}")


if __name__ == "__main__":
    main()

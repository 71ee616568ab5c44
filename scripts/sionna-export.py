#!/usr/bin/env python3
"""Writes the paths that Sionna RT finds in your scene to a file that an edge takes as its baseline.

Either import it where you have a scene with your own settings:

    from sionna_export import export        # a copy, or the folder on PYTHONPATH (file name with an underscore)
    paths = sionna.rt.PathSolver()(scene, ...)
    export(scene, paths, "paths.csv")

or let it load one:

    scripts/sionna-export.py munich --tx 8.5,21,27 --rx 45,90,1.5 --rx 50,80,1.5 --frequency 3.5e9 --out paths.csv

The format is described in docs/SIONNA-PATHS.md.
"""

import argparse
import os

COLUMNS = ("transmitter,receiver,depth,delay_ns,gain_real,gain_imag,departure_azimuth_rad,departure_zenith_rad,"
           "arrival_azimuth_rad,arrival_zenith_rad,doppler_hz,interactions,vertices")
KINDS = {1: "R", 2: "S", 4: "T", 8: "D"}


def export(scene, paths, name):
    """One line per path. Amplitudes are of the first antenna of each side."""
    import numpy as np
    valid = paths.valid.numpy()
    real, imaginary = (part.numpy() for part in paths.a)
    tau, doppler = paths.tau.numpy(), paths.doppler.numpy()
    angles = [part.numpy() for part in (paths.phi_t, paths.theta_t, paths.phi_r, paths.theta_r)]
    kinds, points = paths.interactions.numpy(), paths.vertices.numpy()
    if valid.ndim != 3:
        raise SystemExit("sionna-export: solve with synthetic_array=True: one path per pair of sites is exported")
    with open(name, "w") as file:
        file.write("# sionna-paths 1\n")
        file.write(f"# frequency_hz {float(np.ravel(scene.frequency)[0])!r}\n")
        for label, devices in (("transmitter", scene.transmitters), ("receiver", scene.receivers)):
            for number, device in enumerate(devices.values()):
                place = ",".join(repr(float(x)) for x in np.ravel(device.position))
                file.write(f"# {label} {number} {place} {device.name}\n")
        file.write(COLUMNS + "\n")
        for receiver, transmitter, path in np.argwhere(valid):
            at = (receiver, transmitter, path)
            amplitude = (receiver, 0, transmitter, 0, path)
            found = [k for k in kinds[(slice(None), *at)] if k != 0]
            places = points[(slice(None), *at)][:len(found)]
            numbers = [tau[at] * 1e9, real[amplitude], imaginary[amplitude],
                       *(angle[at] for angle in angles), doppler[at]]
            file.write(f"{transmitter},{receiver},{len(found)},")
            file.write(",".join(repr(float(x)) for x in numbers))
            file.write("," + "".join(KINDS[int(k)] for k in found) + ",")
            file.write(";".join(" ".join(repr(float(x)) for x in place) for place in places) + "\n")


def place(text):
    values = [float(part) for part in text.split(",")]
    if len(values) != 3:
        raise argparse.ArgumentTypeError(f"'{text}' is not x,y,z")
    return values


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", help="one of Sionna's scenes by name, or a Mitsuba XML file")
    parser.add_argument("--tx", type=place, action="append", required=True, metavar="X,Y,Z")
    parser.add_argument("--rx", type=place, action="append", required=True, metavar="X,Y,Z")
    parser.add_argument("--frequency", type=float, default=3.5e9, metavar="HZ")
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--diffraction", action="store_true")
    parser.add_argument("--refraction", action="store_true")
    parser.add_argument("--out", required=True, metavar="FILE.csv")
    options = parser.parse_args()
    os.environ.setdefault("DRJIT_LIBLLVM_PATH", "/usr/lib/x86_64-linux-gnu/libLLVM.so.19.1")
    import mitsuba as mi
    import sionna.rt as rt
    scene = rt.load_scene(options.scene if options.scene.endswith(".xml") else getattr(rt.scene, options.scene))
    scene.frequency = options.frequency
    scene.tx_array = scene.rx_array = rt.PlanarArray(num_rows=1, num_cols=1, pattern="iso", polarization="V")
    for number, where in enumerate(options.tx):
        scene.add(rt.Transmitter(f"tx{number}", position=mi.Point3f(*where)))
    for number, where in enumerate(options.rx):
        scene.add(rt.Receiver(f"rx{number}", position=mi.Point3f(*where)))
    paths = rt.PathSolver()(scene, max_depth=options.depth, samples_per_src=options.samples,
                            refraction=options.refraction, diffraction=options.diffraction)
    export(scene, paths, options.out)


if __name__ == "__main__":
    main()

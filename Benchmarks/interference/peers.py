#!/usr/bin/env python3
"""What numpy takes for the same work: WMMSE user by user, and a batch of the published network's layers.

    OMP_NUM_THREADS=1 python3 Benchmarks/interference/peers.py FOLDER [--ours .build/release/interference]

FOLDER holds the instances (gain-k10.f32, ...). WMMSE is written twice, one instance at a time, a loop over users in
each sweep, full power first, an end below a gain of 1e-3 or after 100 sweeps: as the routine WMMSE_sum_rate that came
with Sun et al. 2018 does it (amplitudes of channels that are squared wherever they are used, Python's own sum over a
numpy vector), and with numpy's sums on squares taken once. The layers are those of the paper (K^2 inputs, 200, 80, 80
units, K outputs) with random weights: only the arithmetic is compared. Prints microseconds per instance; with --ours
runs our program in turn with each and prints the ratios, medians of three turns.
"""

import os
import statistics
import subprocess
import sys
import time

import numpy


def wmmse(gain):
    """Powers and sum rate in bit/s/Hz; gain[receiver][sender], noise and limit 1."""
    users = len(gain)
    root = numpy.sqrt(gain)
    amplitude = numpy.ones(users)
    receiver, weight = numpy.zeros(users), numpy.zeros(users)

    def listen():
        for i in range(users):
            heard = 1 + numpy.dot(gain[i], numpy.square(amplitude))
            receiver[i] = root[i, i] * amplitude[i] / heard
            weight[i] = 1 / (1 - receiver[i] * root[i, i] * amplitude[i])
        return numpy.sum(numpy.log2(weight))

    rate = listen()
    for _ in range(100):
        for i in range(users):
            push = numpy.dot(weight * numpy.square(receiver), gain[:, i])
            amplitude[i] = min(1, max(0, weight[i] * receiver[i] * root[i, i] / push)) if push > 0 else 0
        following = listen()
        if following - rate <= 1e-3:
            return numpy.square(amplitude), following
        rate = following
    return numpy.square(amplitude), rate


def published(gain):
    """The same as the published routine computes it."""
    users = len(gain)
    channel = numpy.sqrt(gain)
    limit, noise = 1.0, 1.0
    priority = numpy.ones(users)
    amplitude = numpy.sqrt(limit) * numpy.ones(users)
    receiver, weight = numpy.zeros(users), numpy.zeros(users)

    def listen():
        rate = 0
        for i in range(users):
            heard = numpy.square(channel[i, :]) @ numpy.square(amplitude) + noise
            receiver[i] = channel[i, i] * amplitude[i] / heard
            weight[i] = 1 / (1 - receiver[i] * amplitude[i] * channel[i, i])
            rate += numpy.log2(weight[i])
        return rate

    rate = listen()
    for _ in range(100):
        for i in range(users):
            push = sum(priority * weight * numpy.square(receiver) * numpy.square(channel[:, i]))
            wanted = priority[i] * weight[i] * receiver[i] * channel[i, i] / push
            amplitude[i] = min(max(wanted, 0), numpy.sqrt(limit))
        following = listen()
        if following - rate <= 1e-3:
            return numpy.square(amplitude), following
        rate = following
    return numpy.square(amplitude), rate


def layers(users, instances, blocks=21):
    """Microseconds per instance."""
    source = numpy.random.default_rng(users)
    sizes = (users * users, 200, 80, 80, users)
    weights = [source.standard_normal(pair, dtype=numpy.float32) * 0.1 for pair in zip(sizes, sizes[1:])]
    biases = [numpy.zeros(size, dtype=numpy.float32) for size in sizes[1:]]
    gains = source.standard_exponential((instances, users * users), dtype=numpy.float32)
    times = []
    for _ in range(blocks):
        begun = time.perf_counter()
        value = gains
        for weight, bias in zip(weights[:-1], biases):
            value = numpy.maximum(value @ weight + bias, 0)
        numpy.clip(value @ weights[-1] + biases[-1], 0, 1)
        times.append((time.perf_counter() - begun) / instances * 1e6)
    return sorted(times)[blocks // 2]


def timed(solve, gains):
    """Microseconds per instance, and the mean rate."""
    begun = time.perf_counter()
    rates = [solve(gain)[1] for gain in gains]
    return (time.perf_counter() - begun) / len(gains) * 1e6, sum(rates) / len(rates)


def compare(users, gains, folder, program):
    """Prints one size, with our program in turn where there is one."""
    turns = []
    for _ in range(3 if program else 1):
        ours = None
        if program:
            command = [program, folder, "--time", str(users)]
            runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(5)]
            ours = [statistics.median(figures) for figures in zip(*(map(float, run.split()) for run in runs))]
        turns.append((timed(published, gains), timed(wmmse, gains), layers(users, len(gains)), ours))
    (slow, rate), (quick, _), batch, _ = turns[len(turns) // 2]
    print(f"K = {users}: numpy WMMSE as published {slow:.1f} us per instance, mean rate {rate:.4f}, with numpy's sums "
          f"{quick:.1f} us; published layers {batch:.3f} us in batches of {len(gains)}", flush=True)
    if program:
        def ratio(figure):
            return statistics.median(figure(turn) for turn in turns)

        print(f"  over ours one by one: as published {ratio(lambda t: t[0][0] / t[3][0]):.0f}, with numpy's sums "
              f"{ratio(lambda t: t[1][0] / t[3][0]):.0f}; ours eight at a time over the published layers "
              f"{ratio(lambda t: t[3][1] / t[2]):.2f}", flush=True)


def main():
    words = sys.argv[1:]
    program = words[2] if len(words) == 3 and words[1] == "--ours" else None
    if len(words) not in (1, 3) or not os.path.isdir(words[0]) or (len(words) == 3 and not program):
        raise SystemExit("usage: peers.py FOLDER [--ours PROGRAM]; FOLDER holds gain-k10.f32 and so on")
    for users in (10, 20, 30):
        path = os.path.join(words[0], f"gain-k{users}.f32")
        gains = numpy.fromfile(path, dtype="<f4").astype(float).reshape(-1, users, users)
        compare(users, gains, words[0], program)


if __name__ == "__main__":
    main()

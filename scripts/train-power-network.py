#!/usr/bin/env python3
"""Trains the power network of Sources/ResourceAllocation/Neural on channels that it draws, without any labels.

    apt-get install --no-install-recommends python3-torch python3-numpy
    OMP_NUM_THREADS=1 /usr/bin/python3 scripts/train-power-network.py --steps 8000 --out weights.bin
    OMP_NUM_THREADS=1 /usr/bin/python3 scripts/train-power-network.py --continue weights.bin --steps 4000 \\
        --rate 1e-3 --out Sources/ResourceAllocation/Neural/PowerNetwork+Weights.swift

Channels are those of the K-user Gaussian interference channel: every gain is exponential with mean 1, noise and power
limit are 1. Each step draws new ones of one size K between --users; the loss is the negative sum rate. At intervals the
mean sum rate on 4,000 channels of seeds that training never takes is printed as a share of WMMSE's, after the network
alone and after WMMSE from the network's powers.

A name that ends in .swift becomes Swift source with the weights in base64 and all commands that led to them, any other
the bare weights. Both can be continued. The format, little-endian: the bytes DTPN, then as 32-bit integers version,
rounds, messages per link, width, steps trained; then for each round as 32-bit floats the matrix [width][features] and
bias of the inner layer and the matrix [outputs][width] and bias of the outer one.
"""

import argparse
import base64
import math
import os
import re
import shlex
import struct
import sys
import time

import torch

MAGIC, VERSION = b"DTPN", 1
OWN_FEATURES = 6
CEILING = 64.0
VALIDATION = ((5, 1500), (10, 1500), (20, 600), (30, 400))


def features(messages):
    return OWN_FEATURES + 3 * messages


class PowerNetwork(torch.nn.Module):
    """The same as PowerNetwork.swift, on many channels [instance][receiver][transmitter] at once."""

    def __init__(self, rounds, messages, width):
        super().__init__()
        self.rounds, self.messages, self.width, self.steps = rounds, messages, width, 0
        linear = torch.nn.Linear
        self.inner = torch.nn.ModuleList(linear(features(messages), width) for _ in range(rounds))
        last = rounds - 1
        self.outer = torch.nn.ModuleList(linear(width, 1 if t == last else 1 + messages) for t in range(rounds))

    def forward(self, gain):
        """The powers after every round."""
        direct = torch.diagonal(gain, dim1=1, dim2=2)
        cross = gain - torch.diag_embed(direct)
        back = cross.transpose(1, 2)
        power, logit = torch.ones_like(direct), torch.zeros_like(direct)
        message = torch.zeros(*direct.shape, self.messages)
        powers = []
        for inner, outer in zip(self.inner, self.outer):
            heard = torch.bmm(cross, torch.cat([power.unsqueeze(2), message], 2))
            rest, signal = 1 + heard[..., 0], direct * power
            total = rest + signal
            cost = signal / total / rest
            caused = torch.bmm(back, torch.cat([cost.unsqueeze(2), message], 2))
            worth, price = direct / total, caused[..., 0]
            own = [torch.log2(1 + direct), power, torch.log2(rest), torch.log2(total / rest), torch.log2(1 + price),
                   (worth - price) / (worth + price + 1e-30)]
            row = torch.cat([torch.stack(own, 2), message, torch.log2(1 + heard[..., 1:]),
                             torch.log2(1 + caused[..., 1:])], 2)
            out = outer(torch.relu(inner(row)))
            logit = logit + out[..., 0]
            power, message = torch.sigmoid(logit), out[..., 1:].clamp(0, CEILING)
            powers.append(power)
        return powers

    def parts(self):
        """All parameters in the order of the file."""
        for inner, outer in zip(self.inner, self.outer):
            yield from (inner.weight, inner.bias, outer.weight, outer.bias)


def pack(network):
    head = MAGIC + struct.pack("<5I", VERSION, network.rounds, network.messages, network.width, network.steps)
    return head + b"".join(part.detach().numpy().astype("<f4").tobytes() for part in network.parts())


def unpack(data):
    if data[:4] != MAGIC or len(data) < 24:
        raise SystemExit("train-power-network: these are no weights: DTPN and a header of 24 bytes are missing")
    version, rounds, messages, width, steps = struct.unpack("<5I", data[4:24])
    if version != VERSION or not (0 < rounds <= 64 and messages <= 32 and 0 < width <= 256):
        raise SystemExit(f"train-power-network: version {version}, {rounds} rounds, {messages} messages, width {width}"
                         " cannot be continued")
    network = PowerNetwork(rounds, messages, width)
    network.steps = steps
    values = torch.tensor(struct.unpack(f"<{(len(data) - 24) // 4}f", data[24:24 + (len(data) - 24) // 4 * 4]))
    if len(data) != 24 + 4 * sum(part.numel() for part in network.parts()) or not values.isfinite().all():
        raise SystemExit("train-power-network: the weights are cut short, too long or not finite")
    at = 0
    with torch.no_grad():
        for part in network.parts():
            part.copy_(values[at:at + part.numel()].reshape(part.shape))
            at += part.numel()
    return network


def load(name):
    """A network and the commands that made it."""
    with open(name, "rb") as file:
        data = file.read()
    if not name.endswith(".swift"):
        return unpack(data), []
    text = data.decode()
    # A backslash at the end of a line joins lines.
    code = re.search(r'"""\n(.*?)"""', text, re.S)
    if not code:
        raise SystemExit(f"train-power-network: {name} holds no weights")
    made = re.findall(r"^//     (.*)$", text, re.M)
    return unpack(base64.b64decode(re.sub(r"[\s\\]", "", code[1]))), made


def save(network, name, made, shares):
    data = pack(network)
    if name.endswith(".swift"):
        text = base64.b64encode(data).decode()
        lines = [text[at:at + 110] for at in range(0, len(text), 110)]
        commands = "".join(f"//     {line}\n" for line in made)
        data = (
            "// Written by scripts/train-power-network.py; do not edit. Commands that made it, in this order:\n"
            f"//\n{commands}//\n// Share of WMMSE's mean sum rate on channels kept for validation: network alone, and"
            f" with WMMSE from its powers:\n// {shares}\n\nextension PowerNetwork {{\n"
            f"    /// Weights after {network.steps} steps, {len(data)} bytes in base64.\n"
            "    static let shippedWeights = \"\"\"\n        " + "\\\n        ".join(lines) + "\n        \"\"\"\n}\n"
        ).encode()
    with open(name + ".new", "wb") as file:
        file.write(data)
    os.replace(name + ".new", name)


def sum_rate(gain, power):
    signal = torch.diagonal(gain, dim1=1, dim2=2) * power
    rest = 1 + torch.bmm(gain, power.unsqueeze(2)).squeeze(2) - signal
    return torch.log2(1 + signal / rest).sum(1)


def wmmse_rate(gain, power=None, tolerance=1e-3, iterations=100):
    """Sum rates that WMMSE reaches, each instance until it grows by no more than the tolerance."""
    gain = gain.double()
    direct = torch.diagonal(gain, dim1=1, dim2=2)
    cross = gain - torch.diag_embed(direct)
    amplitude = torch.ones_like(direct) if power is None else power.double().sqrt()
    rate = sum_rate(gain, amplitude ** 2)
    is_done = torch.zeros(len(gain), 1, dtype=torch.bool)
    for _ in range(iterations):
        rest = 1 + torch.bmm(cross, (amplitude ** 2).unsqueeze(2)).squeeze(2)
        signal = direct * amplitude ** 2
        cost = signal / (rest * (rest + signal))
        slope = torch.bmm(cross.transpose(1, 2), cost.unsqueeze(2)).squeeze(2) + cost * direct
        following = (direct * amplitude / rest / slope).nan_to_num(0).clamp(0, 1)
        amplitude = torch.where(is_done, amplitude, following)
        reached = sum_rate(gain, amplitude ** 2)
        is_done |= (reached - rate <= tolerance).unsqueeze(1)
        rate = reached
        if is_done.all():
            break
    return rate


class Validation:
    """Channels that training never draws, and what WMMSE reaches on them."""

    def __init__(self, sizes=VALIDATION):
        source = torch.Generator().manual_seed(2 ** 48 + 1)
        self.sets = [torch.empty(n, k, k).exponential_(generator=source) for k, n in sizes]
        self.reference = [wmmse_rate(gain).mean().item() for gain in self.sets]

    def shares(self, network):
        words = []
        with torch.no_grad():
            for gain, reference in zip(self.sets, self.reference):
                power = network(gain)[-1]
                alone, both = sum_rate(gain, power).mean().item(), wmmse_rate(gain, power).mean().item()
                words.append(f"K {gain.shape[1]}: {100 * alone / reference:.2f}, {100 * both / reference:.2f} %")
        return "; ".join(words)


def train(network, options, made):
    source = torch.Generator().manual_seed(options.seed * 2 ** 24 + network.steps)
    validation = Validation()
    optimiser = torch.optim.Adam(network.parameters(), lr=options.rate)
    begun = time.monotonic()
    low, high = options.users
    print(f"{sum(part.numel() for part in network.parts())} parameters; before: {validation.shares(network)}")
    for step in range(1, options.steps + 1):
        # A cosine from the first rate to a hundredth of it.
        fall = 0.5 + 0.5 * math.cos(math.pi * (step - 1) / options.steps)
        optimiser.param_groups[0]["lr"] = options.rate * (0.01 + 0.99 * fall)
        users = int(torch.randint(low, high + 1, (1,), generator=source))
        gain = torch.empty(max(32, options.links // users), users, users).exponential_(generator=source)
        powers = network(gain)
        # Earlier rounds count a little, so that each has something to aim at.
        rates = [sum_rate(gain, power).mean() for power in powers]
        loss = -(rates[-1] + 0.1 * sum(rates[:-1])) / (1 + math.log(users))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        network.steps += 1
        if step % options.every == 0 or step == options.steps:
            shares = validation.shares(network)
            print(f"step {network.steps}, {time.monotonic() - begun:.0f} s: {shares}", flush=True)
            save(network, options.out, made, shares)


def main():
    parser = argparse.ArgumentParser(description="Trains the power network; see the top of this file.")
    parser.add_argument("--out", required=True, help="file for the weights: *.swift or bare")
    parser.add_argument("--continue", dest="start", metavar="WEIGHTS", help="weights to go on from, *.swift or bare")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=4e-3, help="first learning rate")
    parser.add_argument("--links", type=int, default=3000, help="links in the channels of a step")
    parser.add_argument("--users", type=int, nargs=2, default=(5, 30), metavar=("LOW", "HIGH"))
    parser.add_argument("--every", type=int, default=1000, help="steps from one validation to the next")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=4)
    parser.add_argument("--width", type=int, default=16, help="a multiple of 8")
    options = parser.parse_args()
    if options.steps < 1 or options.every < 1 or not 1 <= options.users[0] <= options.users[1] or options.width % 8:
        parser.error("steps, interval and users are at least 1, LOW at most HIGH, the width a multiple of 8")
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    network, made = load(options.start) if options.start else (
        PowerNetwork(options.rounds, options.messages, options.width), [])
    made.append("scripts/train-power-network.py " + shlex.join(sys.argv[1:]))
    train(network, options, made)


if __name__ == "__main__":
    main()

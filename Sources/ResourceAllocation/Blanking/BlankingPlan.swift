internal import Glibc

/// Vacates the subbands that a predicted radar will use, before it comes and at the least loss of rate.
///
/// On each of its subbands the radar must hear at most its limit: `sum_c p[c] h[c] <= limit`, h raised by so many
/// deviations of the forecast. Among all powers that keep it, those are taken that maximise
/// `sum_c worth[c] log2(1 + p[c] s[c])`, s[c] the SNR of the cell's users per watt:
/// `p = clip(worth / (ln 2 nu h) - 1/s, 0, p0)`, with nu the price of interference at the radar. A cell that would keep
/// less than a thousandth of its power is closed.
package struct BlankingPlan: Sendable {
    /// What is predicted of a radar.
    package struct Radar: Hashable, Sendable {
        /// When it begins to hear the network, and when it has gone, in seconds; and the deviation of both.
        package var arrivalSeconds: Double
        package var departureSeconds: Double
        package var timeDeviationSeconds: Double
        /// Subbands that it uses.
        package var subbands: [Int]
        /// Linear power gain from each cell at its worst point on the way, at least 0, and its deviation in dB.
        package var gainFromCell: [Double]
        package var gainDeviationDb: Double
        /// Most interference per subband in watts, at least 0.
        package var limitWatts: Double

        package init(
            arrivalSeconds: Double, departureSeconds: Double, timeDeviationSeconds: Double, subbands: [Int],
            gainFromCell: [Double], gainDeviationDb: Double, limitWatts: Double
        ) {
            self.arrivalSeconds = arrivalSeconds
            self.departureSeconds = departureSeconds
            self.timeDeviationSeconds = timeDeviationSeconds
            self.subbands = subbands
            self.gainFromCell = gainFromCell
            self.gainDeviationDb = gainDeviationDb
            self.limitWatts = limitWatts
        }
    }

    /// What the cells' power is worth, C x K each.
    package struct Worth: Sendable {
        /// Powers without the radar, in watts.
        package var powerWatts: [Double]
        /// Value of a bit/s/Hz, at least 0: marginal utility times bandwidth.
        package var perEfficiency: [Double]
        /// SNR of the users served per watt, at least 0.
        package var snrPerWatt: [Double]

        package init(powerWatts: [Double], perEfficiency: [Double], snrPerWatt: [Double]) {
            self.powerWatts = powerWatts
            self.perEfficiency = perEfficiency
            self.snrPerWatt = snrPerWatt
        }
    }

    /// What the radar hears on one of its subbands, in watts.
    package struct Interference: Hashable, Sendable {
        package var subband: Int
        /// At the powers without the radar and the gains forecast.
        package var uncappedWatts: Double
        /// Under the caps at the gains forecast, and at gains higher by the confidence, where at most the limit.
        package var forecastWatts: Double
        package var raisedWatts: Double
    }

    /// When the caps are in force, in seconds: from so early that they act before the radar comes.
    package let fromSeconds: Double
    package let untilSeconds: Double
    /// Highest power per cell and subband, C x K watts; `.infinity` on subbands that the radar does not use.
    package let capWatts: [Double]
    /// What the radar hears, in the order of its subbands.
    package let interference: [Interference]
    /// Least probability that the radar hears no more than its limit while it is there, however the errors depend on
    /// each other: arrival, departure and gains (one normal error in dB for all cells) each within the confidence.
    package let protection: Double
    /// Value lost by the model, and what closing every cell on the radar's subbands would lose.
    package let loss: Double
    package let lossOfClosing: Double

    /// - Parameters:
    ///   - confidence: deviations by which the forecast is taken to be wrong, of time and of gain alike.
    ///   - leadSeconds: time from a decision to its effect.
    package init(
        _ radar: Radar, cells: Int, subbands: Int, worth: Worth, confidence: Double, leadSeconds: Double
    ) {
        precondition(radar.gainFromCell.count == cells && radar.subbands.allSatisfy { (0..<subbands).contains($0) })
        precondition(worth.powerWatts.count == cells * subbands && worth.perEfficiency.count == cells * subbands)
        precondition(worth.snrPerWatt.count == cells * subbands && radar.limitWatts >= 0 && confidence >= 0)
        fromSeconds = radar.arrivalSeconds - confidence * radar.timeDeviationSeconds - leadSeconds
        untilSeconds = radar.departureSeconds + confidence * radar.timeDeviationSeconds
        let margin = pow(10, confidence * radar.gainDeviationDb / 10)
        var caps = [Double](repeating: .infinity, count: cells * subbands)
        var heard: [Interference] = []
        var (lost, closing) = (0.0, 0.0)
        for k in radar.subbands {
            let links = (0..<cells).map { c in
                Link(
                    full: worth.powerWatts[c * subbands + k], worth: worth.perEfficiency[c * subbands + k],
                    snr: worth.snrPerWatt[c * subbands + k], heard: radar.gainFromCell[c] * margin)
            }
            let powers = BlankingPlan.powers(links, limit: radar.limitWatts)
            for c in 0..<cells {
                caps[c * subbands + k] = powers[c]
                lost += links[c].value(links[c].full) - links[c].value(powers[c])
                closing += links[c].value(links[c].full)
            }
            let (open, capped) = (BlankingPlan.heard(links, links.map(\.full)), BlankingPlan.heard(links, powers))
            heard.append(
                Interference(
                    subband: k, uncappedWatts: open / margin, forecastWatts: capped / margin, raisedWatts: capped))
        }
        capWatts = caps
        interference = heard
        protection = BlankingPlan.protection(radar, confidence)
        loss = lost
        lossOfClosing = closing
    }

    /// One normal error beyond so many deviations has the probability `erfc(confidence / sqrt 2) / 2`; those of what
    /// has a deviation are added.
    private static func protection(_ radar: Radar, _ confidence: Double) -> Double {
        let errors = (radar.timeDeviationSeconds > 0 ? 2.0 : 0) + (radar.gainDeviationDb > 0 ? 1 : 0)
        return max(0, 1 - errors * 0.5 * erfc(confidence * 0.5.squareRoot()))
    }

    private static func heard(_ links: [Link], _ powers: [Double]) -> Double {
        zip(links, powers).reduce(0) { $0 + $1.0.heard * $1.1 }
    }

    private struct Link {
        var full: Double
        var worth: Double
        var snr: Double
        /// Interference at the radar per watt.
        var heard: Double

        func value(_ power: Double) -> Double { worth * log2(1 + power * snr) }

        /// The best power at a price of interference at the radar.
        func power(_ price: Double) -> Double {
            if heard <= 0 || price <= 0 { return full }
            if snr <= 0 || worth <= 0 { return 0 }
            let best = min(max(worth / (log(2) * price * heard) - 1 / snr, 0), full)
            return best < 1e-3 * full ? 0 : best
        }
    }

    /// The powers of one subband, by bisection on the logarithm of the price; never above the limit.
    private static func powers(_ links: [Link], limit: Double) -> [Double] {
        func heard(_ price: Double) -> Double { links.reduce(0) { $0 + $1.power(price) * $1.heard } }
        if heard(0) <= limit { return links.map(\.full) }
        // At the highest of these prices nobody sends.
        let first = links.map { $0.heard > 0 ? $0.worth * $0.snr / (log(2) * $0.heard) : 0 }.max() ?? 0
        guard first > 0, first.isFinite else { return links.map { $0.heard > 0 ? 0 : $0.full } }
        var (low, high) = (log(first) - 80, log(first) + 1)
        for _ in 0..<100 {
            let middle = 0.5 * (low + high)
            if heard(exp(middle)) > limit { low = middle } else { high = middle }
        }
        return links.map { $0.power(exp(high)) }
    }
}

extension BlankingPlan.Worth {
    /// From a problem, the powers and shares in force: the marginal utilities of each cell's users, times bandwidth and
    /// share, and their mean SNR per watt weighted alike.
    package init(_ problem: Problem, powerWatts: [Double], shares: [Double]) {
        let (cells, subbands) = (problem.cells, problem.subbands)
        let rates = Evaluation.rates(problem, powerWatts: powerWatts, shares: shares)
        let weight = problem.weight
        let bandwidth = problem.bandwidthHz
        var perEfficiency = [Double](repeating: 0, count: cells * subbands)
        var snr = perEfficiency
        for (u, serving) in problem.servingCell.enumerated() {
            let lambda = weight[u] * pow(max(rates[u], Evaluation.rateFloorMbps), -problem.alpha)
            for k in 0..<subbands {
                let part = lambda * shares[u * subbands + k] * bandwidth[k] * 1e-6
                perEfficiency[Int(serving) * subbands + k] += part
                snr[Int(serving) * subbands + k] += part * problem.snrPerWatt(ue: u, subband: k, powerWatts: powerWatts)
            }
        }
        for i in snr.indices where perEfficiency[i] > 0 { snr[i] /= perEfficiency[i] }
        self.init(powerWatts: powerWatts, perEfficiency: perEfficiency, snrPerWatt: snr)
    }
}

extension Problem {
    /// `g / (Gamma T)` of a UE's serving link: its SNR per watt of its cell, at the others' powers.
    func snrPerWatt(ue: Int, subband: Int, powerWatts: [Double]) -> Double {
        withView { view in
            let (v, lane) = (subband / Lanes.scalarCount, subband % Lanes.scalarCount)
            var heard = Double(view.background[ue * view.vectors + v][lane])
            for l in stride(from: 1, to: links, by: 1) {
                let cell = Int(view.linkCell[ue * links + l])
                if cell == cells { continue }
                let gain = Double(view.gain[(ue * links + l) * view.vectors + v][lane])
                heard += Double(view.load[cell]) * powerWatts[cell * subbands + subband] * gain
            }
            return Double(view.gain[ue * links * view.vectors + v][lane]) / (snrGap * heard)
        }
    }
}

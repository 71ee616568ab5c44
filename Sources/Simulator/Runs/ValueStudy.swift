internal import Benchmarking
package import NetworkModel
package import RadioAccessNetwork

/// Value of control against no control over paired seeds: both meet the same world (DESIGN 12).
package struct ValueStudy: Sendable {
    /// One seed's figures, Mbit/s.
    package struct Pair: Hashable, Sendable {
        package var seed: UInt64
        package var controlledMbps: Double
        package var equalPowerMbps: Double
        package var genieMbps: Double
        package var controlledFifthMbps: Double
        package var equalPowerFifthMbps: Double

        /// Relative gain in M.
        package var gain: Double { controlledMbps / equalPowerMbps - 1 }
        package var genieGain: Double { genieMbps / equalPowerMbps - 1 }
        /// Relative gain of the throughput that 5 % of the users stay below; nil where equal power leaves them nothing.
        package var fifthPercentileGain: Double? {
            equalPowerFifthMbps > 0 ? controlledFifthMbps / equalPowerFifthMbps - 1 : nil
        }

        package init(
            seed: UInt64, controlledMbps: Double, equalPowerMbps: Double, genieMbps: Double,
            controlledFifthMbps: Double, equalPowerFifthMbps: Double
        ) {
            self.seed = seed
            self.controlledMbps = controlledMbps
            self.equalPowerMbps = equalPowerMbps
            self.genieMbps = genieMbps
            self.controlledFifthMbps = controlledFifthMbps
            self.equalPowerFifthMbps = equalPowerFifthMbps
        }
    }

    package let pairs: [Pair]

    package init(pairs: [Pair]) { self.pairs = pairs }

    /// Mean gain in M.
    package var meanGain: Double { ValueStudy.mean(pairs.map(\.gain)) }
    /// Lower end of the two-sided 95 % interval of the mean gain (Student's t over pairs); nil for fewer than two.
    package var lowerBound: Double? { ValueStudy.lowerBound(pairs.map(\.gain)) }
    /// Over the seeds that have one; nil where none has.
    package var meanFifthPercentileGain: Double? {
        let gains = pairs.compactMap(\.fifthPercentileGain)
        return gains.isEmpty ? nil : ValueStudy.mean(gains)
    }
    package var meanGenieGain: Double { ValueStudy.mean(pairs.map(\.genieGain)) }
    /// Share of the genie's gain that control reaches; nil where the genie gains nothing.
    package var shareOfGenie: Double? { meanGenieGain > 0 ? meanGain / meanGenieGain : nil }

    /// Runs every seed for `epochs` epochs of the plan.
    ///
    /// - Throws: `TraceError` where the plan is a replay.
    package static func run(
        plan: WiringPlan, seeds: [UInt64], epochs: Int, options: SimulationOptions = .init()
    ) throws(TraceError) -> ValueStudy {
        var pairs: [Pair] = []
        var options = options
        options.judgedEpochs = 0
        options.runsEqualPower = false
        for seed in seeds {
            var plan = plan
            plan.network.seed = seed
            if let pair = try pair(plan, epochs, options) { pairs.append(pair) }
        }
        return ValueStudy(pairs: pairs)
    }

    private static func pair(
        _ plan: WiringPlan, _ epochs: Int, _ options: SimulationOptions
    ) throws(TraceError) -> Pair? {
        let simulation = try Simulation(plan: plan, options: options)
        simulation.run(epochs: epochs)
        let summary = simulation.summary
        let duration = plan.network.epoch * Int64(epochs)
        let equal = try PlainRun(
            network: plan.network, control: .none, duration: duration, warmUp: options.warmUp)
        let genie = try PlainRun(
            network: plan.network, control: .genie(period: plan.network.epoch), duration: duration,
            warmUp: options.warmUp)
        guard let controlled = summary.valueMbps, let controlledFifth = summary.fifthPercentileMbps,
            let equalValue = equal.valueMbps, let equalFifth = equal.fifthPercentileMbps,
            let genieValue = genie.valueMbps
        else { return nil }
        return Pair(
            seed: plan.network.seed, controlledMbps: controlled, equalPowerMbps: equalValue, genieMbps: genieValue,
            controlledFifthMbps: controlledFifth, equalPowerFifthMbps: equalFifth)
    }

    // MARK: Statistics

    static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    package static func lowerBound(_ values: [Double]) -> Double? {
        guard values.count > 1 else { return nil }
        let center = mean(values)
        let variance = values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count - 1)
        return center - quantile(values.count - 1) * (variance / Double(values.count)).squareRoot()
    }

    /// 97.5 % quantile of Student's t by degrees of freedom.
    private static func quantile(_ freedom: Int) -> Double {
        let table = [
            12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
            2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
        ]
        return freedom <= table.count ? table[freedom - 1] : 2.042
    }
}

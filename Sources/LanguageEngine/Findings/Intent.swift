package import NetworkModel

/// What an operator wants, in typed form (TS 28.312: an expectation with its object, targets and time).
package struct Intent: Hashable, Sendable, Codable {
    /// What the expectation is about.
    package enum Scope: Hashable, Sendable, Codable {
        case network
        case slice(Int)
        case cells([CellID])
        case sliceInCells(Int, [CellID])
    }

    /// A target of TS 28.312 clause 6.2, in our units.
    package enum Target: Hashable, Sendable, Codable {
        /// DLLatency: delay of packets at most.
        case delay(seconds: Double)
        /// DLThptPerUE: rate of each user at least.
        case rate(bps: Double)
        /// ULThptPerUE: the same in the uplink.
        case uplinkRate(bps: Double)
        /// Weight of the users, times a factor: above 1 before the others, below 1 behind them.
        case priority(Double)
        /// Power at most, of each cell of the scope.
        case power(dbm: Double)
        /// Modulation and coding scheme at most, of each cell of the scope (TS 38.214 Table 5.1.3.1-2).
        case mcs(index: Int)
        /// RANEnergyConsumption: as little as the others allow.
        case energy
    }

    package var scope: Scope
    package var targets: [Target]
    /// Energy is saved outside the scope.
    package var savesElsewhere: Bool
    /// Valid from and until, in seconds from the start of the run; nil is from now, and until it is taken back.
    package var fromSeconds: Double?
    package var untilSeconds: Double?

    package init(
        scope: Scope, targets: [Target], savesElsewhere: Bool = false, fromSeconds: Double? = nil,
        untilSeconds: Double? = nil
    ) {
        self.scope = scope
        self.targets = targets
        self.savesElsewhere = savesElsewhere
        self.fromSeconds = fromSeconds
        self.untilSeconds = untilSeconds
    }

    /// Whether it is to be kept at a time of the run.
    package func isInForce(atSeconds seconds: Double) -> Bool {
        seconds >= fromSeconds ?? 0 && seconds < untilSeconds ?? .infinity
    }

    /// In words, as shown to operators and the model.
    ///
    /// - Parameter slices: names of the network's slices.
    package func text(slices: [String]) -> String {
        var parts = targets.map { target in
            switch target {
            case .delay(let seconds): "delay at most \(Intent.number(seconds * 1e3)) ms"
            case .rate(let bps): "at least \(Intent.number(bps / 1e6)) Mbit/s per user"
            case .uplinkRate(let bps): "at least \(Intent.number(bps / 1e6)) Mbit/s per user in the uplink"
            case .priority(let factor): "priority \(Intent.number(factor))"
            case .power(let dbm): "at most \(Intent.number(dbm)) dBm"
            case .mcs(let index): "at most MCS \(index)"
            case .energy: "least energy"
            }
        }
        if savesElsewhere { parts.append("least energy elsewhere") }
        var text = parts.joined(separator: ", ") + " for " + scopeText(slices)
        if let fromSeconds { text += " from \(Intent.number(fromSeconds)) s" }
        if let untilSeconds { text += " until \(Intent.number(untilSeconds)) s" }
        return text
    }

    private func scopeText(_ slices: [String]) -> String {
        let list = { (cells: [CellID]) in
            (cells.count == 1 ? "cell " : "cells ") + cells.map { "\($0.index)" }.joined(separator: ", ")
        }
        switch scope {
        case .network: return "the network"
        case .slice(let slice): return "slice \(slices[slice])"
        case .cells(let cells): return list(cells)
        case .sliceInCells(let slice, let cells): return "slice \(slices[slice]) in \(list(cells))"
        }
    }

    /// A value as people write it, to three decimals.
    static func number(_ value: Double) -> String {
        let rounded = (1000 * value).rounded() / 1000
        return rounded == rounded.rounded() && abs(rounded) < 1e9 ? "\(Int(rounded))" : "\(rounded)"
    }
}

extension Intent {
    /// Intents that a run keeps at a time.
    package static let most = 64

    /// Whether it is in force or still to come.
    package func isCurrent(atSeconds seconds: Double) -> Bool { seconds < untilSeconds ?? .infinity }
}

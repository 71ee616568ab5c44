package import LanguageEngine
internal import NetworkModel

/// An intent as an operator confirms it, in the names of TS 28.312 clause 6.2: expectation object, targets, contexts
/// and time.
package struct IntentPolicy: Hashable, Sendable, Encodable {
    package struct Target: Hashable, Sendable, Encodable {
        package var targetName: String
        /// `IS_LESS_THAN_OR_EQUAL_TO` or `IS_GREATER_THAN_OR_EQUAL_TO`.
        package var targetCondition: String
        /// nil where the target is as little as the others allow.
        package var targetValue: Double?
        package var targetUnit: String
    }

    package struct Context: Hashable, Sendable, Encodable {
        package var contextAttribute: String
        package var contextValueRange: String
    }

    /// `RAN_SUBNETWORK` or `SERVICE_SLICE`.
    package var expectationObject: String
    package var expectationTargets: [Target]
    package var expectationContexts: [Context]
    /// Local time of day, and seconds of the run behind it; empty for now, and until it is taken back.
    package var validFrom: String
    package var validUntil: String

    package init(_ intent: Intent, context: OperatorContext) {
        expectationTargets = intent.targets.map(IntentPolicy.target)
        expectationContexts = []
        let slice: Int?
        let cells: [CellID]?
        switch intent.scope {
        case .network: (slice, cells) = (nil, nil)
        case .slice(let index): (slice, cells) = (index, nil)
        case .cells(let list): (slice, cells) = (nil, list)
        case .sliceInCells(let index, let list): (slice, cells) = (index, list)
        }
        expectationObject = slice == nil ? "RAN_SUBNETWORK" : "SERVICE_SLICE"
        if let slice {
            expectationContexts.append(
                Context(contextAttribute: "slice", contextValueRange: context.slices[slice].name))
        }
        if let cells {
            let place = context.places.first { $0.cells == cells }.map { " (\($0.name))" } ?? ""
            let list = cells.map { "\($0.index)" }.joined(separator: ", ")
            expectationContexts.append(Context(contextAttribute: "cells", contextValueRange: list + place))
            // One who is handed over elsewhere counts no more, one who comes does.
            if intent.targets.contains(where: IntentPolicy.isPerUser) {
                expectationContexts.append(
                    Context(contextAttribute: "users", contextValueRange: "whoever these cells serve at the time"))
            }
        } else {
            expectationContexts.append(Context(contextAttribute: "cells", contextValueRange: "all"))
        }
        if intent.savesElsewhere {
            expectationContexts.append(
                Context(contextAttribute: "all other cells", contextValueRange: "rANEnergyConsumption least"))
        }
        validFrom = intent.fromSeconds.map { IntentPolicy.time($0, context) } ?? ""
        validUntil = intent.untilSeconds.map { IntentPolicy.time($0, context) } ?? ""
    }

    /// Whether a target is judged user by user.
    private static func isPerUser(_ target: Intent.Target) -> Bool {
        switch target {
        case .delay, .rate: true
        case .uplinkRate, .priority, .power, .mcs, .energy: false
        }
    }

    private static func target(_ target: Intent.Target) -> Target {
        let (atMost, atLeast) = ("IS_LESS_THAN_OR_EQUAL_TO", "IS_GREATER_THAN_OR_EQUAL_TO")
        switch target {
        case .delay(let seconds):
            return Target(
                targetName: "dLLatencyTarget", targetCondition: atMost, targetValue: seconds * 1e3, targetUnit: "ms")
        case .rate(let bps):
            return Target(
                targetName: "dLThptPerUETarget", targetCondition: atLeast, targetValue: bps / 1e6, targetUnit: "Mbit/s")
        case .uplinkRate(let bps):
            return Target(
                targetName: "uLThptPerUETarget", targetCondition: atLeast, targetValue: bps / 1e6, targetUnit: "Mbit/s")
        case .priority(let factor):
            return Target(
                targetName: "priorityFactor", targetCondition: factor < 1 ? atMost : atLeast, targetValue: factor,
                targetUnit: "times")
        case .power(let dbm):
            return Target(
                targetName: "configuredMaxTxPower", targetCondition: atMost, targetValue: dbm, targetUnit: "dBm")
        case .mcs(let index):
            return Target(
                targetName: "maxMCSIndex", targetCondition: atMost, targetValue: Double(index), targetUnit: "index")
        case .energy:
            return Target(
                targetName: "rANEnergyConsumptionTarget", targetCondition: atMost, targetValue: nil, targetUnit: "least"
            )
        }
    }

    private static func time(_ seconds: Double, _ context: OperatorContext) -> String {
        // Rounded first: half a minute before midnight is shown as the day that begins.
        let ahead = context.localSeconds(ahead: max(0, seconds - context.runSeconds))
        let (day, minutes) = Int(((context.secondOfDay + ahead) / 60).rounded()).quotientAndRemainder(
            dividingBy: 1_440)
        let name = day < 1 ? "today" : day < 2 ? "tomorrow" : "in \(day) days"
        let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        return "\(two(minutes / 60)):\(two(minutes % 60)) \(name) (run second \(Int(seconds)))"
    }

    /// The policy as text for people.
    package var lines: [String] {
        var lines = ["expectationObject: \(expectationObject)"]
        for target in expectationTargets {
            let value = target.targetValue.map { " \(Self.text($0))" } ?? ""
            lines.append(
                "expectationTarget: \(target.targetName) \(target.targetCondition)\(value) \(target.targetUnit)")
        }
        for context in expectationContexts {
            lines.append("expectationContext: \(context.contextAttribute) = \(context.contextValueRange)")
        }
        lines.append("from: " + (validFrom.isEmpty ? "now" : validFrom))
        lines.append("until: " + (validUntil.isEmpty ? "it is cancelled" : validUntil))
        return lines
    }

    private static func text(_ value: Double) -> String {
        let rounded = (value * 1e3).rounded() / 1e3
        return rounded == rounded.rounded() && rounded.magnitude < 1e9 ? "\(Int(rounded))" : "\(rounded)"
    }
}

package import NetworkModel

/// What a sentence of an operator asks for.
package enum OperatorRequest: Hashable, Sendable {
    case intent(Intent)
    case question(OperatorQuestion)
    case refused(OperatorRefusal)
}

/// Why a sentence is not acted on, and what would be.
package struct OperatorRefusal: Error, Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
        case unknownPlace = "unknown_place"
        case unknownCell = "unknown_cell"
        case unknownSlice = "unknown_slice"
        case unknownBand = "unknown_band"
        case unknownTime = "unknown_time"
        case timePast = "time_past"
        /// The sentence contradicts itself or a guarantee.
        case contradiction
        case outOfBounds = "out_of_bounds"
        case noUnit = "no_unit"
        case ambiguousScope = "ambiguous_scope"
        /// Not the operator's, or nobody's, to ask for in words.
        case notPermitted = "not_permitted"
        /// Understood, but nothing in this network does it.
        case unsupported
        case tooLong = "too_long"
        case notUnderstood = "not_understood"
    }

    package var reason: Reason
    /// What is wrong, without an end of line; words of the sentence come out cleaned.
    package var text: String
    /// What would be accepted instead.
    package var accepted: String

    package init(_ reason: Reason, _ text: String, accepted: String) {
        self.reason = reason
        self.text = text
        self.accepted = accepted
    }
}

/// A question that the record may answer.
package struct OperatorQuestion: Hashable, Sendable {
    /// What a "why" is about.
    package enum Cause: String, Hashable, Sendable, CaseIterable {
        case power, association, bandwidth, share, sleep, blanking, platform, mcs, delay, retrain
    }

    package enum KPI: String, Hashable, Sendable, CaseIterable {
        case load, throughput, delay, users, power, energy, sinr
        case handoverSuccess = "handover_success"
        case networkValue = "network_value"
    }

    /// What a status is of, where it is not of the question's cells.
    package enum Subject: String, Hashable, Sendable, CaseIterable {
        case network, cells, slices, intents, twins, alarms
    }

    package enum Kind: Hashable, Sendable {
        case why(Cause)
        case kpi(KPI)
        case status(Subject)
    }

    package var kind: Kind
    /// Index of a slice.
    package var slice: Int?
    /// Ascending; empty where the question names none.
    package var cells: [CellID]

    package init(_ kind: Kind, slice: Int? = nil, cells: [CellID] = []) {
        self.kind = kind
        self.slice = slice
        self.cells = cells
    }
}

/// What an alarm is about: the causes that are known. Raw values are those of the wire.
package enum AlarmCode: UInt32, Hashable, Sendable, Codable, CaseIterable {
    /// The baseline of the channel twins cannot be had: they go on with the distance law.
    case baselineMissing = 1
    /// The fitted state of the channel twins is of another baseline or network, or lacks cells.
    case modelMismatch
    /// Edits of the scene cannot be followed.
    case sceneEditsRefused
    /// The radio network refuses directives for a cell, one after the other.
    case directivesRefused
    case radioNetworkLost
    case leaderLost
    /// Offers come too late or not at all.
    case offersMissing
    /// An edge that reports on cells is gone.
    case reportsMissing
    /// The leaders of two regions move their powers against each other, to and fro.
    case leadersOpposed
    /// A context store takes nothing: what is heard and decided is not kept.
    case storeFailed

    /// In a few words.
    package var name: String {
        switch self {
        case .baselineMissing: "twin baseline missing"
        case .modelMismatch: "fitted twin does not belong"
        case .sceneEditsRefused: "scene edits refused"
        case .directivesRefused: "directives refused"
        case .radioNetworkLost: "radio network lost"
        case .leaderLost: "leader lost"
        case .offersMissing: "offers missing"
        case .reportsMissing: "reports missing"
        case .leadersOpposed: "leaders opposed"
        case .storeFailed: "context store failed"
        }
    }

    /// How bad it is while it stands: what stops decisions is critical, what makes them worse is major, what is lost
    /// beside them is minor, and what only starts the twins from less is a warning.
    package var severity: AlarmSeverity {
        switch self {
        case .radioNetworkLost: .critical
        case .leaderLost, .offersMissing, .reportsMissing, .directivesRefused, .leadersOpposed: .major
        case .modelMismatch, .storeFailed: .minor
        case .baselineMissing, .sceneEditsRefused: .warning
        }
    }

    /// Whether alarms of this cause are of one place: where they share a cell, where either names none, and for what
    /// all meet alike (the radio network, a leader, a store) everywhere.
    ///
    /// - Parameters:
    ///   - one: cells of an alarm; empty where it names none.
    ///   - other: cells of another.
    package func isOfOnePlace<Cell: Equatable>(_ one: [Cell], _ other: [Cell]) -> Bool {
        switch self {
        case .radioNetworkLost, .leaderLost, .offersMissing, .storeFailed: true
        case .baselineMissing, .modelMismatch, .sceneEditsRefused, .directivesRefused, .reportsMissing,
            .leadersOpposed:
            one.isEmpty || other.isEmpty || one.contains { other.contains($0) }
        }
    }
}

/// Perceived severity as numbered in ITU-T X.733 (3GPP TS 28.532). Raw values are those of the wire.
package enum AlarmSeverity: UInt32, Hashable, Sendable, Codable, CaseIterable {
    case critical = 1
    case major, minor, warning
    /// It is over.
    case cleared
}

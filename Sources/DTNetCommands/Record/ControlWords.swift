internal import DTNetMessages
internal import NetworkModel

extension ControlKind {
    /// As operators read it.
    var words: String {
        switch self {
        case .power: "power"
        case .schedulingShare: "PRB shares"
        case .association: "association"
        case .sliceShare: "slice shares"
        case .beam: "beams"
        case .mask: "power caps"
        case .platform: "platforms"
        case .highestMCS: "highest MCS"
        case .recommendedMCS: "recommended MCS"
        }
    }
}

extension DirectiveOutcome {
    /// What the radio network said, as operators read it.
    var words: String {
        switch self {
        case .applied: "applied"
        case .staleTerm: "refused, of an overtaken sender"
        case .staleEpoch: "refused, of an epoch older than what is in force, or not begun"
        case .expired: "refused, expired"
        case .unauthorised: "refused, its sender may not decide this"
        case .outOfRange: "refused, out of range"
        case .unknownTarget: "refused, names what is not there"
        case .groupRefused: "refused with its group"
        case .notObservable: "refused, its effect could not be seen"
        }
    }
}

extension TrainKind {
    /// As operators read it.
    var words: String {
        switch self {
        case .retrain: "retrain"
        case .parameter: "tuning"
        case .adapter: "recall"
        }
    }
}

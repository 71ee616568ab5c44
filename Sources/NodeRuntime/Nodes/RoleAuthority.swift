internal import DTNetMessages
internal import NetworkModel

/// Which bodies a node of a role may send. The sessions' own bodies belong to processes, not to nodes.
enum RoleAuthority {
    static func may(_ role: RoleKind, send kind: BodyKind) -> Bool {
        switch kind {
        case .telemetry, .directiveResult: role == .ran
        case .channelReport, .response: role == .edge
        case .regionReport: role == .region
        case .policy, .trainOrder, .clarify: role == .orchestrator
        case .twinStatus, .clarification: role == .edge || role == .region
        case .alarm: role == .edge || role == .region || role == .rrm
        case .offer, .leaderSync: role == .rrm
        case .directive: role == .rrm || role == .edge
        case .hello, .welcome, .reject, .heartbeat: false
        }
    }
}

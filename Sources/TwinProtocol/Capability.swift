package import DTNetMessages
package import NetworkModel

/// Abilities that the two sides of a handshake tell each other by name, beside the version of the protocol.
///
/// There is one family so far: `control:KIND`, a kind of control whose directives the process knows. A radio network
/// that knows a kind applies it or says by an outcome why it cannot; who directs may send it. Names that a receiver
/// does not know mean nothing to it.
package enum Capability {
    /// What this release announces.
    package static let announced = ControlKind.allCases.map(name(of:))
    /// What a peer is taken to be able to do that announces nothing, as releases before the announcement did.
    package static let least = [name(of: .power)]

    /// Name of the ability to deal with a kind of control.
    package static func name(of kind: ControlKind) -> String {
        switch kind {
        case .power: "control:power"
        case .schedulingShare: "control:scheduling_share"
        case .association: "control:association"
        case .sliceShare: "control:slice_share"
        case .beam: "control:beam"
        case .mask: "control:mask"
        case .platform: "control:platform"
        case .highestMCS: "control:highest_mcs"
        case .recommendedMCS: "control:recommended_mcs"
        }
    }

    /// Kinds of control that a network may meet in its directives.
    package static func kinds(usedBy network: NetworkConfiguration) -> [ControlKind] {
        ControlKind.allCases.filter { kind in
            switch kind {
            case .power: network.game.solver != .none
            case .schedulingShare: network.game.scheduling == .shares
            case .association: network.game.association == .leader
            case .sliceShare: !network.slices.isEmpty
            case .beam: network.beams > 1
            case .mask: network.language.isEnabled || !network.incumbents.isEmpty
            case .platform: network.hasPlatforms
            case .highestMCS: network.language.isEnabled
            case .recommendedMCS: network.recommendsMCS
            }
        }
    }
}

/// What one process needs of another beyond the protocol itself.
package struct CapabilityNeeds: Hashable, Sendable {
    /// Without these the two have nothing to do with each other: the handshake is refused.
    package var required: [String] = []
    /// Without these they go on, and say so: directives of such a kind are answered by an outcome, the others count.
    package var wished: [String] = []

    package init() {}

    /// Between a radio network and who directs it: power where anything is decided at all, and the other kinds that the
    /// topology uses. Between others nothing.
    package init(between own: ProcessPlan, and other: ProcessPlan, in plan: WiringPlan) {
        func isRadio(_ process: ProcessPlan) -> Bool {
            process.nodes.contains { plan.nodes[Int($0.rawValue)].role == .ran }
        }
        func directs(_ director: ProcessPlan, _ radio: ProcessPlan) -> Bool {
            plan.wires.contains { wire in
                director.nodes.contains(wire.from) && radio.nodes.contains(wire.to)
                    && [.edge, .rrm].contains(plan.nodes[Int(wire.from.rawValue)].role)
            }
        }
        guard isRadio(own) && directs(other, own) || isRadio(other) && directs(own, other) else { return }
        for kind in Capability.kinds(usedBy: plan.network) {
            if kind == .power {
                required.append(Capability.name(of: kind))
            } else {
                wished.append(Capability.name(of: kind))
            }
        }
    }

    /// Which of `names` a peer lacks that announced these abilities.
    private static func lacking(_ names: [String], _ announced: [String]) -> [String] {
        let has = announced.isEmpty ? Capability.least : announced
        return names.filter { !has.contains($0) }
    }

    /// Wished abilities that a peer lacks.
    package func lacking(of announced: [String]) -> [String] { CapabilityNeeds.lacking(wished, announced) }

    /// The refusal of a peer that lacks what is required; nil where it lacks nothing.
    package func refusal(of peer: String, announcing announced: [String], by process: String) -> Reject? {
        let missing = CapabilityNeeds.lacking(required, announced)
        guard !missing.isEmpty else { return nil }
        return Reject(
            cause: .version,
            reason: "\(peer) does not announce \(missing.joined(separator: ", ")), which \(process) needs of it in "
                + "this topology: run a release of it that does, or set game.solver to none")
    }
}

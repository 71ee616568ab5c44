internal import DTNetMessages
internal import NetworkModel
internal import TwinProtocol

/// Who may direct which cell, and the fences behind which a directive is judged (DESIGN 5).
struct DirectiveAuthority: Sendable {
    /// Per node of the plan: the cells that it may direct.
    private let scope: [[Bool]]
    var fence: DirectiveFence

    init(plan: WiringPlan, node: NodePlan) {
        let cells = plan.network.cells.count
        scope = plan.nodes.map { writer in
            var allowed = Array(repeating: false, count: cells)
            let writes = writer.role == (plan.network.hierarchy == .fullyCentralised ? .rrm : .edge)
            guard writes, plan.wires.contains(where: { $0.from == writer.id && $0.to == node.id }) else {
                return allowed
            }
            for cell in writer.cells { allowed[cell.index] = true }
            return allowed
        }
        fence = DirectiveFence(cells: cells)
    }

    /// One entry per control of the directive: power per cell, then one share entry per UE's cell, then associations.
    /// Only judges; entries that pass read `applied`.
    func judge(_ directive: Directive, of envelope: Envelope, epoch: UInt64) -> DirectiveResult {
        var result = DirectiveResult()
        if !directive.powerWatts.isEmpty {
            for cell in directive.cell { add(.power, cell, directive, envelope, epoch, &result) }
        }
        if !directive.shareUE.isEmpty {
            for cell in directive.cell { add(.schedulingShare, cell, directive, envelope, epoch, &result) }
        }
        for cell in directive.associationCell { add(.association, cell, directive, envelope, epoch, &result) }
        return result
    }

    private func add(
        _ kind: ControlKind, _ cell: UInt32, _ directive: Directive, _ envelope: Envelope, _ epoch: UInt64,
        _ result: inout DirectiveResult
    ) {
        let isAllowed = scope[Int(envelope.sender.rawValue)][Int(cell)]
        result.cell.append(cell)
        result.kind.append(kind)
        result.outcome.append(
            isAllowed
                ? fence.judge(
                    cell: CellID(cell), kind: kind, writer: envelope.sender, term: envelope.term,
                    epoch: envelope.epoch, expires: directive.expiresEpoch, now: epoch)
                : .unauthorised)
    }
}

extension RANNode {
    /// Applies what was judged `applied`, writes what came of it into `result`, and moves the fences. A group is
    /// applied to a copy first: it takes effect whole or not at all.
    mutating func apply(_ directive: Directive, of envelope: Envelope, _ result: inout DirectiveResult) {
        guard directive.group != 0 else {
            applyParts(directive, of: envelope, &result)
            return
        }
        let before = (network, authority)
        if result.outcome.allSatisfy({ $0 == .applied }) { applyParts(directive, of: envelope, &result) }
        guard result.outcome.contains(where: { $0 != .applied }) else { return }
        (network, authority) = before
        result.outcome = result.outcome.map { $0 == .applied ? .groupRefused : $0 }
    }

    private mutating func applyParts(_ directive: Directive, of envelope: Envelope, _ result: inout DirectiveResult) {
        // One association entry may share its cell with another: all entries of a kind pass the fence together.
        for index in result.outcome.indices where result.outcome[index] == .applied {
            result.outcome[index] = applyPart(index, directive, result)
        }
        for index in result.outcome.indices where result.outcome[index] == .applied {
            authority.fence.commit(
                cell: CellID(result.cell[index]), kind: result.kind[index], writer: envelope.sender,
                term: envelope.term, epoch: envelope.epoch, expires: directive.expiresEpoch)
        }
    }

    private mutating func applyPart(_ index: Int, _ directive: Directive, _ result: DirectiveResult) -> DirectiveOutcome
    {
        let cell = CellID(result.cell[index])
        do throws(ControlRefusal) {
            switch result.kind[index] {
            case .power:
                let width = directive.subbands
                try network.applyPower(
                    cell: cell, wattsPerSubband: Array(directive.powerWatts[(index * width)..<((index + 1) * width)]))
            case .schedulingShare:
                try applyShares(of: cell, directive)
            case .association:
                let first = result.kind.firstIndex(of: .association) ?? 0
                try network.applyAssociation(ue: UEID(directive.associationUE[index - first]), cell: cell)
            }
            return .applied
        } catch {
            return DirectiveOutcome(error)
        }
    }

    private mutating func applyShares(of cell: CellID, _ directive: Directive) throws(ControlRefusal) {
        let width = directive.subbands
        let rows = directive.shareUE.indices.filter { network.servingCell(ue: UEID(directive.shareUE[$0])) == cell }
        try network.applyShares(
            cell: cell, ues: rows.map { UEID(directive.shareUE[$0]) },
            shares: rows.flatMap { directive.share[($0 * width)..<(($0 + 1) * width)] })
    }
}

extension DirectiveOutcome {
    init(_ refusal: ControlRefusal) {
        switch refusal {
        case .unknownCell, .unknownUE, .notServed: self = .unknownTarget
        case .wrongCount, .outOfRange, .overPower, .overShare: self = .outOfRange
        case .notObservable: self = .notObservable
        }
    }
}

/// Measures what followed on directives: the change of a cell's throughput from one epoch to the next.
struct EffectMeter: Sendable {
    private var last: [Float?]
    private var change: [Float]

    init(cells: Int) {
        last = Array(repeating: nil, count: cells)
        change = Array(repeating: 0, count: cells)
    }

    /// The telemetry of an epoch has been measured.
    mutating func close(_ staged: [Telemetry]) {
        for telemetry in staged {
            for (index, cell) in telemetry.cell.enumerated() {
                let now = telemetry.throughputKbps[index]
                change[Int(cell)] = now - (last[Int(cell)] ?? now)
                last[Int(cell)] = now
            }
        }
    }

    /// Adds the effect measured last to the answer to a directive.
    func report(into result: inout DirectiveResult) {
        result.effectKbps = result.cell.map { change[Int($0)] }
    }
}

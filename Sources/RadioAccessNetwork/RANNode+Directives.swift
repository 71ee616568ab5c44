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

    /// One entry per control of the directive, in the order of `parts`. Only judges; entries that pass read `applied`.
    func judge(_ directive: Directive, of envelope: Envelope, epoch: UInt64) -> DirectiveResult {
        var result = DirectiveResult()
        for part in directive.parts {
            for cell in part.cells { add(part.kind, cell, directive, envelope, epoch, &result) }
        }
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
        var first = 0
        for part in directive.parts {
            let accepted = part.cells.indices.filter { result.outcome[first + $0] == .applied }
            // Whom a cell's directive no longer names is handed over by A3 again.
            if part.kind == .association {
                for row in accepted { network.release(.association, cell: CellID(part.cells[row])) }
            }
            for row in accepted {
                result.outcome[first + row] = apply(
                    part.kind, row: row, cell: CellID(part.cells[row]), directive, measured: envelope.epoch)
            }
            first += part.cells.count
        }
        for index in result.outcome.indices where result.outcome[index] == .applied {
            authority.fence.commit(
                cell: CellID(result.cell[index]), kind: result.kind[index], writer: envelope.sender,
                term: envelope.term, epoch: envelope.epoch, expires: directive.expiresEpoch)
        }
    }

    /// Applies one control: row `row` of the directive's part of that kind.
    ///
    /// - Parameter measured: epoch of the telemetry behind it.
    private mutating func apply(
        _ kind: ControlKind, row: Int, cell: CellID, _ directive: Directive, measured: UInt64
    ) -> DirectiveOutcome {
        let columns = { (width: Int) in (row * width)..<((row + 1) * width) }
        do throws(ControlRefusal) {
            switch kind {
            case .power:
                try network.applyPower(
                    cell: cell, wattsPerSubband: Array(directive.powerWatts[columns(directive.subbands)]))
            case .schedulingShare: try applyShares(of: cell, directive, measured: measured)
            case .association:
                try network.applyAssociation(ue: UEID(directive.associationUE[row]), cell: cell)
            case .sliceShare:
                try network.applySlices(cell: cell, shares: Array(directive.sliceShare[columns(directive.slices)]))
            case .beam: try applyBeams(of: cell, directive, measured: measured)
            case .mask:
                try network.applyMask(cell: cell, capWatts: Array(directive.capWatts[columns(directive.subbands)]))
            case .platform:
                try network.applyPlatform(
                    cell: cell, xMetres: Double(directive.platformX[row]), yMetres: Double(directive.platformY[row]),
                    heightMetres: Double(directive.platformHeight[row]))
            case .highestMCS: try network.applyHighestMCS(cell: cell, index: directive.highestMCS[row])
            case .recommendedMCS: try applyRecommendedMCS(of: cell, directive, measured: measured)
            }
            return .applied
        } catch {
            return DirectiveOutcome(error)
        }
    }

    private mutating func applyBeams(
        of cell: CellID, _ directive: Directive, measured: UInt64
    ) throws(ControlRefusal) {
        let rows = rows(of: directive.beamUE, at: cell, measured: measured)
        try network.applyBeams(
            cell: cell, ues: rows.map { UEID(directive.beamUE[$0]) }, beams: rows.map { directive.beam[$0] })
    }

    private mutating func applyRecommendedMCS(
        of cell: CellID, _ directive: Directive, measured: UInt64
    ) throws(ControlRefusal) {
        let width = directive.subbands
        let rows = rows(of: directive.mcsUE, at: cell, measured: measured)
        try network.applyRecommendedMCS(
            cell: cell, ues: rows.map { UEID(directive.mcsUE[$0]) },
            schemes: rows.flatMap { directive.mcs[($0 * width)..<(($0 + 1) * width)] })
    }

    private mutating func applyShares(
        of cell: CellID, _ directive: Directive, measured: UInt64
    ) throws(ControlRefusal) {
        let width = directive.subbands
        let rows = rows(of: directive.shareUE, at: cell, measured: measured)
        try network.applyShares(
            cell: cell, ues: rows.map { UEID(directive.shareUE[$0]) },
            shares: rows.flatMap { directive.share[($0 * width)..<(($0 + 1) * width)] })
    }

    /// Rows of the UEs that a cell serves. What was decided for a UE before it came to the cell was meant for another:
    /// its row is left out.
    private func rows(of ues: [UInt32], at cell: CellID, measured: UInt64) -> [Int] {
        let slot = slotOfTelemetry(epoch: measured)
        return ues.indices.filter {
            network.servingCell(ue: UEID(ues[$0])) == cell && network.attachedSlot(ue: UEID(ues[$0])) <= slot
        }
    }
}

extension Directive {
    /// The controls that the directive holds, with the cell of each row, in the order in which they are applied: masks
    /// before the powers that they bound, associations before what is set for a cell's UEs.
    var parts: [(kind: ControlKind, cells: [UInt32])] {
        var parts: [(kind: ControlKind, cells: [UInt32])] = []
        if !capWatts.isEmpty { parts.append((.mask, cell)) }
        if !powerWatts.isEmpty { parts.append((.power, cell)) }
        if !associationUE.isEmpty { parts.append((.association, associationCell)) }
        if !shareUE.isEmpty { parts.append((.schedulingShare, cell)) }
        if !sliceShare.isEmpty { parts.append((.sliceShare, cell)) }
        if !beamUE.isEmpty { parts.append((.beam, cell)) }
        if !platformCell.isEmpty { parts.append((.platform, platformCell)) }
        if !highestMCS.isEmpty { parts.append((.highestMCS, cell)) }
        if !mcsUE.isEmpty { parts.append((.recommendedMCS, cell)) }
        return parts
    }
}

extension DirectiveOutcome {
    init(_ refusal: ControlRefusal) {
        switch refusal {
        case .unknownCell, .unknownUE, .notServed, .noPlatform: self = .unknownTarget
        case .wrongCount, .outOfRange, .unknownScheme, .overPower, .overShare: self = .outOfRange
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

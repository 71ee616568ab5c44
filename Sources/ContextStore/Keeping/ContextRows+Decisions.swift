internal import DTNetMessages
internal import NetworkModel

/// Directives, what became of them, and policies.
extension ContextRows {
    func append(
        _ directive: Directive, of envelope: Envelope, _ source: String, _ at: Int64, to rows: inout [ContextRow]
    ) {
        let controls = ContextRows.controls(of: directive)
        for (index, cell) in directive.cell.enumerated() {
            var row = DirectiveRow(
                source: source, epoch: Int64(clamping: envelope.epoch), cell: Int(cell), at: at,
                term: Int64(clamping: envelope.term))
            row.group = directive.group == 0 ? nil : Int64(clamping: directive.group)
            row.offerEpoch = Int64(clamping: directive.offerEpoch)
            row.oldestEpoch = Int64(clamping: directive.oldestEpoch)
            row.expiresEpoch = Int64(clamping: directive.expiresEpoch)
            row.controls = controls
            if !directive.powerWatts.isEmpty {
                let powers = directive.powerWatts.dropFirst(index * directive.subbands).prefix(directive.subbands)
                row.powerWatts = powers.reduce(0) { $0 + Double($1) }
            }
            rows.append(row.row)
        }
    }

    /// The kinds of control that a directive carries, in words.
    private static func controls(of directive: Directive) -> String {
        var kinds: [ControlKind] = []
        if !directive.powerWatts.isEmpty { kinds.append(.power) }
        if !directive.shareUE.isEmpty { kinds.append(.schedulingShare) }
        if !directive.associationUE.isEmpty { kinds.append(.association) }
        if !directive.sliceShare.isEmpty { kinds.append(.sliceShare) }
        if !directive.beamUE.isEmpty { kinds.append(.beam) }
        if !directive.capWatts.isEmpty { kinds.append(.mask) }
        if !directive.platformCell.isEmpty { kinds.append(.platform) }
        if !directive.highestMCS.isEmpty { kinds.append(.highestMCS) }
        if !directive.mcsUE.isEmpty { kinds.append(.recommendedMCS) }
        return kinds.map(word).joined(separator: ", ")
    }

    private static func word(_ kind: ControlKind) -> String {
        switch kind {
        case .power: "power"
        case .schedulingShare: "shares"
        case .association: "association"
        case .sliceShare: "slices"
        case .beam: "beams"
        case .mask: "mask"
        case .platform: "platform"
        case .highestMCS: "mcs"
        case .recommendedMCS: "recommended mcs"
        }
    }

    /// One row per cell: what was refused, and why, else that it was applied.
    func append(
        _ result: DirectiveResult, of envelope: Envelope, _ source: String, _ at: Int64, to rows: inout [ContextRow]
    ) {
        var seen: [(cell: UInt32, refused: [String], effect: Float?)] = []
        for (index, cell) in result.cell.enumerated() {
            let place = seen.firstIndex { $0.cell == cell } ?? seen.count
            if place == seen.count { seen.append((cell, [], nil)) }
            if result.outcome[index] != .applied {
                let refusal = "\(ContextRows.word(result.kind[index])) \(result.outcome[index])"
                if !seen[place].refused.contains(refusal) { seen[place].refused.append(refusal) }
            }
            if index < result.effectKbps.count { seen[place].effect = result.effectKbps[index] }
        }
        for (cell, refused, effect) in seen {
            var row = DirectiveRow(
                source: source, epoch: Int64(clamping: envelope.epoch), cell: Int(cell), at: at,
                term: Int64(clamping: envelope.term))
            row.outcome = refused.isEmpty ? "applied" : refused.joined(separator: ", ")
            row.effectKbps = effect.map(Double.init)
            rows.append(row.row)
        }
    }

    func append(_ policy: Policy, _ source: String, _ at: Int64, to rows: inout [ContextRow]) {
        rows.append(
            PolicyRow(
                source: source, at: at, revision: Int(clamping: policy.revision),
                expiresEpoch: Int64(clamping: policy.expiresEpoch), reason: policy.reason,
                content: ContextRows.json(policy)
            ).row)
    }

    /// The document of a policy, where it says something new. Whoever hears it keeps the row alone.
    func appendDocument(of policy: Policy, _ source: String, _ at: Int64, to rows: inout [ContextRow]) {
        let text = ContextRows.words(policy)
        guard !text.isEmpty, policies.isNew(text, of: source, at: at) else { return }
        rows += RecordDocument.policy.rows(at: at, source, title: "Policy of \(source)", source: source, body: text)
    }

    /// Why a policy is as it is, and what it sets, for searches.
    private static func words(_ policy: Policy) -> String {
        let parts = [
            ("power budgets", policy.powerBudgetWatts.isEmpty), ("weights", policy.weight.isEmpty),
            ("power caps per subband", policy.capWatts.isEmpty), ("slice shares", policy.sliceShare.isEmpty),
            ("slice weights", policy.sliceWeight.isEmpty), ("places of platforms", policy.platformCell.isEmpty),
            ("moves of users", policy.moveUE.isEmpty), ("highest schemes", policy.highestMCS.isEmpty),
        ]
        let set = parts.filter { !$0.1 }.map(\.0)
        let sets = set.isEmpty ? "" : "It sets " + set.joined(separator: ", ") + "."
        return [policy.reason, sets].filter { !$0.isEmpty }.joined(separator: ". ")
    }

    /// The parts of a policy that it has, as a JSON object of arrays.
    private static func json(_ policy: Policy) -> String {
        var bytes: [UInt8] = []
        func add(_ name: String, _ values: [ContextValue], width: Int? = nil) {
            guard !values.isEmpty else { return }
            bytes.append(contentsOf: (bytes.isEmpty ? "{" : ",").utf8)
            JSONLine.append(.text(name), to: &bytes)
            bytes.append(contentsOf: ":[".utf8)
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONLine.append(value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
            if let width { bytes.append(contentsOf: ",\"\(name)_width\":\(width)".utf8) }
        }
        let real = { (values: [Float]) in values.map { $0.isFinite ? ContextValue.real(Double($0)) : .null } }
        let whole = { (values: [UInt32]) in values.map { ContextValue.integer(Int64($0)) } }
        add("cell", whole(policy.cell))
        add("power_budget_watts", real(policy.powerBudgetWatts))
        add("weight", real(policy.weight))
        add("cap_watts", real(policy.capWatts), width: policy.subbands)
        add("slice_share", real(policy.sliceShare), width: policy.slices)
        add("slice_weight", real(policy.sliceWeight), width: policy.slices)
        add("platform_cell", whole(policy.platformCell))
        add("platform_x", real(policy.platformX))
        add("platform_y", real(policy.platformY))
        add("platform_height", real(policy.platformHeight))
        add("move_ue", whole(policy.moveUE))
        add("move_cell", whole(policy.moveCell))
        add("highest_mcs", policy.highestMCS.map { .integer($0 == MCSTable.uncapped ? -1 : Int64($0)) })
        return bytes.isEmpty ? "{}" : String(decoding: bytes, as: UTF8.self) + "}"
    }
}

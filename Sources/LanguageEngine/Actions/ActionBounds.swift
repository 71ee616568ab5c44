internal import Glibc
package import NetworkModel

/// What is wrong with an action that somebody proposed.
package struct ActionFlaw: Error, Hashable, Sendable {
    /// Field of the form.
    package var field: String
    /// What it holds and what would be accepted.
    package var message: String

    package init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }

    package var description: String { "\(field): \(message)" }
}

/// What actions may do in one network: the ranges that no model, text or operator leaves.
package struct ActionBounds: Hashable, Sendable, Codable {
    package let cells: Int
    package let subbands: Int
    /// Power of each cell at most and at least, dBm: a cap goes no more than `deepestCapDb` below what the cell can do.
    package let maxPowerDbm: [Double]
    package let slices: [String]
    /// Rate that each of them guarantees to each of its users, bit/s; none in cases that were made before it counted.
    package let sliceRatesBps: [Double]
    /// Cells that fly.
    package let platforms: [CellID]
    /// Adapters that the model server can be told to serve with.
    package let adapters: [String]
    /// Whether the radio network takes associations from the engine.
    package let associates: Bool
    /// Whether a weather station is named; not so in cases that were made before one could be.
    package let namesWeather: Bool

    /// A cap takes away 10 dB at most: coverage is not the engine's to give up.
    package static let deepestCapDb = 10.0
    /// A factor on a weight.
    package static let priority = 1.0...4.0
    /// A factor on a parameter of a twin.
    package static let tuning = 0.1...10.0
    /// A cell keeps at least half of its subbands.
    package static let blankedPart = 0.5
    /// Users that one action moves, at most.
    package static let movedUsers = 64
    /// Cells in which one action lets a slice count for more, at most; in a larger area several do.
    package static let areaCells = 16
    /// An area in parts that one action takes, each ascending.
    static func parts(ofArea cells: [CellID]) -> [[Int]] {
        let all = cells.sorted().reduce(into: [Int]()) { if $0.last != $1.index { $0.append($1.index) } }
        return stride(from: 0, to: all.count, by: areaCells).map { Array(all[$0..<min(all.count, $0 + areaCells)]) }
    }
    /// Part of the PRBs that one slice may be promised.
    package static let share = 0.0...0.9

    package init(network: NetworkConfiguration) {
        cells = network.cells.count
        subbands = network.carrier.subbands
        maxPowerDbm = network.cells.map(\.transmitPowerDbm)
        slices = network.slices.map(\.name)
        sliceRatesBps = network.slices.map(\.rateBps)
        platforms = network.cells.filter { $0.platform != nil }.map(\.id)
        adapters = network.language.adapters.map(\.name)
        associates = network.game.association == .leader
        namesWeather = !network.weather.isEmpty
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        cells = try values.decode(Int.self, forKey: .cells)
        subbands = try values.decode(Int.self, forKey: .subbands)
        maxPowerDbm = try values.decode([Double].self, forKey: .maxPowerDbm)
        slices = try values.decode([String].self, forKey: .slices)
        sliceRatesBps = try values.decodeIfPresent([Double].self, forKey: .sliceRatesBps) ?? slices.map { _ in 0 }
        platforms = try values.decode([CellID].self, forKey: .platforms)
        adapters = try values.decode([String].self, forKey: .adapters)
        associates = try values.decode(Bool.self, forKey: .associates)
        namesWeather = try values.decodeIfPresent(Bool.self, forKey: .namesWeather) ?? false
    }

    /// Conditions that a channel twin may be taken back to.
    package var conditions: [TwinCondition] {
        Array(TwinCondition.all.prefix(namesWeather ? TwinCondition.count : TwinCondition.dryCount))
    }

    /// Most subbands that a cell may be asked to leave.
    package var mostBlanked: Int { max(1, Int(Double(subbands) * ActionBounds.blankedPart)) }

    /// Kinds that mean something in this network.
    package var kinds: [ActionKind] {
        ActionKind.allCases.filter { kind in
            switch kind {
            case .sliceShares: !slices.isEmpty
            case .deployPlatform: !platforms.isEmpty
            case .loadAdapter: !adapters.isEmpty
            case .reassociate: associates && cells > 1
            case .shiftBandwidth: cells > 1 && subbands > 1
            case .blankSubbands: subbands > 1
            default: true
            }
        }
    }

    /// The action that a form describes.
    ///
    /// - Throws: `ActionFlaw` with the field, what it holds, and what would be accepted.
    package func check(_ form: ActionForm) throws(ActionFlaw) -> Action {
        guard let kind = ActionKind(rawValue: form.action) else {
            throw ActionFlaw("action", "'\(form.action.prefix(32))' is none of \(ActionBounds.list(kinds))")
        }
        guard kinds.contains(kind) else {
            throw ActionFlaw("action", "\(kind.rawValue) has no meaning in this network; \(ActionBounds.list(kinds))")
        }
        switch kind {
        case .shiftBandwidth:
            let (from, to) = try two(form)
            return .shiftBandwidth(from: from, to: to, subbands: try count(form, atMost: mostBlanked))
        case .raisePriority:
            let factor = try value(form, in: ActionBounds.priority)
            guard form.slice != nil, form.cell == nil else {
                return .raiseCellPriority(cell: try cell(form.cell, "cell"), factor: factor)
            }
            return .raiseSlicePriority(slice: try slice(form), cells: try area(form.cells), factor: factor)
        case .capMCS: return .capMCS(cell: try cell(form.cell, "cell"), index: try scheme(form))
        case .capPower:
            let cell = try cell(form.cell, "cell")
            let most = maxPowerDbm[cell.index]
            return .capPower(cell: cell, dbm: try value(form, in: most - ActionBounds.deepestCapDb...most))
        case .reassociate:
            let (from, to) = try two(form)
            return .reassociate(from: from, to: to, users: try count(form, atMost: ActionBounds.movedUsers))
        case .blankSubbands: return try blanking(form)
        case .sliceShares:
            return .sliceShare(
                slice: try slice(form), cells: try area(form.cells), share: try value(form, in: ActionBounds.share))
        case .deployPlatform:
            let platform = try cell(form.cell, "cell")
            guard platforms.contains(platform) else {
                throw ActionFlaw("cell", "cell \(platform.index) is no platform; \(ActionBounds.list(platforms))")
            }
            return .deployPlatform(platform: platform, cell: try cell(form.other, "other"))
        case .retrain:
            let cell = try cell(form.cell, "cell")
            return form.name == EngineName.traffic.rawValue ? .retrainForecast(cell: cell) : .retrain(cell: cell)
        case .tuneTwin:
            guard let parameter = TwinParameter(rawValue: form.name ?? "") else {
                let known = TwinParameter.allCases.map(\.rawValue).joined(separator: ", ")
                throw ActionFlaw("name", "no parameter '\((form.name ?? "").prefix(32))'; \(known)")
            }
            return .tuneTwin(
                cell: try cell(form.cell, "cell"), parameter, factor: try value(form, in: ActionBounds.tuning))
        case .recallTwin:
            guard let condition = TwinCondition(name: form.name ?? ""), conditions.contains(condition) else {
                let known = conditions.map(\.name).joined(separator: ", ")
                throw ActionFlaw("name", "no condition '\((form.name ?? "").prefix(32))'; \(known)")
            }
            return .recallTwin(cell: try cell(form.cell, "cell"), condition)
        case .loadAdapter:
            let known = adapters + [LanguageConfiguration.Adapter.unloaded]
            guard let name = form.name, known.contains(name) else {
                let words = known.joined(separator: ", ")
                throw ActionFlaw("name", "no adapter '\((form.name ?? "").prefix(32))'; \(words)")
            }
            return .loadAdapter(name)
        case .askEngine:
            guard let engine = EngineName(rawValue: form.name ?? "") else {
                throw ActionFlaw("name", "no engine '\((form.name ?? "").prefix(32))'; channel or traffic")
            }
            return .askEngine(engine, cell: try cell(form.cell, "cell"))
        case .none: return .none
        }
    }

    private func blanking(_ form: ActionForm) throws(ActionFlaw) -> Action {
        let cell = try cell(form.cell, "cell")
        let count = try count(form, atMost: mostBlanked)
        let first = form.first ?? subbands - count
        guard first >= 0, first <= subbands - count else {
            throw ActionFlaw("first", "\(count) subbands from \(first) on do not lie in 0 ... \(subbands - 1)")
        }
        return .blankSubbands(cell: cell, first: first, count: count)
    }

    // MARK: - Fields

    private static func list(_ kinds: [ActionKind]) -> String { kinds.map(\.rawValue).joined(separator: ", ") }

    private static func list(_ cells: [CellID]) -> String {
        "the platforms are cells " + cells.map { "\($0.index)" }.joined(separator: ", ")
    }

    private func cell(_ index: Int?, _ field: String) throws(ActionFlaw) -> CellID {
        guard let index else { throw ActionFlaw(field, "missing: a cell from 0 to \(cells - 1)") }
        guard index >= 0, index < cells else {
            throw ActionFlaw(field, "\(index) is not a cell from 0 to \(cells - 1)")
        }
        return CellID(UInt32(index))
    }

    private func two(_ form: ActionForm) throws(ActionFlaw) -> (CellID, CellID) {
        let (first, second) = (try cell(form.cell, "cell"), try cell(form.other, "other"))
        guard first != second else { throw ActionFlaw("other", "the same cell as 'cell'") }
        return (first, second)
    }

    private func area(_ cells: [Int]?) throws(ActionFlaw) -> [CellID] {
        guard let cells else { return [] }
        guard !cells.isEmpty, cells.count <= ActionBounds.areaCells else {
            throw ActionFlaw("cells", "\(cells.count) cells: 1 to \(ActionBounds.areaCells)")
        }
        var area: [CellID] = []
        for index in cells {
            let cell = try cell(index, "cells")
            if let last = area.last, last >= cell {
                throw ActionFlaw("cells", "\(index) behind \(last.index): they ascend, each once")
            }
            area.append(cell)
        }
        return area
    }

    private func slice(_ form: ActionForm) throws(ActionFlaw) -> Int {
        guard let slice = slices.firstIndex(where: { $0 == form.slice }) else {
            let known = slices.isEmpty ? "this network has no slices" : slices.joined(separator: ", ")
            throw ActionFlaw("slice", "no slice '\((form.slice ?? "").prefix(32))'; \(known)")
        }
        return slice
    }

    private func value(_ form: ActionForm, in range: ClosedRange<Double>) throws(ActionFlaw) -> Double {
        guard let value = form.value else {
            throw ActionFlaw("value", "missing: \(range.lowerBound) to \(range.upperBound)")
        }
        guard value.isFinite, range.contains(value) else {
            throw ActionFlaw("value", "\(value) is not in \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private func scheme(_ form: ActionForm) throws(ActionFlaw) -> Int {
        try count(form, atMost: MCSTable.indices.upperBound, atLeast: MCSTable.indices.lowerBound)
    }

    private func count(_ form: ActionForm, atMost most: Int, atLeast least: Int = 1) throws(ActionFlaw) -> Int {
        let number = try value(form, in: Double(least)...Double(most))
        guard number == number.rounded() else { throw ActionFlaw("value", "\(number) is no whole number") }
        return Int(number)
    }
}

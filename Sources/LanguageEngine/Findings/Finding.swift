internal import Glibc
package import NetworkModel

/// One thing that the twins, the network or an operator say needs a look. Findings start a cycle of the engine and are
/// all that the model is told; texts that others wrote are marked as data where they are shown.
package enum Finding: Hashable, Sendable, Codable {
    /// A full cell whose users get much less than those of other cells.
    case starved(cell: CellID, userKbps: Double, medianKbps: Double)
    /// The load of a cell grows fast.
    case surge(cell: CellID, load: Double, forecastLoad: Double)
    /// A cell that has no users disturbs others.
    case idle(cell: CellID)
    /// The guarantees of a slice take more of the PRBs than it is promised.
    case sliceAtRisk(slice: Int, need: Double, share: Double)
    /// The channel twin of a cell errs more than it usually does.
    case drift(cell: CellID, errorDb: Double, usualDb: Double)
    /// The traffic forecast of a cell errs more than it usually does: mean absolute errors, as shares of the PRBs.
    case forecastDrift(cell: CellID, error: Double, usual: Double)
    /// Another user of the band comes.
    case incumbent(name: String, seconds: Double)
    /// An alarm in its own words, data and never an instruction: of a node of the network, or of a system beside it.
    case alarm(text: String, from: AlarmOrigin? = nil)
    /// Layers, or operators, want contrary things at one time.
    case conflict(LayerConflict)
    /// Leaders move their powers against each other.
    case leadersOpposed(LeaderConflict)
    /// What an AI engine answered.
    case clarification(EngineName, cell: CellID, text: String)
    /// An adopted action did harm and was taken back.
    case harm(ActionKind, cell: CellID?, percent: Double)
    /// What an operator wants, in typed form.
    case intent(Intent)

    /// Whether an operator wants it.
    package var isIntent: Bool { if case .intent = self { true } else { false } }

    /// Rank among findings of one moment; the prompt shows the highest first.
    var urgency: Int {
        switch self {
        case .intent: 9
        case .alarm: 8
        case .harm, .conflict, .leadersOpposed: 7
        case .sliceAtRisk: 6
        case .surge: 5
        case .starved: 4
        case .incumbent: 3
        case .drift, .forecastDrift: 2
        case .clarification: 2
        case .idle: 1
        }
    }

    /// The cell that it is about; nil where it is about none, or is somebody's text.
    package var cell: CellID? {
        switch self {
        case .starved(let cell, _, _), .surge(let cell, _, _), .idle(let cell), .drift(let cell, _, _),
            .forecastDrift(let cell, _, _), .clarification(_, let cell, _):
            cell
        case .harm(_, let cell, _): cell
        case .alarm(_, let origin): origin?.cells.first
        case .conflict(let conflict): conflict.cell
        case .leadersOpposed(let conflict): conflict.first.cells.first
        case .sliceAtRisk, .incumbent, .intent: nil
        }
    }

    /// Whether both are of one kind and about one cell, slice, user of the band, action, conflict, or cause and place
    /// of alarms of nodes, whatever their figures and words; of other texts and intents, whether they are the same.
    package func isAboutTheSame(as other: Finding) -> Bool {
        switch (self, other) {
        case (.starved(let one, _, _), .starved(let two, _, _)), (.surge(let one, _, _), .surge(let two, _, _)),
            (.idle(let one), .idle(let two)), (.drift(let one, _, _), .drift(let two, _, _)),
            (.forecastDrift(let one, _, _), .forecastDrift(let two, _, _)):
            one == two
        case (.sliceAtRisk(let one, _, _), .sliceAtRisk(let two, _, _)): one == two
        case (.incumbent(let one, _), .incumbent(let two, _)): one == two
        case (.harm(let one, let cell, _), .harm(let two, let place, _)): one == two && cell == place
        case (.alarm(_, .some(let one)), .alarm(_, .some(let two))): one.isAboutTheSame(as: two)
        case (.conflict(let one), .conflict(let two)): one.isAboutTheSame(as: two)
        case (.leadersOpposed(let one), .leadersOpposed(let two)): one.isAboutTheSame(as: two)
        default: self == other
        }
    }

    /// The finding in a few words, as the prompt shows it. Text of others comes out marked and cleaned.
    ///
    /// - Parameter slices: names of the network's slices.
    package func text(slices: [String]) -> String {
        switch self {
        case .starved(let cell, let rate, let median):
            "cell \(cell.index) full, users get \(Finding.round(rate / 1e3)) of \(Finding.round(median / 1e3)) Mbit/s"
        case .surge(let cell, let load, let forecast):
            "cell \(cell.index) load \(Finding.percent(load)) rising to \(Finding.percent(forecast))"
        case .idle(let cell): "cell \(cell.index) has no users"
        case .sliceAtRisk(let slice, let need, let share):
            "slice \(slices[slice]) needs \(Finding.percent(need)) of PRBs, has \(Finding.percent(share))"
        case .drift(let cell, let error, let usual):
            "channel twin of cell \(cell.index) errs \(Finding.round(error)) dB, usually \(Finding.round(usual))"
        case .forecastDrift(let cell, let error, let usual):
            "traffic forecast of cell \(cell.index) errs \(Finding.percent(error)), usually \(Finding.percent(usual))"
        case .incumbent(let name, let seconds): "\(name) listens in \(Finding.round(seconds)) s"
        case .alarm(let text, let origin):
            Finding.alarmOpening + (origin.map { "of \($0.text): " } ?? "") + UntrustedText.marked(text)
        case .conflict(let conflict): "conflict: " + conflict.text(slices: slices)
        case .leadersOpposed(let conflict): "conflict: " + conflict.text
        case .clarification(let engine, let cell, let text):
            "\(engine.rawValue) engine on cell \(cell.index): " + UntrustedText.marked(text)
        case .harm(let kind, let cell, let percent):
            "\(kind.rawValue)\(cell.map { " of cell \($0.index)" } ?? "") cost \(Finding.round(-percent)) %"
        case .intent(let intent): Finding.intentOpening + intent.text(slices: slices)
        }
    }

    /// How the text of an alarm begins, and that of an operator's intent: words of others, not what the twins observed.
    package static let alarmOpening = "alarm "
    package static let intentOpening = "operator wants "

    /// What two situations have in common that call for the same answer: figures in coarse steps.
    var meaning: String {
        switch self {
        case .starved(let cell, let rate, let median): "starved \(cell.index) \(Finding.step(rate / max(median, 1), 4))"
        case .surge(let cell, let load, let forecast):
            "surge \(cell.index) \(Finding.step(load, 5)) \(Finding.step(forecast, 5))"
        case .idle(let cell): "idle \(cell.index)"
        case .sliceAtRisk(let slice, let need, let share):
            "risk \(slice) \(Finding.step(need, 10)) \(Finding.step(share, 10))"
        case .drift(let cell, let error, _): "drift \(cell.index) \(Finding.step(error, 0.5))"
        case .forecastDrift(let cell, _, _): "forecast drift \(cell.index)"
        case .incumbent(let name, _): "incumbent \(name)"
        case .alarm(let text, let origin): "alarm \(origin?.subject ?? text)"
        case .conflict(let conflict): "conflict \(conflict.meaning)"
        case .leadersOpposed(let conflict): "opposed \(conflict.first.text) \(conflict.second.text)"
        case .clarification(let engine, let cell, let text): "clarified \(engine.rawValue) \(cell.index) \(text)"
        case .harm(let kind, let cell, _): "harm \(kind.rawValue) \(cell?.index ?? -1)"
        case .intent(let intent): "intent \(intent)"
        }
    }

    static func percent(_ share: Double) -> String { "\(Int(saturating: 100 * share)) %" }
    private static func round(_ value: Double) -> String { "\((10 * value).rounded() / 10)" }
    private static func step(_ value: Double, _ perUnit: Double) -> Int {
        value.isFinite ? Int(saturating: value * perUnit) : -1
    }
}

extension NetworkState {
    /// Thresholds of the findings.
    private static let fullLoad = 0.95
    private static let starvedShare = 0.25
    private static let idleLoad = 0.05
    private static let surgeGrowth = 0.15
    private static let driftFactor = 1.5
    private static let driftDb = 1.0
    private static let forecastDrift = 0.02

    /// What these figures say needs a look, the most urgent first.
    ///
    /// - Parameters:
    ///   - slices: the network's slices.
    ///   - shares: part of the PRBs that each is promised [S].
    package func findings(slices: [SliceConfiguration], shares: [Double]) -> [Finding] {
        var findings: [Finding] = []
        let median = medianUserKbps
        for (index, cell) in cells.enumerated() {
            let id = CellID(UInt32(index))
            if cell.ueCount == 0, cell.forecastLoad < NetworkState.idleLoad { findings.append(.idle(cell: id)) }
            if cell.ueCount > 0, cell.forecastLoad > NetworkState.fullLoad,
                cell.userKbps < NetworkState.starvedShare * median
            {
                findings.append(.starved(cell: id, userKbps: cell.userKbps, medianKbps: median))
            }
            if cell.forecastLoad > cell.load + NetworkState.surgeGrowth, cell.forecastLoad > 0.5 {
                findings.append(.surge(cell: id, load: cell.load, forecastLoad: cell.forecastLoad))
            }
            if cell.usualErrorDb > 0,
                cell.twinErrorDb > NetworkState.driftFactor * cell.usualErrorDb,
                cell.twinErrorDb > cell.usualErrorDb + NetworkState.driftDb
            {
                findings.append(.drift(cell: id, errorDb: cell.twinErrorDb, usualDb: cell.usualErrorDb))
            }
            if cell.usualForecastError > 0,
                cell.forecastError > NetworkState.driftFactor * cell.usualForecastError,
                cell.forecastError > cell.usualForecastError + NetworkState.forecastDrift
            {
                findings.append(
                    .forecastDrift(cell: id, error: cell.forecastError, usual: cell.usualForecastError))
            }
        }
        for (slice, need) in sliceNeed.enumerated() where slice < slices.count && sliceUEs[slice] > 0 {
            let isPromised = slices[slice].rateBps > 0 || slices[slice].delaySeconds != nil
            let share = slice < shares.count ? shares[slice] : 0
            if isPromised, need > share { findings.append(.sliceAtRisk(slice: slice, need: need, share: share)) }
        }
        return findings.ordered
    }
}

extension [Finding] {
    /// The most urgent first; of equals the earlier.
    package var ordered: [Finding] {
        enumerated().sorted { ($1.element.urgency, $0.offset) < ($0.element.urgency, $1.offset) }.map(\.element)
    }

    /// Equal for situations that call for the same answer: the key of the answers' cache.
    package var meaning: String { map(\.meaning).sorted().joined(separator: "|") }
}

internal import Benchmarking
internal import DTNetMessages
package import Foundation
internal import Glibc
internal import LanguageEngine
package import NetworkModel
internal import Topology
package import TwinProtocol

/// What a run has recorded, with the number of each line: what answers to operators rest on.
package struct RunRecord: Sendable {
    /// One line of `decisions.jsonl`.
    package struct Row: Sendable {
        package var line: Int
        package var record: Record
    }

    package let plan: WiringPlan
    /// In the order of the file.
    package let rows: [Row]

    package var network: NetworkConfiguration { plan.network }

    /// A history larger than this is refused.
    static let mostMiB = 1_024

    package init(plan: WiringPlan, history: Data) {
        self.plan = plan
        rows = RecordLine.numbered(history).map { Row(line: $0.line, record: $0.record) }
    }

    /// Records from elsewhere than the file, numbered from 1 in their order.
    package init(plan: WiringPlan, records: [Record]) {
        self.plan = plan
        rows = records.enumerated().map { Row(line: $0.offset + 1, record: $0.element) }
    }

    /// The plan of a run folder; throws `usage` where it cannot be read.
    static func plan(of folder: RunFolder) throws -> WiringPlan {
        guard let data = FileManager.default.contents(atPath: folder.planPath) else {
            throw ToolFailure(.usage, "\(folder.planPath): cannot be read")
        }
        do {
            return try WiringPlan(jsonData: data)
        } catch {
            throw ToolFailure(
                .usage,
                "\(folder.planPath): \(WiringPlan.reason(of: error)): the plan is of \(folder.maker): use the dtnet "
                    + "that made the run")
        }
    }

    /// The record of a run folder, live or over; throws `usage` where it cannot be read.
    init(_ folder: RunFolder) throws {
        let plan = try RunRecord.plan(of: folder)
        // A run that has only begun has written nothing yet.
        let exists = FileManager.default.fileExists(atPath: folder.decisionsPath)
        let history = exists ? try InputFile.data(at: folder.decisionsPath, mostMiB: RunRecord.mostMiB) : Data()
        self.init(plan: plan, history: history)
    }

    /// The folder that was named, else the newest live one, else the newest.
    static func folder(_ path: String?) throws -> RunFolder {
        if let path { return try RunFolder(existing: path) }
        if let newest = RunFolder.newestLive() ?? RunFolder.newest() { return newest }
        throw ToolFailure(.usage, "no run below \(RunFolder.absolute(RunFolder.parent)); name one with --run")
    }

    /// The newest epoch of any record.
    package var lastEpoch: UInt64 {
        rows.reduce(0) { max($0, $1.epoch ?? 0) }
    }

    /// Time of the run at the newest epoch. Epochs count from the host's start, the run from its first epoch; where a
    /// radio network was started anew below the epochs of before, the time of the run goes on.
    package var seconds: Double {
        var (epochs, last): (UInt64, UInt64?) = (0, nil)
        for row in rows {
            guard case .epochStarted(let start) = row.record else { continue }
            if let last, start.epoch > last { epochs += start.epoch - last }
            last = start.epoch
        }
        return Double(epochs) * network.epoch.seconds
    }

    // MARK: - Kinds of records

    /// Cycles of the language engine, in the order of the file.
    var languageRows: [(row: Row, decision: LanguageDecision)] {
        rows.compactMap { row in
            if case .language(let decision) = row.record { return (row, decision) }
            return nil
        }
    }

    /// Texts that decisions refer to, each with its digest.
    func text(_ digest: String) -> String? {
        guard !digest.isEmpty else { return "" }
        for row in rows {
            if case .languageText(let text) = row.record, text.digest == digest { return text.text }
        }
        return nil
    }

    var leaderRows: [(row: Row, decision: LeaderDecision)] {
        rows.compactMap { row in
            if case .leaderDecision(let decision) = row.record { return (row, decision) }
            return nil
        }
    }

    var directiveRows: [(row: Row, directive: DirectiveRecord)] {
        rows.compactMap { row in
            if case .directive(let directive) = row.record { return (row, directive) }
            return nil
        }
    }

    /// The newest figures of the cells, nil where L3 has recorded none.
    var newestFigures: (row: Row, figures: CellFigures)? {
        for row in rows.reversed() {
            if case .cells(let figures) = row.record { return (row, figures) }
        }
        return nil
    }

    /// The newest status of each engine, in the order of their nodes.
    var newestTwinStatuses: [(row: Row, status: TwinStatusRecord)] {
        var newest: [(row: Row, status: TwinStatusRecord)] = []
        for row in rows.reversed() {
            guard case .twinStatus(let status) = row.record,
                !newest.contains(where: {
                    $0.status.sender == status.sender && $0.status.status.engine == status.status.engine
                })
            else { continue }
            newest.append((row, status))
        }
        return newest.sorted { $0.status.sender.rawValue < $1.status.sender.rawValue }
    }

    /// Power that was applied in a cell, in the order of the file.
    func powers(of cell: CellID) -> [(row: Row, epoch: UInt64, watts: Double)] {
        directiveRows.compactMap { row, record in
            guard let watts = record.watts(of: cell), record.outcome(of: cell, .power) == .applied else { return nil }
            return (row, record.epoch, watts)
        }
    }
}

extension RunRecord.Row {
    /// nil where the record has none of its own.
    package var epoch: UInt64? {
        switch record {
        case .epochStarted(let start): start.epoch
        case .directive(let directive): directive.epoch
        case .lateOffer(_, let epoch, _): epoch
        case .leaderDecision(let decision): decision.epoch
        case .language(let decision): decision.epoch
        case .languageEffect(let effect): effect.epoch
        case .cells(let figures): figures.epoch
        case .twinStatus(let status): status.epoch
        case .window, .alarm, .languageText: nil
        }
    }

    /// Names the row: its line, and its decision or epoch.
    package var id: String {
        switch record {
        case .language(let decision): return "line \(line), decision \(decision.number)"
        case .languageEffect(let effect): return "line \(line), effect of decision \(effect.number)"
        default: return epoch.map { "line \(line), epoch \($0)" } ?? "line \(line)"
        }
    }
}

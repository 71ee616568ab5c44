internal import DTNetMessages
internal import NetworkModel
internal import Synchronization

/// The incidents that a process puts alarms into, for all batches of its rows.
final class IncidentLog: Sendable {
    private let book = Mutex(IncidentBook())

    func take(_ alarm: Alarm, from node: NodeID, epoch: UInt64, at: Int64) -> IncidentBook.Incident? {
        book.withLock { $0.take(alarm, from: node, epoch: epoch, at: at) }
    }
}

extension ContextRows {
    /// The incident that an alarm belongs to, as it is with it: always the row of the incident's first alarm.
    func append(_ alarm: Alarm, of envelope: Envelope, _ at: Int64, to rows: inout [ContextRow]) {
        guard let incident = incidents.take(alarm, from: envelope.sender, epoch: envelope.epoch, at: at),
            let first = incident.members.first
        else { return }
        let (code, source) = (incident.code, sources[Int(first.node.rawValue)])
        let place = first.cells.map { "\($0)" }.joined(separator: ",")
        var row = IncidentRow(
            id: "\(source) alarm \(code.rawValue) \(place) \(first.firstEpoch)", source: source, at: incident.at,
            cell: first.cells.count == 1 ? Int(first.cells[0]) : nil,
            severity: code.severity == .critical ? "critical" : "warning", kind: "alarm",
            text: "\(code.name): \(first.text)")
        (row.standing, row.count) = (incident.standing, incident.count)
        row.firstEpoch = Int64(clamping: incident.firstEpoch)
        row.lastEpoch = Int64(clamping: incident.lastEpoch)
        row.members = json(incident.members)
        if incident.standing == 0 { row.ended = at }
        append(row, title: "Incident: \(code.name)", cells: incident.cells, to: &rows)
    }

    /// The row of an incident, and its document.
    ///
    /// - Parameter cells: that it is about, empty where it names none.
    func append(_ row: IncidentRow, title: String, cells: [UInt32] = [], to rows: inout [ContextRow]) {
        rows.append(row.row)
        let few = cells.prefix(16).map { "\($0)" }.joined(separator: ", ")
        let lasted = row.ended.map { ($0 - row.at) / 1_000_000 }
        let parts = [
            row.text, cells.isEmpty ? nil : "cells \(few)" + (cells.count > 16 ? " and others" : ""),
            row.count.map { ($0 == 1 ? "1 alarm, " : "\($0) alarms, ") + row.severity },
            lasted.map { "over after \($0) s" }, row.resolution.map { "resolved: \($0)" },
        ]
        rows += RecordDocument.incident.rows(
            at: row.at, row.id, title: title, topic: row.ended == nil ? nil : RecordDocument.pastIncident,
            source: row.source, body: parts.compactMap { $0 }.joined(separator: "; "))
    }

    private func json(_ members: [IncidentBook.Member]) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for (index, member) in members.enumerated() {
            bytes.append(contentsOf: (index > 0 ? ",{\"node\":" : "{\"node\":").utf8)
            JSONLine.append(.text(sources[Int(member.node.rawValue)]), to: &bytes)
            let cells = member.cells.map { "\($0)" }.joined(separator: ",")
            bytes.append(
                contentsOf: (",\"cells\":[\(cells)],\"first_epoch\":\(member.firstEpoch),"
                    + "\"raised_epoch\":\(member.raisedEpoch),\"count\":\(member.count),"
                    + "\"stands\":\(member.stands),\"text\":").utf8)
            JSONLine.append(.text(member.text), to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
        return String(decoding: bytes, as: UTF8.self)
    }
}

internal import DTNetMessages
internal import NetworkModel

/// Alarms that were heard, put together: alarms of one cause, of one place and of about one time are one incident.
///
/// An alarm belongs to an incident of its code where it is of the same place and comes while an alarm of the incident
/// stands or within `IncidentBook.window` of the last that was heard of it, raised or over. Places are the same where
/// they share a cell, where either names none, and for what all meet alike (the radio network, a leader) everywhere.
struct IncidentBook: Sendable {
    /// The alarms of one node and one place in an incident.
    struct Member: Hashable, Sendable {
        let node: NodeID
        let cells: [UInt32]
        let text: String
        /// Epoch in which it was raised first and last.
        let firstEpoch: UInt64
        var raisedEpoch: UInt64
        /// How often it was raised.
        var count = 1
        var stands = true
    }

    /// What is known of one incident.
    struct Incident: Hashable, Sendable {
        let code: AlarmCode
        /// Microseconds since 1970: of the first alarm, and of the last that was heard.
        let at: Int64
        var lastAt: Int64
        var lastEpoch: UInt64
        /// In the order in which they came; `mostMembers` at most.
        var members: [Member]
        /// Cells of all, ascending; empty where one names none.
        var cells: [UInt32]

        /// Alarms that stand, and how often any was raised.
        var standing: Int { members.reduce(0) { $0 + ($1.stands ? 1 : 0) } }
        var count: Int { members.reduce(0) { $0 + $1.count } }
        var firstEpoch: UInt64 { members.reduce(UInt64.max) { min($0, $1.firstEpoch) } }
    }

    private var incidents: [Incident] = []

    /// An alarm this long after the last of an incident begins another, microseconds.
    static let window: Int64 = 10_000_000
    /// Incidents and members beyond are not put together with anything.
    private static let most = 64
    private static let mostMembers = 64

    /// Takes an alarm; returns its incident as it is now, nil for the end of an alarm that nobody knows.
    ///
    /// - Parameters:
    ///   - epoch: of the message.
    ///   - at: microseconds since 1970.
    mutating func take(_ alarm: Alarm, from node: NodeID, epoch: UInt64, at: Int64) -> Incident? {
        incidents.removeAll { $0.standing == 0 && at - $0.lastAt > IncidentBook.window }
        let known = incidents.firstIndex { incident in
            incident.code == alarm.code && incident.members.contains { $0.node == node && $0.cells == alarm.cell }
        }
        guard alarm.severity != .cleared else { return known.map { close(alarm, of: node, in: $0, epoch, at) } }
        let index =
            known
            ?? incidents.firstIndex { incident in
                incident.code == alarm.code && incident.members.count < IncidentBook.mostMembers
                    && alarm.code.isOfOnePlace(incident.cells, alarm.cell)
            }
        guard let index else {
            let member = Member(
                node: node, cells: alarm.cell, text: alarm.text, firstEpoch: alarm.raisedEpoch,
                raisedEpoch: alarm.raisedEpoch)
            let incident = Incident(
                code: alarm.code, at: at, lastAt: at, lastEpoch: max(epoch, alarm.raisedEpoch), members: [member],
                cells: alarm.cell)
            if incidents.count >= IncidentBook.most { incidents.removeFirst() }
            incidents.append(incident)
            return incident
        }
        raise(alarm, of: node, in: index)
        return note(index, epoch, at)
    }

    private mutating func raise(_ alarm: Alarm, of node: NodeID, in index: Int) {
        guard let place = incidents[index].members.firstIndex(where: { $0.node == node && $0.cells == alarm.cell })
        else {
            incidents[index].members.append(
                Member(
                    node: node, cells: alarm.cell, text: alarm.text, firstEpoch: alarm.raisedEpoch,
                    raisedEpoch: alarm.raisedEpoch))
            let isAnywhere = incidents[index].cells.isEmpty || alarm.cell.isEmpty
            incidents[index].cells = isAnywhere ? [] : Set(incidents[index].cells + alarm.cell).sorted()
            return
        }
        // An L3 that came back is told again of what stands: that is no second time.
        let isAgain = incidents[index].members[place].raisedEpoch != alarm.raisedEpoch
        if isAgain { incidents[index].members[place].count += 1 }
        incidents[index].members[place].raisedEpoch = alarm.raisedEpoch
        incidents[index].members[place].stands = true
    }

    private mutating func close(
        _ alarm: Alarm, of node: NodeID, in index: Int, _ epoch: UInt64, _ at: Int64
    ) -> Incident {
        for place in incidents[index].members.indices
        where incidents[index].members[place].node == node && incidents[index].members[place].cells == alarm.cell {
            incidents[index].members[place].stands = false
        }
        return note(index, epoch, at)
    }

    private mutating func note(_ index: Int, _ epoch: UInt64, _ at: Int64) -> Incident {
        incidents[index].lastAt = at
        incidents[index].lastEpoch = max(incidents[index].lastEpoch, epoch)
        return incidents[index]
    }
}

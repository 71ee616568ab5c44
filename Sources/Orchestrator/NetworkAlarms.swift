internal import DTNetMessages
internal import LanguageEngine
internal import NetworkModel

/// Alarms of the layers below, as they told them: those that stand, and which of them a cycle has still to look at.
struct NetworkAlarms: Sendable {
    private struct Standing: Sendable {
        let node: NodeID
        var alarm: Alarm
        /// No cycle has looked at it yet.
        var isNew = true
    }

    /// In the order in which they came.
    private var standing: [Standing] = []
    private let names: [String]
    /// Region of each cell, and the names of regions.
    private let regions: [Int]
    private let regionNames: [String]
    /// Alarms beyond are dropped.
    private static let most = 256

    /// - Parameter names: of the plan's nodes, by their ids.
    init(names: [String], network: NetworkConfiguration) {
        self.names = names
        regions = network.cells.map(\.region.index)
        regionNames = network.regionNames
    }

    /// Alarms that stand.
    var count: Int { standing.count }

    /// Takes an alarm that was raised, or is over. One that stands already is not new.
    mutating func take(_ alarm: Alarm, from node: NodeID) {
        let index = standing.firstIndex { $0.node == node && $0.alarm.isSame(as: alarm) }
        switch (alarm.severity, index) {
        case (.cleared, .some(let index)): standing.remove(at: index)
        case (.cleared, nil): break
        case (_, .some(let index)): standing[index].alarm = alarm
        case (_, nil):
            if standing.count < NetworkAlarms.most { standing.append(Standing(node: node, alarm: alarm)) }
        }
    }

    /// Nobody can say what stands at a node that is gone; it tells once it is there again.
    mutating func forget(_ node: NodeID) { standing.removeAll { $0.node == node } }

    /// A cycle looks at what there is.
    mutating func look() { for index in standing.indices { standing[index].isNew = false } }

    /// Alarms that stand and are of one cause and place, in the order in which they came.
    private struct Incident {
        let first: Standing
        /// Cells of all, ascending; empty where one names none.
        var cells: [UInt32]
        var alarms = 1
        /// One of them is new, or goes on to harm the network.
        var isToBeLookedAt: Bool

        init(_ known: Standing) {
            (first, cells, isToBeLookedAt) = (known, known.alarm.cell, Incident.isToBeLookedAt(known))
        }

        /// An alarm that comes while another of its incident stands is of about its time. Conflicts of leaders are told
        /// apart by their pairs.
        func holds(_ known: Standing) -> Bool {
            let code = known.alarm.code
            return code == first.alarm.code && code != .leadersOpposed && code.isOfOnePlace(cells, known.alarm.cell)
        }

        mutating func take(_ known: Standing) {
            alarms += 1
            isToBeLookedAt = isToBeLookedAt || Incident.isToBeLookedAt(known)
            let isAnywhere = cells.isEmpty || known.alarm.cell.isEmpty
            let others = known.alarm.cell.filter { !cells.contains($0) }
            cells = isAnywhere ? [] : (cells + others).sorted()
        }

        private static func isToBeLookedAt(_ known: Standing) -> Bool {
            known.isNew || known.alarm.severity == .critical || known.alarm.severity == .major
        }
    }

    /// Alarms that stand, those of one cause and place together, as the context database has them.
    private var incidents: [Incident] {
        standing.reduce(into: []) { incidents, known in
            if let place = incidents.firstIndex(where: { $0.holds(known) }) {
                incidents[place].take(known)
            } else {
                incidents.append(Incident(known))
            }
        }
    }

    /// What is to be looked at: what is new, and what goes on to harm the network.
    var findings: [Finding] {
        incidents.filter(\.isToBeLookedAt).map { incident in
            let (node, alarm) = (incident.first.node, incident.first.alarm)
            if alarm.code == .leadersOpposed, let conflict = conflict(at: alarm.cell) {
                return .leadersOpposed(conflict)
            }
            return .alarm(
                text: alarm.text,
                from: AlarmOrigin(
                    node: names[Int(node.rawValue)], code: alarm.code, cells: incident.cells.map { CellID($0) },
                    alarms: incident.alarms))
        }
    }

    /// The conflict of leaders that an alarm tells of; nil where its cells are not of two regions.
    ///
    /// - Parameter cells: known ones.
    private func conflict(at cells: [UInt32]) -> LeaderConflict? {
        let here = cells.map { regions[Int($0)] }
        guard let low = here.min(), let high = here.max(), low < high, here.allSatisfy({ $0 == low || $0 == high })
        else { return nil }
        func side(_ region: Int) -> LeaderConflict.Side {
            LeaderConflict.Side(
                region: regionNames[region],
                cells: zip(cells, here).filter { $1 == region }.map { CellID($0.0) })
        }
        return LeaderConflict(first: side(low), second: side(high))
    }
}

internal import DTNetMessages
internal import NetworkModel
internal import TwinProtocol

/// What of the twins' life goes into the record: whatever changes, and the errors now and then.
struct TwinRecords: Sendable {
    private struct Seen: Sendable {
        var sender: NodeID
        var engine: TwinEngine
        var epoch: UInt64
        var phase: [TwinPhase]
        var mobility: [UInt32]
        var weather: [UInt32]
        var lastOrder: [UInt32]
        var isSettled: [Bool]
    }

    private var seen: [Seen] = []
    /// The last order for a place of each cell that has had one.
    private var placed: [(cell: UInt32, order: UInt64, place: OrderPlace)] = []
    private let node: NodeID
    private let periodEpochs: UInt64

    /// Without a change one record in so many seconds.
    private static let seconds = 10.0

    init(node: NodeID, epochSeconds: Double) {
        self.node = node
        periodEpochs = UInt64(max(1, (TwinRecords.seconds / epochSeconds).rounded()))
    }

    /// Remembers where an order holds: statuses name it by its number.
    mutating func note(_ order: TrainOrder) {
        placed.removeAll { order.cell.contains($0.cell) }
        guard let place = order.place else { return }
        placed += order.cell.map { ($0, order.order, place) }
    }

    /// The record that a status calls for.
    mutating func record(_ status: TwinStatus, of sender: NodeID, epoch: UInt64) -> Record? {
        let new = Seen(
            sender: sender, engine: status.engine, epoch: epoch, phase: status.phase, mobility: status.mobility,
            weather: status.weather,
            lastOrder: status.lastOrder, isSettled: status.orderAfter.map { $0 > 0 })
        let place = seen.firstIndex { $0.sender == sender && $0.engine == status.engine }
        if let place {
            let old = seen[place]
            let isSame =
                old.phase == new.phase && old.mobility == new.mobility && old.weather == new.weather
                && old.lastOrder == new.lastOrder
                && old.isSettled == new.isSettled
            guard !isSame || epoch < old.epoch || epoch - old.epoch >= periodEpochs else { return nil }
            seen[place] = new
        } else {
            seen.append(new)
        }
        return .twinStatus(
            TwinStatusRecord(
                node: node, sender: sender, epoch: epoch, status: status, orderPlace: places(status)))
    }

    /// Where the last order of each of its cells held; empty where none held for a place.
    private func places(_ status: TwinStatus) -> [OrderPlace?] {
        guard status.engine == .channel, !status.lastOrder.isEmpty else { return [] }
        let places = zip(status.cell, status.lastOrder).map { cell, order in
            placed.first { $0.cell == cell && $0.order == UInt64(order) }?.place
        }
        return places.contains { $0 != nil } ? places : []
    }
}

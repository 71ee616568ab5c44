internal import Glibc
package import NetworkModel
internal import RadioPropagation

/// A platform on its way: where it is, and where it was sent.
struct PlatformFlight: Sendable {
    let cell: CellID
    let limits: PlatformConfiguration
    /// Where it stood at first: its range is about this point.
    let home: (x: Double, y: Double)
    private(set) var position: (x: Double, y: Double, height: Double)
    var target: (x: Double, y: Double, height: Double)
    private let metresPerSlot: Double

    init(cell: CellConfiguration, _ limits: PlatformConfiguration, slotSeconds: Double) {
        self.cell = cell.id
        self.limits = limits
        home = (cell.xMetres, cell.yMetres)
        position = (cell.xMetres, cell.yMetres, cell.heightMetres)
        target = position
        metresPerSlot = limits.speedKmh / 3.6 * slotSeconds
    }

    /// Flies straight on for some slots; `false` where it has nowhere to go.
    mutating func fly(slots: Int64) -> Bool {
        let way = (target.x - position.x, target.y - position.y, target.height - position.height)
        let distance = (way.0 * way.0 + way.1 * way.1 + way.2 * way.2).squareRoot()
        guard distance > 0 else { return false }
        let part = min(1, metresPerSlot * Double(slots) / distance)
        position = (position.x + part * way.0, position.y + part * way.1, position.height + part * way.2)
        if part == 1 { position = target }
        return part > 0
    }
}

extension EmulatedNetwork {
    /// Slots between two renewals of what a moving platform changes: 100 ms.
    private var flightSlots: Int64 { max(1, Int64((0.1 / slotSeconds).rounded())) }

    /// Sends a platform to a position, at its highest speed and straight on.
    package mutating func applyPlatform(
        cell: CellID, xMetres: Double, yMetres: Double, heightMetres: Double
    ) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        guard let index = services.platforms.firstIndex(where: { $0.cell == cell }) else { throw .noPlatform(cell) }
        let flight = services.platforms[index]
        let (dx, dy) = (xMetres - flight.home.x, yMetres - flight.home.y)
        // Positions travel in single precision.
        guard (dx * dx + dy * dy).squareRoot() <= flight.limits.rangeMetres + 0.5,
            heightMetres >= flight.limits.lowestMetres - 0.01, heightMetres <= flight.limits.highestMetres + 0.01
        else { throw .outOfRange(index: 0) }
        services.platforms[index].target = (xMetres, yMetres, heightMetres)
    }

    /// A platform without a valid directive hovers where it is.
    package mutating func releasePlatform(cell: CellID) {
        guard let index = services.platforms.firstIndex(where: { $0.cell == cell }) else { return }
        services.platforms[index].target = services.platforms[index].position
    }

    /// Moves the platforms and renews every user's channel where one has moved.
    mutating func movePlatforms() {
        guard slot % flightSlots == 0 else { return }
        var moved = false
        for index in services.platforms.indices where services.platforms[index].fly(slots: flightSlots) {
            let place = services.platforms[index].position
            largeScale.place(
                cell: services.platforms[index].cell, xMetres: place.x, yMetres: place.y, heightMetres: place.height)
            moved = true
        }
        guard moved else { return }
        for ue in 0..<ueCount {
            mobility.advance(ue, to: slot)
            refreshLargeScale(ue)
            refreshFading(ue)
        }
        allRatesStale = true
    }
}

package import NetworkModel

/// What the topology says of cells, of QoS and of devices.
extension ContextRows {
    /// Rows that stand in a store from a run's start on: its cells, the table of 5QIs, and its slices.
    package static func firstRows(of network: NetworkConfiguration) -> [ContextRow] {
        let cells = network.cells.map { cell in
            CellRow(
                cell: cell.id.index, name: cell.name, region: network.regionNames[cell.region.index],
                xMetres: cell.xMetres, yMetres: cell.yMetres, heightMetres: cell.heightMetres,
                azimuthDegrees: cell.azimuthDegrees, downtiltDegrees: cell.downtiltDegrees,
                powerDbm: cell.transmitPowerDbm, frequencyHz: network.carrier.frequencyHz,
                bandwidthHz: network.carrier.bandwidthHz,
                surroundings: network.twin.scene.map { "scene \($0)" }
            ).row
        }
        return cells + FiveQI.all.map { profile($0).row } + network.slices.map { profile($0).row }
    }

    private static func profile(_ five: FiveQI) -> QoSProfile {
        var profile = QoSProfile(name: five.name)
        profile.fiveQI = five.number
        profile.resourceType = five.resource.rawValue
        profile.priority = five.priority
        profile.delayMs = five.delayMs
        profile.loss = five.loss
        profile.note = "TS 23.501 Table 5.7.4-1: \(five.service)"
        return profile
    }

    /// What a slice guarantees, and of its 5QI, or the nearest, what it says nothing of.
    private static func profile(_ slice: SliceConfiguration) -> QoSProfile {
        let bound = slice.delaySeconds.map { $0 * 1_000 }
        let own = slice.fiveQI.flatMap(FiveQI.row)
        let five = own ?? FiveQI.nearest(hasRate: slice.rateBps > 0, delayMs: bound)
        var profile = QoSProfile(name: slice.name)
        profile.fiveQI = five.number
        profile.resourceType = five.resource.rawValue
        profile.priority = five.priority
        profile.rateBps = slice.rateBps
        profile.delayMs = bound ?? five.delayMs
        profile.loss = bound == nil ? five.loss : FiveQI.lateShare
        profile.weight = slice.weight
        profile.share = slice.fraction
        profile.note =
            "slice of the topology; by \(own == nil ? "the nearest" : "its") 5QI of TS 23.501 Table 5.7.4-1: priority"
            + (bound == nil ? ", delay and loss" : "")
        return profile
    }

    /// What every device of the network can do, as far as its topology says; `ue` is put in by who knows the device.
    static func device(of network: NetworkConfiguration, band: String) -> DeviceRow {
        var device = DeviceRow(ue: 0)
        device.bands = band
        guard case .emulated(let emulation) = network.scenario else { return device }
        // Users of an emulated network are alike but for how they move.
        switch emulation.carFraction {
        case 0: device.kind = "phone"
        case 1: device.kind = "car"
        default: device.kind = nil
        }
        (device.antennas, device.layers) = (1, 1)
        device.mcs = MCSTable.spectralEfficiency.lastIndex { $0 <= network.carrier.maxSpectralEfficiency }
        return device
    }
}

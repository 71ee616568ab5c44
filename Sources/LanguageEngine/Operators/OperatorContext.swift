package import NetworkModel

/// What a sentence is read against: what exists in the network, what it can do, and what time it is.
package struct OperatorContext: Sendable {
    /// A name for some of the cells, such as a region or a site.
    package struct Place: Hashable, Sendable {
        package var name: String
        /// Ascending.
        package var cells: [CellID]

        package init(name: String, cells: [CellID]) {
            self.name = name
            self.cells = cells
        }
    }

    /// Cells of one carrier frequency.
    package struct Band: Hashable, Sendable {
        package var frequencyHz: Double
        /// Ascending.
        package var cells: [CellID]

        package init(frequencyHz: Double, cells: [CellID]) {
            self.frequencyHz = frequencyHz
            self.cells = cells
        }
    }

    /// In the network's order: indices of intents refer to it.
    package var slices: [SliceConfiguration]
    /// Names of the cells, in the order of their ids.
    package var cellNames: [String]
    /// Highest power of each cell, dBm.
    package var maxPowerDbm: [Double]
    package var places: [Place]
    package var bands: [Band]
    /// What a cell carries at most, bit/s: no user can be promised more.
    package var peakRateBps: Double
    /// Whether the radio network has an uplink.
    package var hasUplink: Bool
    /// Local time of day, 0 ..< 86,400 s, and time since the start of the run, both of the same moment.
    package var secondOfDay: Double
    package var runSeconds: Double
    /// The next change of local time, such as to summer time; nil where none comes within the time that a wish may
    /// name.
    package var clockShift: ClockShift?

    package init(
        slices: [SliceConfiguration], cellNames: [String], maxPowerDbm: [Double], places: [Place], bands: [Band],
        peakRateBps: Double, hasUplink: Bool = false, secondOfDay: Double,
        runSeconds: Double = 0, clockShift: ClockShift? = nil
    ) {
        precondition(cellNames.count == maxPowerDbm.count, "every cell has a name and a highest power")
        self.slices = slices
        self.cellNames = cellNames
        self.maxPowerDbm = maxPowerDbm
        self.places = places
        self.bands = bands
        self.peakRateBps = peakRateBps
        self.hasUplink = hasUplink
        self.secondOfDay = secondOfDay
        self.runSeconds = runSeconds
        self.clockShift = clockShift
    }

    /// Places of a topology are those that it names, its regions and its sites: cells `hall-1`, `hall-2` and `hall-3`
    /// are the site `hall`.
    ///
    /// - Parameters:
    ///   - secondOfDay: local time of day, 0 ..< 86,400 s.
    ///   - runSeconds: time since the start of the run at the same moment.
    ///   - clockShift: the next change of local time.
    package init(
        network: NetworkConfiguration, secondOfDay: Double, runSeconds: Double, clockShift: ClockShift? = nil
    ) {
        let all = network.cells.map(\.id)
        var places = network.places.map { Place(name: $0.name, cells: $0.cells) }
        // What the topology names is what it says, and no more.
        let named = places.map(\.name)
        for (index, name) in network.regionNames.enumerated() {
            let cells = network.cells.filter { $0.region.index == index }.map(\.id)
            if !cells.isEmpty, !named.contains(name) { places.append(Place(name: name, cells: cells)) }
        }
        for cell in network.cells {
            let site = cell.siteName
            if named.contains(site) { continue }
            if let place = places.firstIndex(where: { $0.name == site }) {
                if !places[place].cells.contains(cell.id) { places[place].cells.append(cell.id) }
            } else {
                places.append(Place(name: site, cells: [cell.id]))
            }
        }
        self.init(
            slices: network.slices, cellNames: network.cells.map(\.name),
            maxPowerDbm: network.cells.map(\.transmitPowerDbm), places: places,
            bands: [Band(frequencyHz: network.carrier.frequencyHz, cells: all)],
            peakRateBps: network.carrier.bandwidthHz * network.carrier.maxSpectralEfficiency,
            secondOfDay: secondOfDay, runSeconds: runSeconds, clockShift: clockShift)
    }

    // MARK: - The local clock

    /// Seconds from now until local time is first so many seconds further than now; until it changes where it leaves
    /// that time out.
    func realSeconds(ahead local: Double) -> Double {
        guard let clockShift, local >= clockShift.inSeconds else { return local }
        return max(clockShift.inSeconds, local - clockShift.bySeconds)
    }

    /// How much further than now local time is in so many seconds.
    package func localSeconds(ahead real: Double) -> Double {
        guard let clockShift, real >= clockShift.inSeconds else { return real }
        return real + clockShift.bySeconds
    }

    // MARK: - What would be accepted

    var sliceList: String {
        slices.isEmpty ? "this network has no slices" : "slices: " + slices.map(\.name).joined(separator: ", ")
    }

    var cellList: String { "cells: 0 to \(cellNames.count - 1)" }

    /// The first names, and how many there are.
    var placeList: String {
        guard !places.isEmpty else { return "this network has no named places; \(cellList)" }
        let shown = places.prefix(12).map(\.name).joined(separator: ", ")
        return "places: " + shown + (places.count > 12 ? " and \(places.count - 12) more" : "")
    }
}

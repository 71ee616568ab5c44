package import NetworkModel

/// What the twins say of the network at one moment: the engine's only view of it.
package struct NetworkState: Sendable {
    package var epoch: UInt64
    /// From the start of the radio network.
    package var seconds: Double
    /// Per cell of the network.
    package var cells: [CellState]
    /// Part of the PRBs that each slice's guarantees take, mean over the cells that have its users, may exceed 1; and
    /// its users [S].
    package var sliceNeed: [Double]
    package var sliceUEs: [Int]
    /// As the channel twins hear it; nil where no station is named.
    package var weather: WeatherClass?

    package init(
        epoch: UInt64, seconds: Double, cells: [CellState], sliceNeed: [Double] = [], sliceUEs: [Int] = [],
        weather: WeatherClass? = nil
    ) {
        self.epoch = epoch
        self.seconds = seconds
        self.cells = cells
        self.sliceNeed = sliceNeed
        self.sliceUEs = sliceUEs
        self.weather = weather
    }

    /// Middle of the throughputs per user of the cells that have users, kbit/s; 0 where none has.
    package var medianUserKbps: Double {
        let sorted = cells.filter { $0.ueCount > 0 }.map(\.userKbps).sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}

/// What the twins say of one cell.
package struct CellState: Hashable, Sendable {
    /// Share of the PRBs in use, now and as forecast one period ahead.
    package var load = 0.0
    package var forecastLoad = 0.0
    package var throughputKbps = 0.0
    package var ueCount = 0
    /// RMS error of the channel twin, now and as it usually is; 0 where nothing is known.
    package var twinErrorDb = 0.0
    package var usualErrorDb = 0.0
    /// Mean absolute error of the traffic forecast as a share of the PRBs, now and as it usually is; 0 where nothing is
    /// known.
    package var forecastError = 0.0
    package var usualForecastError = 0.0
    /// What the channel twin needs where it errs more than it usually does.
    package var cure = TwinCure.retrain
    /// The cell that disturbs its users most, and the cell that would serve most of them next best; nil where no report
    /// names one.
    package var neighbour: Int?
    /// Power in force at most, dBm.
    package var powerDbm = 0.0
    /// Slices whose guarantees take more of the cell's PRBs than they are promised there, ascending.
    package var shortSlices: [Int] = []

    package init() {}

    package var userKbps: Double { throughputKbps / Double(max(1, ueCount)) }
}

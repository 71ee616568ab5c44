internal import Glibc

/// Path gain at many points from one transmitter. Where no path reaches the gain is 0.
package struct RadioMap: Sendable, Equatable {
    /// Received over sent power, by point.
    package var gains: [Double]

    package init(gains: [Double]) {
        self.gains = gains
    }

    /// nil where no path reaches.
    package func gainDb(_ point: Int) -> Double? {
        gains[point] > 0 ? 10 * log10(gains[point]) : nil
    }

    /// Share of the points that some path reaches.
    package var coverage: Double {
        gains.isEmpty ? 0 : Double(gains.count { $0 > 0 }) / Double(gains.count)
    }

    /// Makes the map of cells from the gains of their samples, cell after cell.
    package init(samples: [Double], perCell: Int) {
        precondition(perCell >= 1 && samples.count % perCell == 0, "every cell has as many samples")
        gains = stride(from: 0, to: samples.count, by: perCell).map { first in
            samples[first..<first + perCell].reduce(0, +) / Double(perCell)
        }
    }
}

package import NetworkModel

/// A baseline worked out ahead on a grid of points, for every cell of the network: what the engine corrects where the
/// receiver stands, by a look-up. Immutable and shared: copies of a role that holds it copy a reference.
package final class BaselineMap: Sendable, Equatable {
    /// The points: rows of `columns`, `spacingMetres` apart, the first at (`xMetres`, `yMetres`).
    package struct Grid: Sendable, Equatable {
        package var xMetres: Double
        package var yMetres: Double
        package var spacingMetres: Double
        package var columns: Int
        package var rows: Int

        package init(xMetres: Double, yMetres: Double, spacingMetres: Double, columns: Int, rows: Int) {
            precondition(spacingMetres > 0 && columns > 0 && rows > 0)
            self.xMetres = xMetres
            self.yMetres = yMetres
            self.spacingMetres = spacingMetres
            self.columns = columns
            self.rows = rows
        }

        package var count: Int { columns * rows }

        /// Index of the point nearest to a place; at the border for a place outside.
        package func point(xMetres x: Double, yMetres y: Double) -> Int {
            let column = Grid.nearest((x - xMetres) / spacingMetres, of: columns)
            let row = Grid.nearest((y - yMetres) / spacingMetres, of: rows)
            return row * columns + column
        }

        /// Position of a point.
        package func position(_ point: Int) -> (xMetres: Double, yMetres: Double) {
            (
                xMetres + Double(point % columns) * spacingMetres, yMetres + Double(point / columns) * spacingMetres
            )
        }

        private static func nearest(_ place: Double, of count: Int) -> Int {
            place.isFinite ? Int(min(max(place.rounded(), 0), Double(count - 1))) : 0
        }
    }

    /// The strongest ways out of the transmitter, for beams: where they leave, and their share in the power.
    package struct Departure: Sendable, Equatable {
        /// From the x axis, counter-clockwise, and from the zenith, radians.
        package var azimuthRadians: Float
        package var zenithRadians: Float
        package var share: Float
        /// nil where the baseline does not tell the polarisations apart.
        package var pair: CrossedPair?

        package init(azimuthRadians: Float, zenithRadians: Float, share: Float, pair: CrossedPair? = nil) {
            self.azimuthRadians = azimuthRadians
            self.zenithRadians = zenithRadians
            self.share = share
            self.pair = pair
        }
    }

    package let grid: Grid
    package let cells: Int
    package let parameters: [ChannelParameter]
    private let predictions: [BaselinePrediction]
    private let departures: [[Departure]]

    /// - Parameters:
    ///   - predictions: rows of `grid.count` per cell.
    ///   - departures: the same rows, at most two each, the strongest first.
    package init(
        grid: Grid, cells: Int, parameters: [ChannelParameter], predictions: [BaselinePrediction],
        departures: [[Departure]]
    ) {
        precondition(predictions.count == cells * grid.count && departures.count == predictions.count)
        precondition(predictions.allSatisfy { $0.parameters == parameters.count })
        self.grid = grid
        self.cells = cells
        self.parameters = parameters
        self.predictions = predictions
        self.departures = departures
    }

    /// Baseline of the link from a cell to the point nearest to a place.
    package func prediction(cell: Int, xMetres: Double, yMetres: Double) -> BaselinePrediction {
        predictions[cell * grid.count + grid.point(xMetres: xMetres, yMetres: yMetres)]
    }

    /// The same link's strongest departures, at most two; empty where no path was found.
    package func departures(cell: Int, xMetres: Double, yMetres: Double) -> [Departure] {
        departures[cell * grid.count + grid.point(xMetres: xMetres, yMetres: yMetres)]
    }

    /// Links whose prediction is another than in a map of the same cells and points.
    package func differences(from other: BaselineMap) -> Int {
        precondition(other.predictions.count == predictions.count, "maps of the same cells and points")
        return zip(predictions, other.predictions).count { $0 != $1 }
    }

    package static func == (left: BaselineMap, right: BaselineMap) -> Bool {
        left === right
            || (left.grid == right.grid && left.cells == right.cells && left.parameters == right.parameters
                && left.predictions == right.predictions && left.departures == right.departures)
    }
}

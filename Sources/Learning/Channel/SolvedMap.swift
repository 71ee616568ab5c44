/// A map of levels that was solved as a whole from the readings of drives, off line: an exact Gaussian process over all
/// their places, where the engine's kriging sees the nearest points only. A baseline like any other: an engine corrects
/// what it lacks.
///
/// Four terms add up: a mean that nobody knows, the place alone (whichever cell serves there, it serves about as well),
/// the place and the cell's site, and the place and the cell. So a cell that was never heard has the level of its
/// site's other cells, and else that of the road nearby. It knows no law of distance: sites fitted from one street
/// extrapolate badly. `Measurements` solves it.
package struct SolvedMap: LinkBaseline, Equatable {
    /// Variances in dB^2, and the lengths at which a correlation `1 / (1 + (d / l)^2)` is half: smooth near 0, unlike
    /// the engine's, and with a long tail.
    package struct Kernel: Sendable, Equatable {
        package var meanVariance = 100.0
        package var wideVariance = 100.0
        package var wideMetres = 1_500.0
        package var siteVariance = 90.0
        package var siteMetres = 600.0
        package var cellVariance = 30.0
        package var cellMetres = 70.0

        package init() {}

        var values: [Double] {
            [meanVariance, wideVariance, wideMetres, siteVariance, siteMetres, cellVariance, cellMetres]
        }

        init(values: [Double]) {
            precondition(values.count == 7)
            meanVariance = values[0]
            wideVariance = values[1]
            wideMetres = values[2]
            siteVariance = values[3]
            siteMetres = values[4]
            cellVariance = values[5]
            cellMetres = values[6]
        }

        /// Whether every length is 1 mm at least and every variance not negative, all finite.
        var isUsable: Bool {
            values.allSatisfy { $0.isFinite && $0 >= 0 } && min(wideMetres, siteMetres, cellMetres) >= 1e-3
        }

        /// Variance of the map at a place before any reading.
        package var variance: Double { meanVariance + wideVariance + siteVariance + cellVariance }

        /// Covariance of the map at two places that are so many metres apart.
        @inline(__always)
        package func covariance(_ apart: SIMD2<Double>, isSameSite: Bool, isSameCell: Bool) -> Double {
            let square = (apart * apart).sum()
            var sum = meanVariance + wideVariance / (1 + square / (wideMetres * wideMetres))
            if isSameSite { sum += siteVariance / (1 + square / (siteMetres * siteMetres)) }
            if isSameCell { sum += cellVariance / (1 + square / (cellMetres * cellMetres)) }
            return sum
        }
    }

    /// A place that was heard, and what it weighs in a prediction, dB of level per dB^2 of covariance.
    package struct Point: Sendable, Equatable {
        package var place: SIMD2<Double>
        package var cell: UInt32
        package var site: UInt32
        package var weight: Double

        package init(place: SIMD2<Double>, cell: UInt32, site: UInt32, weight: Double) {
            self.place = place
            self.cell = cell
            self.site = site
            self.weight = weight
        }
    }

    package let kernel: Kernel
    /// Mean of all readings, dB: what is assumed before the map says anything.
    package let meanDb: Double
    package private(set) var points: [Point]
    /// Sites of the cells that may be asked for, by cell: any numbers, the same for cells of one site.
    package private(set) var sites: [UInt32]

    package let parameters = ChannelParameter.statistical
    package let pathGroups = 1

    /// More points than this are not kept: each prediction asks all of them.
    package static let mostPoints = 1_500

    package init(kernel: Kernel, meanDb: Double, points: [Point], sites: [UInt32]) {
        precondition(kernel.isUsable && points.count <= SolvedMap.mostPoints)
        self.kernel = kernel
        self.meanDb = meanDb
        self.points = points
        self.sites = sites
    }

    /// Whether a cell was heard.
    package func knows(_ cell: UInt32) -> Bool { points.contains { $0.cell == cell } }

    // MARK: - Prediction

    /// Level of a cell at a position, dB.
    package func levelDb(cell: UInt32, position: SIMD3<Double>) -> Double {
        let place = SIMD2(position.x, position.y)
        let site = Int(cell) < sites.count ? sites[Int(cell)] : nil
        return points.reduce(meanDb) { sum, point in
            sum + point.weight
                * kernel.covariance(
                    point.place - place, isSameSite: point.site == site, isSameCell: point.cell == cell)
        }
    }

    package func predict(cells: [UInt32], positions: [SIMD3<Double>]) -> [BaselineLink] {
        predict(cells: cells, positions: positions) { _ in true }.compactMap(\.self)
    }

    package func predict(
        cells: [UInt32], positions: [SIMD3<Double>], goesOn: (Int) -> Bool
    ) -> [BaselineLink?] {
        precondition(cells.count == positions.count)
        var links: [BaselineLink?] = Array(repeating: nil, count: cells.count)
        for index in cells.indices {
            if index % 256 == 0, !goesOn(index) { break }
            let (cell, position) = (cells[index], positions[index])
            if index > 0, cells[index - 1] == cell, positions[index - 1] == position {
                links[index] = links[index - 1]
                continue
            }
            links[index] = BaselineLink(
                place: ChannelPlace(
                    position: SIMD3(Float(position.x), Float(position.y), Float(position.z)), angleRadians: 0,
                    logDistance: 2),
                prediction: BaselinePrediction(
                    gainDb: Float(levelDb(cell: cell, position: position)),
                    sensitivity: ChannelParameter.statisticalSensitivity(logDistance: 2)))
        }
        return links
    }

    /// What all places share.
    package func predict(cell: UInt32) -> BaselinePrediction {
        let common = points.reduce(meanDb) { $0 + $1.weight * kernel.meanVariance }
        return BaselinePrediction(
            gainDb: Float(common), sensitivity: ChannelParameter.statisticalSensitivity(logDistance: 2))
    }

    // MARK: - Other cells, and bytes

    /// The same map for cells in another order: what was heard of cells that are not among them still tells of places.
    ///
    /// - Parameters:
    ///   - cells: of the new order.
    ///   - places: of the cells of now in the new order; nil for those that are not in it.
    func rearranged(cells: Int, places: [Int?]) -> SolvedMap {
        var map = self
        let newSite = (points.map(\.site) + sites).reduce(0, max) + 1
        map.sites = (0..<cells).map { newSite + UInt32($0) }
        for (old, place) in places.enumerated() where old < sites.count {
            if let place { map.sites[place] = sites[old] }
        }
        for index in points.indices {
            let old = Int(points[index].cell)
            let place = old < places.count ? places[old] : nil
            map.points[index].cell = UInt32(place ?? cells + old)
        }
        return map
    }

    func put(into writer: inout SnapshotWriter) {
        writer.put(kernel.values + [meanDb])
        writer.put(UInt32(sites.count))
        writer.put(sites)
        writer.put(UInt32(points.count))
        for point in points {
            writer.put([point.place.x, point.place.y, point.weight])
            writer.put([point.cell, point.site])
        }
    }

    init(from reader: inout SnapshotReader, cells: Int) throws(SnapshotError) {
        let values = try reader.doubles(8, "a map's kernel")
        kernel = Kernel(values: Array(values[..<7]))
        guard kernel.isUsable else { throw .outOfRange("a map's kernel \(values)") }
        meanDb = values[7]
        guard try reader.count(atMost: cells, "sites of a map") == cells else { throw .outOfRange("sites of a map") }
        sites = try reader.integers(cells)
        points = []
        for _ in 0..<(try reader.count(atMost: SolvedMap.mostPoints, "points of a map")) {
            let place = try reader.doubles(3, "a point of a map")
            let owner = try reader.integers(2)
            // Room for the numbers that cells and sites get in another network.
            guard owner[0] < 1 << 30, owner[1] < 1 << 30 else { throw .outOfRange("a cell of a map's point") }
            points.append(
                Point(place: SIMD2(place[0], place[1]), cell: owner[0], site: owner[1], weight: place[2]))
        }
        guard sites.allSatisfy({ $0 < 1 << 30 }) else { throw .outOfRange("a site of a map") }
    }
}

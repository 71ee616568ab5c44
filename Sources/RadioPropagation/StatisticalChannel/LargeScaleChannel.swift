internal import Glibc
package import NetworkModel
internal import Numerics

/// Mean power gains between every cell and any point of the plane: path loss, line-of-sight state, shadowing and
/// sector antenna of TR 38.901 UMa; for platforms, path loss and line of sight of the urban air-to-ground channel. A
/// pure function of positions and seed.
///
/// Sectors at one position and height are one site. All cells of a mast share state and shadowing, whatever their
/// heights; the shadowing of two masts has correlation 0.5.
/// The line-of-sight state is soft (TR 38.901 7.6.3.3), so that a walking user sees no step.
package struct LargeScaleChannel: Sendable {
    /// What lies between a site and a point.
    package struct SiteLink: Sendable {
        /// 1 is line of sight, 0 obstructed; between them for a metre or so at a corner.
        package var lineOfSightWeight: Double
        package var pathLossDb: Double
        /// Positive is a weaker signal.
        package var shadowingDb: Double
        /// Direction from the site in degrees, counter-clockwise from the x axis; angle below the horizon.
        package var azimuthDegrees: Double
        package var depressionDegrees: Double
    }

    private struct Site: Sendable {
        var x: Double
        var y: Double
        var height: Double
        var flies: Bool
        var state: CosineField
        var lineOfSight: CosineField
        var obstructed: CosineField
    }

    /// Height of all users above ground.
    package static let userHeightMetres = 1.5

    package let cellCount: Int
    /// Site of each cell.
    package let siteOfCell: [Int]
    private var sites: [Site]
    private let azimuths: [Double?]
    private let downtilts: [Double]
    private let pathLoss: UrbanMacroPathLoss
    private let commonLineOfSight: CosineField
    private let commonObstructed: CosineField
    private let softness: Double
    private let frequencyHz: Double
    private let airToGround = AirToGround(.urban)
    /// What rain takes of every metre of a path, dB.
    package var rainDbPerMetre = 0.0

    /// - Parameters:
    ///   - cells: at least one; cells on the ground closer than 1 m to each other hang on one mast.
    package init(cells: [CellConfiguration], carrier: CarrierConfiguration, seed: UInt64) {
        precondition(!cells.isEmpty)
        cellCount = cells.count
        azimuths = cells.map(\.azimuthDegrees)
        downtilts = cells.map(\.downtiltDegrees)
        pathLoss = UrbanMacroPathLoss(frequencyHz: carrier.frequencyHz)
        softness = (20 * carrier.frequencyHz / 3e8).squareRoot()
        frequencyHz = carrier.frequencyHz
        let near = UrbanMacroPathLoss.lineOfSightCorrelationMetres
        let far = UrbanMacroPathLoss.obstructedCorrelationMetres
        commonLineOfSight = CosineField(correlationMetres: near, seed: seed, entity: 0)
        commonObstructed = CosineField(correlationMetres: far, seed: seed, entity: 1)
        var sites: [Site] = []
        var siteOfCell: [Int] = []
        var masts: UInt64 = 0
        for cell in cells {
            let flies = cell.platform != nil
            let mast = sites.indices.filter { index in
                !flies && !sites[index].flies && abs(sites[index].x - cell.xMetres) < 1
                    && abs(sites[index].y - cell.yMetres) < 1
            }
            if let known = mast.first(where: { sites[$0].height == cell.heightMetres }) {
                siteOfCell.append(known)
                continue
            }
            siteOfCell.append(sites.count)
            if let first = mast.first {
                var site = sites[first]
                site.height = cell.heightMetres
                sites.append(site)
                continue
            }
            let entity = masts * 3 + 2
            masts += 1
            let state = UrbanMacroPathLoss.stateCorrelationMetres
            sites.append(
                Site(
                    x: cell.xMetres, y: cell.yMetres, height: cell.heightMetres, flies: flies,
                    state: CosineField(correlationMetres: state, seed: seed, entity: entity),
                    lineOfSight: CosineField(correlationMetres: near, seed: seed, entity: entity + 1),
                    obstructed: CosineField(correlationMetres: far, seed: seed, entity: entity + 2)))
        }
        self.sites = sites
        self.siteOfCell = siteOfCell
    }

    package var siteCount: Int { sites.count }

    /// Moves the site of a platform's cell.
    package mutating func place(cell: CellID, xMetres: Double, yMetres: Double, heightMetres: Double) {
        let site = siteOfCell[cell.index]
        precondition(sites[site].flies, "a site on the ground stays where it is")
        (sites[site].x, sites[site].y, sites[site].height) = (xMetres, yMetres, heightMetres)
    }

    /// Writes the linear mean power gain from every cell to the point, antenna included, to `gains` (one per cell).
    package func writeMeanGains(x: Double, y: Double, to gains: UnsafeMutableBufferPointer<Float>) {
        precondition(gains.count == cellCount)
        let common = commonFields(x: x, y: y)
        for site in 0..<sites.count {
            let link = link(site: site, x: x, y: y, common: common)
            let rainDb = rainDbPerMetre > 0 ? rainDbPerMetre * metres(site: site, x: x, y: y) : 0
            for cell in 0..<cellCount where siteOfCell[cell] == site {
                gains[cell] = Float(exp2((gainDb(cell: cell, link: link) - rainDb) * 0.332_192_809_488_736_2))
            }
        }
    }

    /// Length of the straight path between a site and a user.
    package func metres(site: Int, x: Double, y: Double) -> Double {
        let site = sites[site]
        let (east, north) = (x - site.x, y - site.y)
        let rise = site.height - LargeScaleChannel.userHeightMetres
        return (east * east + north * north + rise * rise).squareRoot()
    }

    /// Power gain in free space from a cell to an incumbent, with the pattern of the cell's antenna, linear.
    package func freeSpaceGain(cell: CellID, to incumbent: IncumbentConfiguration) -> Double {
        let site = sites[siteOfCell[cell.index]]
        return FreeSpace.gain(
            from: (site.x, site.y, site.height), azimuthDegrees: azimuths[cell.index],
            downtiltDegrees: downtilts[cell.index], to: incumbent, frequencyHz: frequencyHz)
    }

    /// State of the path between a site and a point.
    package func siteLink(site: Int, x: Double, y: Double) -> SiteLink {
        link(site: site, x: x, y: y, common: commonFields(x: x, y: y))
    }

    // MARK: - Terms

    private func commonFields(x: Double, y: Double) -> (Double, Double) {
        (
            Double(commonLineOfSight.value(x: Float(x), y: Float(y))),
            Double(commonObstructed.value(x: Float(x), y: Float(y)))
        )
    }

    private func gainDb(cell: Int, link: SiteLink) -> Double {
        let loss = link.pathLossDb + link.shadowingDb
        guard let azimuth = azimuths[cell] else { return -loss }
        let antenna = SectorAntenna.gainDbi(
            azimuthOffset: link.azimuthDegrees - azimuth, depression: link.depressionDegrees,
            downtilt: downtilts[cell])
        return antenna - loss
    }

    private func link(site index: Int, x: Double, y: Double, common: (Double, Double)) -> SiteLink {
        let site = sites[index]
        let (dx, dy) = (x - site.x, y - site.y)
        let distance = max((dx * dx + dy * dy).squareRoot(), UrbanMacroPathLoss.shortestDistanceMetres)
        let (fx, fy) = (Float(x), Float(y))
        let user = LargeScaleChannel.userHeightMetres
        let depression = atan2(site.height - user, distance) * 180 / .pi
        let probability =
            site.flies
            ? airToGround.lineOfSightProbability(elevationDegrees: depression)
            : UrbanMacroPathLoss.lineOfSightProbability(distance: distance)
        let threshold = NormalQuantile.value(probability)
        let state = Double(site.state.value(x: fx, y: fy)) + threshold
        let weight = 0.5 + atan(softness * state) / .pi
        let half = 0.5.squareRoot()
        let near = half * (common.0 + Double(site.lineOfSight.value(x: fx, y: fy)))
        let far = half * (common.1 + Double(site.obstructed.value(x: fx, y: fy)))
        let (clear, blocked) = losses(site, distance: distance)
        return SiteLink(
            lineOfSightWeight: weight,
            pathLossDb: weight * clear + (1 - weight) * blocked,
            shadowingDb: weight * near * UrbanMacroPathLoss.lineOfSightDeviationDb
                + (1 - weight) * far * UrbanMacroPathLoss.obstructedDeviationDb,
            azimuthDegrees: atan2(dy, dx) * 180 / .pi,
            depressionDegrees: depression)
    }

    /// Path loss in dB at a horizontal distance, in line of sight and without.
    private func losses(_ site: Site, distance: Double) -> (clear: Double, blocked: Double) {
        let user = LargeScaleChannel.userHeightMetres
        guard site.flies else {
            return (
                pathLoss.lineOfSightDb(distance: distance, baseHeight: site.height, userHeight: user),
                pathLoss.obstructedDb(distance: distance, baseHeight: site.height, userHeight: user)
            )
        }
        let rise = site.height - user
        let way = (distance * distance + rise * rise).squareRoot()
        let freeSpace = 20 * log10(4 * .pi * frequencyHz * way / 299_792_458)
        return (freeSpace + airToGround.lineOfSightDb, freeSpace + airToGround.obstructedDb)
    }
}

internal import Glibc
package import NetworkModel

/// What a cell's position and antenna say of its gain, before any measurement: TR 38.901 UMa, the mean over the
/// line-of-sight state in dB, for cells on the ground; the urban air-to-ground channel for platforms.
package struct MeanCellGain: Sendable {
    private let pathLoss: UrbanMacroPathLoss
    private let frequencyHz: Double
    private let airToGround = AirToGround(.urban)

    /// Height of users above ground.
    package static let userHeightMetres = 1.5

    package init(frequencyHz: Double) {
        self.frequencyHz = frequencyHz
        pathLoss = UrbanMacroPathLoss(frequencyHz: frequencyHz)
    }

    /// Gain in dB from a cell to a user `east` and `north` of its antenna, which stands at the cell's height.
    package func db(of cell: CellConfiguration, eastMetres east: Double, northMetres north: Double) -> Double {
        let ground = (east * east + north * north).squareRoot()
        let distance = max(UrbanMacroPathLoss.shortestDistanceMetres, ground)
        let rise = cell.heightMetres - MeanCellGain.userHeightMetres
        if cell.platform != nil {
            return -airToGround.pathLossDb(horizontalMetres: ground, heightMetres: rise, frequencyHz: frequencyHz)
        }
        let clear = UrbanMacroPathLoss.lineOfSightProbability(distance: distance)
        let loss =
            clear * pathLoss.lineOfSightDb(distance: distance, baseHeight: cell.heightMetres)
            + (1 - clear) * pathLoss.obstructedDb(distance: distance, baseHeight: cell.heightMetres)
        let degrees = 180 / Double.pi
        let pattern =
            cell.azimuthDegrees.map {
                SectorAntenna.gainDbi(
                    azimuthOffset: atan2(north, east) * degrees - $0, depression: atan2(rise, distance) * degrees,
                    downtilt: cell.downtiltDegrees)
            } ?? 0
        return pattern - loss
    }
}

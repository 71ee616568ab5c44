internal import Glibc
package import Learning
package import NetworkModel
internal import RadioPropagation

/// What is known of a cell's links before anything was traced, fitted or measured: TR 38.901 UMa, or air to ground, as
/// a baseline whose level and slope can be corrected.
package struct CellFormula: Sendable {
    private let meanGain: MeanCellGain

    package init(frequencyHz: Double) { meanGain = MeanCellGain(frequencyHz: frequencyHz) }

    /// Path gain from a cell to a user at a place, metres.
    package func prediction(_ site: CellConfiguration, xMetres x: Double, yMetres y: Double) -> BaselinePrediction {
        let (east, north) = (x - site.xMetres, y - site.yMetres)
        return BaselinePrediction(
            gainDb: Float(meanGain.db(of: site, eastMetres: east, northMetres: north)),
            sensitivity: ChannelParameter.statisticalSensitivity(
                logDistance: logDistance(site, east: east, north: north)))
    }

    /// log10 of the distance from a cell's antenna to a user, in metres.
    func logDistance(_ site: CellConfiguration, east: Double, north: Double) -> Float {
        let rise = site.heightMetres - MeanCellGain.userHeightMetres
        return Float(0.5 * log10(max(1, east * east + north * north + rise * rise)))
    }
}

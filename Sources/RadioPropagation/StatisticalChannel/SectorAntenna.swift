/// Power pattern of one sector element (TR 38.901 Table 7.3-1): 65 degrees half-power width in both planes,
/// 30 dB front to back, 8 dBi at boresight.
package struct SectorAntenna: Sendable {
    package static let maximumGainDbi = 8.0
    package static let widthDegrees = 65.0
    package static let attenuationLimitDb = 30.0

    /// Gain in dBi.
    ///
    /// - Parameters:
    ///   - azimuthOffset: angle from boresight in degrees, any number of turns.
    ///   - depression: angle of the direction below the horizon in degrees.
    ///   - downtilt: tilt of the boresight below the horizon in degrees.
    package static func gainDbi(azimuthOffset: Double, depression: Double, downtilt: Double) -> Double {
        let turn = azimuthOffset - 360 * (azimuthOffset / 360).rounded()
        let horizontal = turn / widthDegrees
        let vertical = (depression - downtilt) / widthDegrees
        let horizontalDb = min(12 * horizontal * horizontal, attenuationLimitDb)
        let verticalDb = min(12 * vertical * vertical, attenuationLimitDb)
        return maximumGainDbi - min(horizontalDb + verticalDb, attenuationLimitDb)
    }
}

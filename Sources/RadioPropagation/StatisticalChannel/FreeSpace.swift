internal import Glibc
package import NetworkModel

/// What an incumbent of the band hears of a cell at the most.
package enum FreeSpace {
    /// Friis' gain with the pattern of TR 38.901 at the transmitter and an isotropic receiver, linear.
    ///
    /// - Parameters:
    ///   - position: antenna in metres, height above ground last.
    ///   - azimuthDegrees: boresight; nil is omnidirectional.
    package static func gain(
        from position: (x: Double, y: Double, height: Double), azimuthDegrees: Double?, downtiltDegrees: Double,
        to incumbent: IncumbentConfiguration, frequencyHz: Double
    ) -> Double {
        let (dx, dy) = (incumbent.xMetres - position.x, incumbent.yMetres - position.y)
        let fall = position.height - incumbent.heightMetres
        let ground = (dx * dx + dy * dy).squareRoot()
        let distance = max(1, (ground * ground + fall * fall).squareRoot())
        let loss = 4 * .pi * frequencyHz * distance / 299_792_458
        let pattern = azimuthDegrees.map { azimuth in
            let degrees = 180 / Double.pi
            return SectorAntenna.gainDbi(
                azimuthOffset: atan2(dy, dx) * degrees - azimuth, depression: atan2(fall, ground) * degrees,
                downtilt: downtiltDegrees)
        }
        return pow(10, (pattern ?? 0) / 10) / (loss * loss)
    }
}

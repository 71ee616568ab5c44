internal import Glibc

/// A direction in space: azimuth from the x axis towards y, zenith angle from the z axis (TR 38.901 section 7.1), and
/// the unit vectors in which the field of a wave is written.
package struct SphericalDirection: Sendable, Equatable {
    /// Radians, -pi...pi; 0 straight up and down.
    package var azimuth: Double
    /// Radians, 0...pi.
    package var zenith: Double

    package init(azimuth: Double, zenith: Double) {
        self.azimuth = azimuth
        self.zenith = zenith
    }

    /// - Parameter vector: of unit length.
    package init(_ vector: SIMD3<Double>) {
        let level = (vector.x * vector.x + vector.y * vector.y).squareRoot()
        azimuth = level > 0 ? atan2(vector.y, vector.x) : 0
        zenith = atan2(level, vector.z)
    }

    package var vector: SIMD3<Double> {
        SIMD3(sin(zenith) * cos(azimuth), sin(zenith) * sin(azimuth), cos(zenith))
    }

    /// Unit vectors of growing zenith angle and of growing azimuth at a direction. Straight up and down azimuth 0 is
    /// taken.
    package static func basis(_ vector: SIMD3<Double>) -> (theta: SIMD3<Double>, phi: SIMD3<Double>) {
        let level = (vector.x * vector.x + vector.y * vector.y).squareRoot()
        let cosine = level > 0 ? vector.x / level : 1
        let sine = level > 0 ? vector.y / level : 0
        return (SIMD3(vector.z * cosine, vector.z * sine, -level), SIMD3(-sine, cosine, 0))
    }
}

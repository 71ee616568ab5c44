internal import Glibc

/// Metres on a plane: where a set of readings has its origin.
package enum Frame: Sendable, Equatable {
    /// Metres as in the file, or UTM metres less an origin that keeps single precision exact.
    case metres(originX: Double, originY: Double)
    /// Tangent plane of the WGS84 ellipsoid at an origin, degrees: below 1 m of error within 10 km.
    case geodetic(latitude: Double, longitude: Double)

    /// Metres of a point: x and y as the file has them, or longitude and latitude in degrees.
    package func metres(x: Double, y: Double) -> SIMD2<Double> {
        switch self {
        case .metres(let originX, let originY): SIMD2(x - originX, y - originY)
        case .geodetic(let latitude, let longitude):
            Frame.scale(latitude: latitude) * SIMD2(Frame.turn(x - longitude), y - latitude)
        }
    }

    /// Degrees the shorter way round: a drive may cross the meridian of 180 degrees.
    private static func turn(_ degrees: Double) -> Double { degrees - 360 * (degrees / 360).rounded() }

    /// Metres per degree of longitude and of latitude (radii of curvature of the prime vertical and the meridian).
    private static func scale(latitude: Double) -> SIMD2<Double> {
        let (radius, flattening) = (6_378_137.0, 1 / 298.257_223_563)
        let eccentricity = flattening * (2 - flattening)
        let sine = sin(latitude * .pi / 180)
        let bow = 1 - eccentricity * sine * sine
        let normal = radius / bow.squareRoot()
        let meridian = radius * (1 - eccentricity) / (bow * bow.squareRoot())
        return SIMD2(normal * cos(latitude * .pi / 180), meridian) * (.pi / 180)
    }
}

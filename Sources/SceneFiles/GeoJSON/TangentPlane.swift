internal import Glibc

/// WGS84 longitude and latitude to metres east and north of an origin: the point's place on the ellipsoid, seen from
/// straight above the origin. Lengths are right to 1 in 10,000 within 90 km.
struct TangentPlane {
    private let origin: SIMD3<Double>
    private let east: SIMD3<Double>
    private let north: SIMD3<Double>

    /// Metres; the square of the first eccentricity.
    private static let semiMajorAxis = 6_378_137.0
    private static let eccentricitySquared = 6.694_379_990_14e-3

    /// - Parameter origin: longitude and latitude in degrees.
    init(origin: SIMD2<Double>) {
        self.origin = TangentPlane.geocentric(origin)
        let (longitude, latitude) = (origin.x * .pi / 180, origin.y * .pi / 180)
        east = SIMD3(-sin(longitude), cos(longitude), 0)
        north = SIMD3(-sin(latitude) * cos(longitude), -sin(latitude) * sin(longitude), cos(latitude))
    }

    func callAsFunction(_ degrees: SIMD2<Double>) -> SIMD2<Double> {
        let away = TangentPlane.geocentric(degrees) - origin
        return SIMD2((away * east).sum(), (away * north).sum())
    }

    private static func geocentric(_ degrees: SIMD2<Double>) -> SIMD3<Double> {
        let (longitude, latitude) = (degrees.x * .pi / 180, degrees.y * .pi / 180)
        let radius = semiMajorAxis / (1 - eccentricitySquared * sin(latitude) * sin(latitude)).squareRoot()
        return SIMD3(
            radius * cos(latitude) * cos(longitude), radius * cos(latitude) * sin(longitude),
            radius * (1 - eccentricitySquared) * sin(latitude))
    }
}

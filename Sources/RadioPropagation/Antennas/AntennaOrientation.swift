internal import Glibc

/// How an antenna is turned from its upright position that looks along x: the rotation of TR 38.901 equation 7.1-4,
/// about z by the bearing, then about the new y by the downtilt, then about the new x by the slant.
package struct AntennaOrientation: Sendable, Equatable {
    /// Images of the antenna's own x, y and z axes.
    package let x: SIMD3<Double>
    package let y: SIMD3<Double>
    package let z: SIMD3<Double>

    /// Upright, looking along x.
    package static let upright = AntennaOrientation()

    /// Radians. A positive downtilt looks below the horizon.
    package init(bearing: Double = 0, downtilt: Double = 0, slant: Double = 0) {
        let (ca, sa) = (cos(bearing), sin(bearing))
        let (cb, sb) = (cos(downtilt), sin(downtilt))
        let (cg, sg) = (cos(slant), sin(slant))
        x = SIMD3(ca * cb, sa * cb, -sb)
        y = SIMD3(ca * sb * sg - sa * cg, sa * sb * sg + ca * cg, cb * sg)
        z = SIMD3(ca * sb * cg + sa * sg, sa * sb * cg - ca * sg, cb * cg)
    }

    /// A direction of the world in the antenna's own axes.
    func local(_ direction: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(dot(x, direction), dot(y, direction), dot(z, direction))
    }

    /// A vector in the antenna's own axes as the world sees it.
    func world(_ vector: SIMD3<Double>) -> SIMD3<Double> {
        x * vector.x + y * vector.y + z * vector.z
    }
}

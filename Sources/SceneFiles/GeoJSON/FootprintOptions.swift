/// How building footprints become a scene.
package struct FootprintOptions: Sendable, Equatable {
    package enum Coordinates: Sendable, Equatable {
        /// Metres where a coordinate exceeds 180 and 90 or the file names a projected system, else degrees (RFC 7946).
        case automatic
        /// Longitude and latitude in degrees, WGS84.
        case degrees
        /// A projected system (UTM, national grid): x east, y north.
        case metres
    }

    package var coordinates = Coordinates.automatic
    /// What becomes (0, 0): longitude and latitude, or x and y. Nil takes the centre of all footprints.
    package var origin: SIMD2<Double>?
    /// Of buildings that say neither height nor levels.
    package var heightMetres = 10.0
    package var levelHeightMetres = 3.0
    /// Of trees that say no height.
    package var treeHeightMetres = 12.0
    /// How far the ground reaches beyond the footprints.
    package var groundMarginMetres = 50.0
    package var wallMaterial = "itu_concrete"
    package var roofMaterial = "itu_concrete"
    package var groundMaterial = "itu_concrete"

    package init() {}
}

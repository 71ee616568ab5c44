/// One correction of step one: a number that every path's gain in dB hangs on linearly.
package struct ChannelParameter: Sendable, Equatable {
    /// `line-of-sight`, `slope`, `diffraction`, or a material's name.
    package var name: String
    /// Standard deviation before any measurement, dB per count.
    package var deviation: Float
    /// Largest magnitude, dB per count.
    package var bound: Float

    package init(_ name: String, deviation: Float, bound: Float) {
        precondition(deviation > 0 && bound > 0)
        self.name = name
        self.deviation = deviation
        self.bound = bound
    }

    /// Offset and slope of a statistical baseline: TR 38.901 or log-distance. The slope counts decades of distance
    /// beyond 100 m, times -10, so that it is nearly independent of the offset.
    package static let statistical = [
        ChannelParameter("line-of-sight", deviation: 10, bound: 40),
        ChannelParameter("slope", deviation: 0.4, bound: 2),
    ]

    /// Sensitivities of `statistical` at a distance.
    package static func statisticalSensitivity(logDistance: Float) -> [Float] { [1, -10 * (logDistance - 2)] }

    /// Parameters of a ray-traced baseline: line of sight, slope, diffraction, the level where no path was found (which
    /// must not speak for diffraction), then the materials by name. A material's
    /// count is the number of a path's interactions with it. A constant that is off by 30 % moves a reflection by about
    /// 1.5 dB; a transmitter that is off as a whole is the cell's offset.
    package static func rayTraced(materials: [String]) -> [ChannelParameter] {
        [
            ChannelParameter("line-of-sight", deviation: 1, bound: 30),
            ChannelParameter("slope", deviation: 0.05, bound: 1),
            ChannelParameter("diffraction", deviation: 2, bound: 20),
            ChannelParameter("no-path", deviation: 15, bound: 60),
        ] + materials.map { ChannelParameter($0, deviation: 1.5, bound: 20) }
    }
}

internal import Glibc

/// Received level of one cell by distance from its site: `a - 10 n log10(d / 1 m)`, with the site fitted where it is
/// not known.
package struct LogDistanceLaw: Sendable, Equatable {
    /// Site, metres; nil where the level does not hang on distance.
    package var site: SIMD2<Double>?
    /// Level at 1 m, or everywhere, dB.
    package var interceptDb: Double
    package var exponent: Double

    /// Antenna above the receiver, metres: no distance is shorter.
    static let heightMetres = 20.0

    package init(site: SIMD2<Double>?, interceptDb: Double, exponent: Double) {
        self.site = site
        self.interceptDb = interceptDb
        self.exponent = exponent
    }

    /// log10 of the distance in metres; 2 where there is no site.
    package func logDistance(_ position: SIMD3<Double>) -> Double {
        guard let site else { return 2 }
        let (dx, dy) = (position.x - site.x, position.y - site.y)
        let height = LogDistanceLaw.heightMetres
        return 0.5 * log10(dx * dx + dy * dy + height * height)
    }

    /// Azimuth of a position seen from the site, radians; 0 where there is no site.
    package func angle(_ position: SIMD3<Double>) -> Double {
        guard let site else { return 0 }
        return atan2(position.y - site.y, position.x - site.x)
    }

    package func levelDb(_ position: SIMD3<Double>) -> Double {
        site == nil ? interceptDb : interceptDb - 10 * exponent * logDistance(position)
    }

    // MARK: - Fitting

    /// Least squares over site, intercept and exponent: a grid of sites about the readings, refined about the best; the
    /// other two are linear.
    ///
    /// - Parameter fixedExponent: nil fits it, within 0.5...6.
    /// - Returns: nil where fewer than 20 readings or less than 100 m of extent tell nothing of a site.
    package static func fitted(
        positions: [SIMD3<Double>], levelsDb: [Double], fixedExponent: Double? = nil
    ) -> LogDistanceLaw? {
        guard positions.count >= 20 else { return nil }
        let xs = positions.map(\.x)
        let ys = positions.map(\.y)
        let (width, depth) = ((xs.max() ?? 0) - (xs.min() ?? 0), (ys.max() ?? 0) - (ys.min() ?? 0))
        guard max(width, depth) >= 100 else { return nil }
        let stride = max(1, positions.count / 400)
        let kept = Swift.stride(from: 0, to: positions.count, by: stride)
        let sample = kept.map { positions[$0] }
        let levels = kept.map { levelsDb[$0] }
        var centre = SIMD2(xs.reduce(0, +) / Double(xs.count), ys.reduce(0, +) / Double(ys.count))
        var reach = min(3_000, max(width, depth) + 500)
        var best: (law: LogDistanceLaw, cost: Double)?
        for _ in 0..<5 {
            for row in -8...8 {
                for column in -8...8 {
                    let site = centre + SIMD2(Double(column), Double(row)) * (reach / 8)
                    let (law, cost) = line(site: site, sample, levels, fixedExponent)
                    if cost < best?.cost ?? .infinity { best = (law, cost) }
                }
            }
            centre = best?.law.site ?? centre
            reach /= 4
        }
        return best?.law
    }

    /// Intercept and exponent of one site, and the mean square that is left.
    private static func line(
        site: SIMD2<Double>, _ positions: [SIMD3<Double>], _ levels: [Double], _ fixedExponent: Double?
    ) -> (law: LogDistanceLaw, cost: Double) {
        var law = LogDistanceLaw(site: site, interceptDb: 0, exponent: fixedExponent ?? 1)
        let decades = positions.map { law.logDistance($0) }
        let count = Double(decades.count)
        let meanDecades = decades.reduce(0, +) / count
        let meanLevel = levels.reduce(0, +) / count
        var (spread, common) = (0.0, 0.0)
        for (decade, level) in zip(decades, levels) {
            spread += (decade - meanDecades) * (decade - meanDecades)
            common += (decade - meanDecades) * (level - meanLevel)
        }
        if fixedExponent == nil { law.exponent = min(6, max(0.5, -common / max(spread, 1e-9) / 10)) }
        law.interceptDb = meanLevel + 10 * law.exponent * meanDecades
        var cost = 0.0
        for (decade, level) in zip(decades, levels) {
            let error = level - law.interceptDb + 10 * law.exponent * decade
            cost += error * error
        }
        return (law, cost / count)
    }
}

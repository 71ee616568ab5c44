internal import Glibc

/// A thing that stands in a street and that no drawing shows.
package enum Clutter: Sendable, Equatable {
    case crown(Crown)
    case vehicle(Vehicle)

    /// A ball of leaves that takes from every path through it by the metre.
    package struct Crown: Sendable, Equatable {
        /// Metres in the scene.
        package var centre: SIMD3<Double>
        package var radiusMetres: Double
        package var lossDbPerMetre: Double

        package init(centre: SIMD3<Double>, radiusMetres: Double, lossDbPerMetre: Double) {
            self.centre = centre
            self.radiusMetres = radiusMetres
            self.lossDbPerMetre = lossDbPerMetre
        }

        /// Metres of the segment from `a` to `b` that lie in the crown.
        package func metres(from a: SIMD3<Double>, to b: SIMD3<Double>) -> Double {
            let way = b - a
            let square = (way * way).sum()
            let towards = centre - a
            let along = (towards * way).sum()
            // Compared before any root is taken: most segments miss.
            let chord = (radiusMetres * radiusMetres - (towards * towards).sum()) * square + along * along
            guard chord > 0, square > 0 else { return 0 }
            let length = square.squareRoot()
            let (middle, half) = (along / length, chord.squareRoot() / length)
            return max(0, min(length, middle + half) - max(0, middle - half))
        }
    }

    /// A parked vehicle: a box that waves bend over or around.
    package struct Vehicle: Sendable, Equatable {
        /// Middle of its foot, metres in the scene.
        package var centre: SIMD3<Double>
        /// Unit vector along its length in the plane.
        package var along: SIMD2<Double>
        package var lengthMetres: Double
        package var widthMetres: Double
        package var heightMetres: Double

        package init(
            centre: SIMD3<Double>, along: SIMD2<Double>, lengthMetres: Double, widthMetres: Double,
            heightMetres: Double
        ) {
            self.centre = centre
            self.along = along
            self.lengthMetres = lengthMetres
            self.widthMetres = widthMetres
            self.heightMetres = heightMetres
        }

        /// A point in the vehicle's own axes: along, across, above the foot.
        private func own(_ point: SIMD3<Double>) -> SIMD3<Double> {
            let way = point - centre
            return SIMD3(along.x * way.x + along.y * way.y, along.x * way.y - along.y * way.x, way.z)
        }

        /// Whether a point lies within the vehicle's outline or closer to it than a margin.
        package func covers(_ point: SIMD3<Double>, marginMetres: Double) -> Bool {
            let place = own(point)
            return abs(place.x) < lengthMetres / 2 + marginMetres && abs(place.y) < widthMetres / 2 + marginMetres
        }

        /// Loss of a segment that the box cuts, dB: the knife edge (ITU-R P.526-15, equation (31)) over its top or
        /// around the nearer of its ends, whichever takes less; 0 where the segment passes.
        package func lossDb(from a: SIMD3<Double>, to b: SIMD3<Double>, wavelengthMetres: Double) -> Double {
            guard min(a.z, b.z) < centre.z + heightMetres else { return 0 }
            let (start, end) = (own(a), own(b))
            let way = end - start
            let half = SIMD2(lengthMetres / 2, widthMetres / 2)
            var (first, last) = (0.0, 1.0)
            for axis in 0..<2 {
                guard abs(way[axis]) > 1e-9 else {
                    if abs(start[axis]) > half[axis] { return 0 }
                    continue
                }
                let (one, other) = (
                    (-half[axis] - start[axis]) / way[axis], (half[axis] - start[axis]) / way[axis]
                )
                first = max(first, min(one, other))
                last = min(last, max(one, other))
            }
            guard first < last else { return 0 }
            // Deepest below the top: at one of the ends of what lies over the outline.
            let depths = (heightMetres - (start.z + first * way.z), heightMetres - (start.z + last * way.z))
            guard max(depths.0, depths.1) > 0 else { return 0 }
            let middle = start + (first + last) / 2 * way
            let clearance = min(max(depths.0, depths.1), half.x - min(abs(middle.x), half.x) + 0.1)
            let length = (way * way).sum().squareRoot()
            let share = min(0.99, max(0.01, (first + last) / 2))
            let (before, after) = (max(0.5, length * share), max(0.5, length * (1 - share)))
            let nu = clearance * (2 / wavelengthMetres * (1 / before + 1 / after)).squareRoot()
            return 6.9 + 20 * log10(((nu - 0.1) * (nu - 0.1) + 1).squareRoot() + nu - 0.1)
        }
    }

    /// Metres in the scene.
    package var centre: SIMD3<Double> {
        switch self {
        case .crown(let crown): crown.centre
        case .vehicle(let vehicle): vehicle.centre
        }
    }

    /// The same thing elsewhere.
    package func moved(by way: SIMD3<Double>) -> Clutter {
        switch self {
        case .crown(var crown):
            crown.centre += way
            return .crown(crown)
        case .vehicle(var vehicle):
            vehicle.centre += way
            return .vehicle(vehicle)
        }
    }

    /// Beyond this from its centre, in the plane, a segment loses nothing.
    package var reachMetres: Double {
        switch self {
        case .crown(let crown): crown.radiusMetres
        case .vehicle(let vehicle):
            0.5
                * (vehicle.lengthMetres * vehicle.lengthMetres + vehicle.widthMetres * vehicle.widthMetres)
                .squareRoot()
        }
    }

    /// What a straight segment loses, dB.
    package func lossDb(from a: SIMD3<Double>, to b: SIMD3<Double>, wavelengthMetres: Double) -> Double {
        switch self {
        case .crown(let crown): crown.lossDbPerMetre * crown.metres(from: a, to: b)
        case .vehicle(let vehicle): vehicle.lossDb(from: a, to: b, wavelengthMetres: wavelengthMetres)
        }
    }
}

extension Clutter {
    /// Kind (u8: 0 crown, 1 vehicle), then centre (3 f64) and radius and loss, or direction
    /// (2 f64), length, width, height (f64).
    func put(into writer: inout SnapshotWriter) {
        switch self {
        case .crown(let crown):
            writer.put(UInt8(0))
            writer.put([crown.centre.x, crown.centre.y, crown.centre.z, crown.radiusMetres, crown.lossDbPerMetre])
        case .vehicle(let vehicle):
            writer.put(UInt8(1))
            writer.put([vehicle.centre.x, vehicle.centre.y, vehicle.centre.z, vehicle.along.x, vehicle.along.y])
            writer.put([vehicle.lengthMetres, vehicle.widthMetres, vehicle.heightMetres])
        }
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        let kind = try reader.integer(UInt8.self)
        guard kind <= 1 else { throw .outOfRange("clutter of kind \(kind)") }
        let centre = try reader.doubles(3, "a place")
        guard centre.allSatisfy({ abs($0) < 1e7 }) else { throw .outOfRange("a place") }
        let place = SIMD3(centre[0], centre[1], centre[2])
        if kind == 0 {
            let values = try reader.doubles(2, "a crown")
            guard (0...1_000).contains(values[0]), (0...100).contains(values[1]) else { throw .outOfRange("a crown") }
            self = .crown(Crown(centre: place, radiusMetres: values[0], lossDbPerMetre: values[1]))
        } else {
            let values = try reader.doubles(5, "a vehicle")
            let along = SIMD2(values[0], values[1])
            guard abs((along * along).sum() - 1) < 1e-6, values[2...].allSatisfy((0...1_000).contains) else {
                throw .outOfRange("a vehicle")
            }
            self = .vehicle(
                Vehicle(
                    centre: place, along: along, lengthMetres: values[2], widthMetres: values[3],
                    heightMetres: values[4]))
        }
    }
}

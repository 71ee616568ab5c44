/// What a scene's drawing lacks, as learnt from readings: other constants of its materials, and crowns that dampen.
///
/// A plain value of bounded size: saved with a fitted model, applied by whoever traces the scene.
package struct SceneCorrection: Sendable, Equatable {
    /// Factors' logarithms on a material's relative permittivity and conductivity.
    package struct Material: Sendable, Equatable {
        package var name: String
        package var logPermittivity: Double
        package var logConductivity: Double

        package init(name: String, logPermittivity: Double = 0, logConductivity: Double = 0) {
            self.name = name
            self.logPermittivity = logPermittivity
            self.logConductivity = logConductivity
        }
    }

    /// A ball that takes from every path through it by the metre.
    package struct Crown: Sendable, Equatable {
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
            let length = (way * way).sum().squareRoot()
            guard length > 0 else { return 0 }
            let towards = centre - a
            let along = (towards * way).sum() / length
            let chord = radiusMetres * radiusMetres - ((towards * towards).sum() - along * along)
            guard chord > 0 else { return 0 }
            let half = chord.squareRoot()
            return max(0, min(length, along + half) - max(0, along - half))
        }
    }

    /// Materials and crowns at most.
    package static let mostMaterials = 60
    package static let mostCrowns = 64

    package var materials: [Material] = []
    package var crowns: [Crown] = []

    package init() {}

    /// What the crowns take from a segment, dB.
    package func lossDb(from a: SIMD3<Double>, to b: SIMD3<Double>) -> Double {
        crowns.reduce(0) { $0 + $1.lossDbPerMetre * $1.metres(from: a, to: b) }
    }
}

extension SceneCorrection {
    func put(into writer: inout SnapshotWriter) {
        writer.put(UInt32(materials.count))
        for material in materials {
            writer.put(material.name)
            writer.put([material.logPermittivity, material.logConductivity])
        }
        writer.put(UInt32(crowns.count))
        for crown in crowns {
            writer.put([crown.centre.x, crown.centre.y, crown.centre.z, crown.radiusMetres, crown.lossDbPerMetre])
        }
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        for _ in 0..<(try reader.count(atMost: SceneCorrection.mostMaterials, "materials")) {
            let name = try reader.text()
            let values = try reader.doubles(2, "a material")
            guard values.allSatisfy({ abs($0) <= 5 }) else { throw .outOfRange("constants of '\(name)'") }
            materials.append(Material(name: name, logPermittivity: values[0], logConductivity: values[1]))
        }
        for _ in 0..<(try reader.count(atMost: SceneCorrection.mostCrowns, "crowns")) {
            let values = try reader.doubles(5, "a crown")
            guard values[..<3].allSatisfy({ abs($0) < 1e7 }), (0...1_000).contains(values[3]),
                (0...100).contains(values[4])
            else { throw .outOfRange("a crown") }
            crowns.append(
                Crown(
                    centre: SIMD3(values[0], values[1], values[2]), radiusMetres: values[3], lossDbPerMetre: values[4]))
        }
    }
}

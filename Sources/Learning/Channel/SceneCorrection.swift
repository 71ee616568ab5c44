internal import Glibc

/// One way in which a scene may differ from its drawing: other constants of its materials, and clutter in the
/// streets.
package struct SceneHypothesis: Sendable, Equatable {
    /// Factors' natural logarithms on a material's relative permittivity and conductivity.
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

    package var materials: [Material]
    package var clutter: [Clutter]

    package init(materials: [Material] = [], clutter: [Clutter] = []) {
        self.materials = materials
        self.clutter = clutter
    }

    /// What the clutter leaves of a path's power, 0...1; the path runs through the points in order.
    package func factor(
        from start: SIMD3<Double>, over points: ArraySlice<SIMD3<Double>>, to end: SIMD3<Double>,
        wavelengthMetres: Double
    ) -> Double {
        guard !clutter.isEmpty else { return 1 }
        var loss = 0.0
        var from = start
        for to in points + [end] {
            for thing in clutter { loss += thing.lossDb(from: from, to: to, wavelengthMetres: wavelengthMetres) }
            from = to
        }
        return loss > 0 ? pow(10, -0.1 * loss) : 1
    }
}

/// What a scene's drawing lacks, as learnt from readings: hypotheses of equal weight, drawn from the posterior. A
/// prediction is the mean (dB) of theirs, so what readings do not tell stays as spread as it was.
///
/// A plain value of bounded size: saved with a fitted model, applied by whoever traces the scene.
package struct SceneCorrection: Sendable, Equatable {
    /// Hypotheses, and materials and things in the streets of one of them, at most.
    package static let mostHypotheses = 32
    package static let mostMaterials = 64
    package static let mostClutter = 256

    package var hypotheses: [SceneHypothesis]

    package init(hypotheses: [SceneHypothesis] = []) {
        self.hypotheses = hypotheses
    }
}

extension SceneCorrection {
    /// Count (u32), then of each hypothesis the materials (u32; name and two f64 each) and the clutter (u32;
    /// see `Clutter`).
    func put(into writer: inout SnapshotWriter) {
        writer.put(UInt32(hypotheses.count))
        for hypothesis in hypotheses {
            writer.put(UInt32(hypothesis.materials.count))
            for material in hypothesis.materials {
                writer.put(material.name)
                writer.put([material.logPermittivity, material.logConductivity])
            }
            writer.put(UInt32(hypothesis.clutter.count))
            for thing in hypothesis.clutter { thing.put(into: &writer) }
        }
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        hypotheses = []
        for _ in 0..<(try reader.count(atMost: SceneCorrection.mostHypotheses, "hypotheses")) {
            var hypothesis = SceneHypothesis()
            for _ in 0..<(try reader.count(atMost: SceneCorrection.mostMaterials, "materials")) {
                let name = try reader.text()
                let values = try reader.doubles(2, "a material")
                guard values.allSatisfy({ abs($0) <= 5 }) else { throw .outOfRange("constants of '\(name)'") }
                hypothesis.materials.append(
                    SceneHypothesis.Material(name: name, logPermittivity: values[0], logConductivity: values[1]))
            }
            for _ in 0..<(try reader.count(atMost: SceneCorrection.mostClutter, "things in the streets")) {
                hypothesis.clutter.append(try Clutter(from: &reader))
            }
            hypotheses.append(hypothesis)
        }
    }
}

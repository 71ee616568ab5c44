internal import Numerics

/// Generates a city of blocks for tests and first steps: one building per block, streets between them, one ground.
///
/// Everything is a function of the seed. Buildings are boxes of their own height and material, set back at random from
/// the street, without a floor (they stand on the ground).
package struct CityBlocks: Sendable, Equatable {
    /// Blocks along x and y.
    package var columns: Int
    package var rows: Int
    /// Side of a block, from street to street.
    package var blockMetres = 40.0
    package var streetMetres = 15.0
    package var heightsMetres = 10.0..<25.0
    /// Each side of a building steps back from the street by up to this.
    package var setbackMetres = 3.0
    /// ITU names; each building takes one by chance.
    package var wallMaterials = ["itu_concrete", "itu_brick", "itu_glass", "itu_marble"]
    package var groundMaterial = "itu_concrete"
    package var seed: UInt64

    private enum Draw { static let height: UInt64 = 0, material: UInt64 = 1, setback: UInt64 = 2 }

    package init(columns: Int, rows: Int, seed: UInt64) {
        self.columns = columns
        self.rows = rows
        self.seed = seed
    }

    /// The city around (0, 0); the ground reaches one street beyond the outer blocks.
    ///
    /// - Throws: where a material has no such name.
    package func scene() throws(RadioMaterialError) -> Scene {
        precondition(columns > 0 && rows > 0 && !wallMaterials.isEmpty, "a city has blocks and materials")
        precondition(2 * setbackMetres < blockMetres, "the setback leaves no building")
        let generator = CounterGenerator(seed: seed, purpose: 0xC17)
        var builder = SceneBuilder(name: "city")
        let pitch = blockMetres + streetMetres
        let half = SIMD2(Double(columns), Double(rows)) * (pitch / 2) + streetMetres / 2
        let ground = builder.index(of: try ITUMaterials.material(named: groundMaterial))
        builder.add(
            name: "ground", material: ground,
            vertices: [(-1, -1), (1, -1), (1, 1), (-1, 1)].map { SIMD3(Float($0.0 * half.x), Float($0.1 * half.y), 0) },
            triangles: [SIMD3(0, 1, 2), SIMD3(0, 2, 3)])
        for row in 0..<rows {
            for column in 0..<columns {
                let key = UInt64(row * columns + column)
                let corner = SIMD2(Double(column) * pitch, Double(row) * pitch) - half + streetMetres
                func setback(_ side: UInt64) -> Double {
                    generator.uniform(key, Draw.setback + side, in: 0..<max(setbackMetres, 1e-9))
                }
                let choice = generator.bits(key, Draw.material) % UInt64(wallMaterials.count)
                let material = builder.index(of: try ITUMaterials.material(named: wallMaterials[Int(choice)]))
                builder.addBuilding(
                    name: "building-\(row)-\(column)", material: material,
                    from: corner + SIMD2(setback(0), setback(1)),
                    to: corner + blockMetres - SIMD2(setback(2), setback(3)),
                    heightMetres: generator.uniform(key, Draw.height, in: heightsMetres))
            }
        }
        return builder.scene()
    }
}

extension SceneBuilder {
    /// Four walls and a roof over a rectangle, standing on z = 0.
    package mutating func addBuilding(
        name: String, material: Int, from low: SIMD2<Double>, to high: SIMD2<Double>, heightMetres: Double
    ) {
        let corners = [(low.x, low.y), (high.x, low.y), (high.x, high.y), (low.x, high.y)]
        let vertices = [0, heightMetres].flatMap { z in
            corners.map { SIMD3(Float($0.0), Float($0.1), Float(z)) }
        }
        var triangles: [SIMD3<UInt32>] = [SIMD3(4, 5, 6), SIMD3(4, 6, 7)]
        for side in UInt32(0)..<4 {
            let next = (side + 1) % 4
            triangles += [SIMD3(side, next, next + 4), SIMD3(side, next + 4, side + 4)]
        }
        add(name: name, material: material, vertices: vertices, triangles: triangles)
    }
}

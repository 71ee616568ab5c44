import RadioPropagation

/// The street canyon of Sionna RT (`simple_street_canyon`), made from its numbers: six closed boxes and a floor, all
/// 0.1 m thick. So its paths can be held to Sionna's where neither Sionna nor its scenes are.
enum StreetCanyon {
    /// Where the reference has its transmitter, metres.
    static let transmitter = SIMD3<Double>(-33, 11, 32)

    /// The 100 receivers of the comparison with Sionna RT (`Benchmarks/sionna/compare.py`), metres.
    static let receivers: [SIMD3<Double>] = (0..<100).map { number in
        let x = -60 + 120 * Double(number / 5) / 19
        let y = -8 + 4 * Double(number % 5)
        return SIMD3(x, y, 1.5)
    }

    /// Floors of all boxes lie in the plane of the street.
    private static let ground: Float = -0.030794143676757812

    private struct Building {
        var low: SIMD2<Float>
        var high: SIMD2<Float>
        var roof: Float
        var material: String
    }

    private static let buildings = [
        Building(
            low: SIMD2(-62.10765075683594, -36.49964141845703), high: SIMD2(-30.98614501953125, -8.613334655761719),
            roof: 21.815460205078125, material: "itu_glass"),
        Building(
            low: SIMD2(32.356605529785156, 10.33729362487793), high: SIMD2(63.478111267089844, 38.223602294921875),
            roof: 21.815460205078125, material: "itu_brick"),
        Building(
            low: SIMD2(-62.41142272949219, 9.571563720703125), high: SIMD2(-31.2899169921875, 37.45787048339844),
            roof: 29.097551345825195, material: "itu_marble"),
        Building(
            low: SIMD2(-15.119009971618652, 9.571563720703125), high: SIMD2(16.002498626708984, 37.45787048339844),
            roof: 50.943809509277344, material: "itu_marble"),
        Building(
            low: SIMD2(31.518768310546875, -36.49964141845703), high: SIMD2(62.64027404785156, -8.613334655761719),
            roof: 29.097551345825195, material: "itu_glass"),
        Building(
            low: SIMD2(-15.119009971618652, -36.49964141845703), high: SIMD2(16.002498626708984, -8.613334655761719),
            roof: 50.943809509277344, material: "itu_wood"),
    ]

    static func scene() throws -> Scene {
        var builder = SceneBuilder(name: "street canyon")
        let low = SIMD2<Float>(-93.96609497070312, -60.3305549621582)
        let high = SIMD2<Float>(92.4267578125, 60.8076286315918)
        builder.add(
            name: "floor", material: builder.index(of: try ITUMaterials.material(named: "itu_concrete")),
            vertices: corners(low, high, ground), triangles: [SIMD3(0, 1, 2), SIMD3(0, 2, 3)])
        for (number, building) in buildings.enumerated() {
            var triangles: [SIMD3<UInt32>] = [SIMD3(0, 2, 1), SIMD3(0, 3, 2), SIMD3(4, 5, 6), SIMD3(4, 6, 7)]
            for side in UInt32(0)..<4 {
                let next = (side + 1) % 4
                triangles += [SIMD3(side, next, next + 4), SIMD3(side, next + 4, side + 4)]
            }
            builder.add(
                name: "building \(number + 1)",
                material: builder.index(of: try ITUMaterials.material(named: building.material)),
                vertices: corners(building.low, building.high, ground)
                    + corners(building.low, building.high, building.roof),
                triangles: triangles)
        }
        return builder.scene()
    }

    private static func corners(_ low: SIMD2<Float>, _ high: SIMD2<Float>, _ height: Float) -> [SIMD3<Float>] {
        [
            SIMD3(low.x, low.y, height), SIMD3(high.x, low.y, height), SIMD3(high.x, high.y, height),
            SIMD3(low.x, high.y, height),
        ]
    }
}

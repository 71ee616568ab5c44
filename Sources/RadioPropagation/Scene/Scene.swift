/// A part of a scene with one material: a building's walls, its roof, a street. Its triangles lie together.
package struct SceneObject: Sendable, Equatable {
    package var name: String
    /// Index into the scene's materials.
    package var material: Int
    /// Its triangles among the scene's.
    package var triangles: Range<Int>

    package init(name: String, material: Int, triangles: Range<Int>) {
        self.name = name
        self.material = material
        self.triangles = triangles
    }
}

/// What radio waves meet: triangles in metres, z up, right-handed, grouped into objects, each of one material.
///
/// A plain value. Vertices are kept as the Floats that files hold: two readers of one file see the same walls. Every
/// triangle has three different corners and an area above 0; readers drop others and say so in `notes`.
package struct Scene: Sendable {
    package let name: String
    package let vertices: [SIMD3<Float>]
    /// Three indices into `vertices` each.
    package let triangles: [SIMD3<UInt32>]
    /// In the order of their triangles; their ranges cover all triangles.
    package let objects: [SceneObject]
    package let materials: [RadioMaterial]
    /// What the reader ignored or repaired, a sentence each.
    package let notes: [String]
    /// Trees: waves go through them and lose some of their power.
    package let foliage: [FoliageVolume]

    /// - Precondition: indices are in range and the objects' triangles cover all triangles in order. Readers check it
    ///   with their own errors first.
    package init(
        name: String, vertices: [SIMD3<Float>], triangles: [SIMD3<UInt32>], objects: [SceneObject],
        materials: [RadioMaterial], notes: [String] = [], foliage: [FoliageVolume] = []
    ) {
        let count = UInt32(clamping: vertices.count)
        precondition(triangles.allSatisfy { $0.max() < count }, "a triangle names a vertex that is not there")
        precondition(objects.allSatisfy { materials.indices.contains($0.material) }, "an object without a material")
        var next = 0
        for object in objects {
            precondition(object.triangles.lowerBound == next, "the triangles of '\(object.name)' do not follow on")
            next = object.triangles.upperBound
        }
        precondition(next == triangles.count, "triangles that belong to no object")
        self.name = name
        self.vertices = vertices
        self.triangles = triangles
        self.objects = objects
        self.materials = materials
        self.notes = notes
        self.foliage = foliage
    }

    /// Index of the object that holds a triangle.
    package func objectOfTriangle(_ triangle: Int) -> Int {
        precondition(triangles.indices.contains(triangle), "no triangle \(triangle)")
        var low = 0
        var high = objects.count - 1
        while low < high {
            let middle = (low + high) / 2
            if objects[middle].triangles.upperBound <= triangle { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The three corners of a triangle, in the order of the file.
    package func corners(of triangle: Int) -> (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
        let t = triangles[triangle]
        return (
            SIMD3<Double>(vertices[Int(t.x)]), SIMD3<Double>(vertices[Int(t.y)]), SIMD3<Double>(vertices[Int(t.z)])
        )
    }

    /// The box around a range of triangles, by default around all.
    package func bounds(of range: Range<Int>? = nil) -> SceneBounds {
        var low = SIMD3<Float>(repeating: .infinity)
        var high = SIMD3<Float>(repeating: -.infinity)
        for triangle in triangles[range ?? triangles.indices] {
            for corner in 0..<3 {
                let vertex = vertices[Int(triangle[corner])]
                low = pointwiseMin(low, vertex)
                high = pointwiseMax(high, vertex)
            }
        }
        return SceneBounds(minimum: SIMD3<Double>(low), maximum: SIMD3<Double>(high))
    }

    /// Metres within which two points of this scene are the same: 8 spacings of Float at its largest coordinate
    /// (0.06 mm at 100 m, 0.5 mm at 1 km). Planes, edges and the ends of rays are held to it.
    package var toleranceMetres: Double {
        let box = bounds()
        guard !box.isEmpty else { return 0 }
        let reach = pointwiseMax(pointwiseMax(box.maximum, -box.minimum), SIMD3(repeating: 1)).max()
        return Double(Float(reach).ulp) * 8
    }
}

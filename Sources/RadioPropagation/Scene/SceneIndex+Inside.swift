extension SceneIndex {
    /// Whether a point stands inside a building: upwards and level, to all four sides, a ray leaves more solids through
    /// their surface than it enters. A yard has no roof, and who stands below a balcony sees no wall from within.
    package func isInside(_ point: SIMD3<Double>) -> Bool {
        guard bounds.contains(point) else { return false }
        let reach = length(bounds.size) + 1
        let directions: [SIMD3<Double>] = [
            SIMD3(0, 0, 1), SIMD3(1, 0, 0), SIMD3(-1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, -1, 0),
        ]
        return directions.allSatisfy { direction in
            crossings(from: point, to: point + reach * direction).reduce(0) { left, crossing in
                let along = dot(faces.faces[Int(faces.faceOfTriangle[crossing.triangle])].normal, direction)
                return left + (along > 1e-9 ? 1 : along < -1e-9 ? -1 : 0)
            } > 0
        }
    }
}

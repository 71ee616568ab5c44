internal import Glibc

/// Which triangles to turn over so that normals point out of solids: +1 as the file has it, -1 turned.
struct TriangleOrientation {
    private(set) var signs: [Int8]

    init(_ scene: Scene, edges: TriangleEdges, planes: TrianglePlanes) {
        signs = [Int8](repeating: 0, count: scene.triangles.count)
        var part: [Int] = []
        for first in scene.triangles.indices where signs[first] == 0 {
            part.removeAll(keepingCapacity: true)
            part.append(first)
            signs[first] = 1
            var next = 0
            while next < part.count {
                let triangle = part[next]
                next += 1
                for side in 0..<3 {
                    let use = Int32(3 * triangle + side)
                    let uses = edges.uses(of: Int(edges.edgeOfUse[Int(use)]))
                    guard uses.count == 2 else { continue }
                    let other = uses.first == use ? uses[uses.endIndex - 1] : uses[uses.startIndex]
                    let neighbour = Int(other) / 3
                    guard signs[neighbour] == 0 else { continue }
                    // Two sides of one surface run along their edge in opposite directions.
                    let isAlike = edges.ends(of: use).from != edges.ends(of: other).from
                    signs[neighbour] = isAlike ? signs[triangle] : -signs[triangle]
                    part.append(neighbour)
                }
            }
            if isInsideOut(part, scene, planes) {
                for triangle in part { signs[triangle] = -signs[triangle] }
            }
        }
    }

    /// The volume between the surface and the middle of its lowest level is negative; for a flat sheet: it looks down,
    /// or stands upright and most of it is turned against the file.
    private func isInsideOut(_ part: [Int], _ scene: Scene, _ planes: TrianglePlanes) -> Bool {
        var bounds = SceneBounds.empty
        for triangle in part {
            let (a, b, c) = scene.corners(of: triangle)
            bounds.include(a)
            bounds.include(b)
            bounds.include(c)
        }
        var base = (bounds.minimum + bounds.maximum) / 2
        base.z = bounds.minimum.z
        var volume = 0.0
        var area = 0.0
        var sum = SIMD3<Double>.zero
        var turned = 0.0
        for triangle in part {
            let sign = Double(signs[triangle])
            let weighted = planes.normals[triangle] * (planes.areas[triangle] * sign)
            volume += dot(weighted, scene.corners(of: triangle).0 - base) / 3
            area += planes.areas[triangle]
            sum += weighted
            turned += sign * planes.areas[triangle]
        }
        let flat = 1e-4 * area * area.squareRoot()
        if abs(volume) > flat { return volume < 0 }
        return abs(sum.z) > 0.01 * area ? sum.z < 0 : turned < 0
    }
}

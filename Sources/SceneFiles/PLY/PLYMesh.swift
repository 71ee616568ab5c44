/// A mesh from a PLY file (ascii, or binary in either byte order): positions and triangles. Polygons become fans, or
/// where they are not convex are divided as footprints are; other properties and elements are skipped.
struct PLYMesh: Equatable {
    var vertices: [SIMD3<Float>] = []
    var triangles: [SIMD3<UInt32>] = []

    /// - Throws: what is broken and where; nothing is allocated for rows that the file cannot hold.
    init(_ bytes: [UInt8], file: String) throws(SceneFileError) {
        let header = try PLYHeader(bytes, file: file)
        var data = PLYData(bytes, header: header, file: file)
        for element in header.elements {
            let least = element.count.multipliedReportingOverflow(by: element.minimumSize(header.encoding))
            guard !least.overflow, least.partialValue <= data.remaining + 1 else {
                throw data.fault(
                    "\(element.count) rows of '\(element.name)' are announced, which the remaining \(data.remaining) "
                        + "bytes cannot hold: the file is cut short")
            }
            switch element.name {
            case "vertex": try readVertices(element, &data, file)
            case "face": try readFaces(element, &data, file)
            default: if !element.properties.isEmpty { try skip(element, &data) }
            }
        }
        guard header.elements.contains(where: { $0.name == "vertex" }) else {
            throw SceneFileError(file, "holds no element 'vertex'")
        }
        guard header.elements.contains(where: { $0.name == "face" }) else {
            throw SceneFileError(file, "holds no element 'face'")
        }
    }

    // MARK: - Elements

    private mutating func readVertices(
        _ element: PLYHeader.Element, _ data: inout PLYData, _ file: String
    ) throws(SceneFileError) {
        var axes: [Int] = []
        for axis in ["x", "y", "z"] {
            guard let index = element.properties.firstIndex(where: { $0.name == axis && $0.count == nil }) else {
                throw SceneFileError(file, "element 'vertex' has no property '\(axis)'")
            }
            axes.append(index)
        }
        var row = [Double](repeating: 0, count: element.properties.count)
        vertices.reserveCapacity(element.count)
        for index in 0..<element.count {
            for (column, property) in element.properties.enumerated() {
                row[column] = try PLYMesh.value(property, &data, "vertex", index)
            }
            let vertex = SIMD3<Float>(Float(row[axes[0]]), Float(row[axes[1]]), Float(row[axes[2]]))
            guard vertex.x.isFinite, vertex.y.isFinite, vertex.z.isFinite else {
                throw SceneFileError(file, .part("vertex \(index)"), "is not a finite point: \(row)")
            }
            vertices.append(vertex)
        }
    }

    private mutating func readFaces(
        _ element: PLYHeader.Element, _ data: inout PLYData, _ file: String
    ) throws(SceneFileError) {
        let names = ["vertex_indices", "vertex_index"]
        guard let list = element.properties.firstIndex(where: { names.contains($0.name) && $0.count != nil }) else {
            throw SceneFileError(file, "element 'face' has no list 'vertex_indices'")
        }
        for index in 0..<element.count {
            for (column, property) in element.properties.enumerated() {
                guard column == list, let count = property.count else {
                    _ = try PLYMesh.value(property, &data, "face", index)
                    continue
                }
                let corners = try PLYMesh.length(count, &data, "face", index)
                try readFan(corners, property.scalar, &data, index, file)
            }
        }
    }

    private mutating func readFan(
        _ corners: Int, _ scalar: PLYHeader.Scalar, _ data: inout PLYData, _ face: Int, _ file: String
    ) throws(SceneFileError) {
        guard corners >= 3 else { throw SceneFileError(file, .part("face \(face)"), "has \(corners) corners, not 3") }
        var polygon: [UInt32] = []
        for _ in 0..<corners {
            let value = try data.next(scalar, "face \(face)")
            guard value >= 0, value < Double(vertices.count), value == value.rounded() else {
                throw SceneFileError(
                    file, .part("face \(face)"), "names vertex \(value), the file has 0 to \(vertices.count - 1)")
            }
            polygon.append(UInt32(value))
        }
        guard let divided = divided(polygon) else {
            throw SceneFileError(file, .part("face \(face)"), "is a polygon that cannot be divided into triangles")
        }
        triangles += divided
    }

    /// Triangles that cover a polygon: a fan from its first corner, or ears where some of the fan lies outside of it.
    private func divided(_ polygon: [UInt32]) -> [SIMD3<UInt32>]? {
        let fan = (2..<polygon.count).map { SIMD3(polygon[0], polygon[$0 - 1], polygon[$0]) }
        guard polygon.count > 3 else { return fan }
        let points = polygon.map { SIMD3<Double>(vertices[Int($0)]) }
        func product(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
            SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
        }
        let parts = (2..<points.count).map { product(points[$0 - 1] - points[0], points[$0] - points[0]) }
        let normal = parts.reduce(.zero, +)
        let least = -1e-6 * (normal * normal).sum()
        if parts.allSatisfy({ ($0 * normal).sum() >= least }) { return fan }
        guard polygon.count <= Footprint.maximumPoints else { return nil }
        let size = SIMD3(abs(normal.x), abs(normal.y), abs(normal.z))
        let axis = size.z >= size.x && size.z >= size.y ? 2 : size.y >= size.x ? 1 : 0
        let (one, other) = ((axis + 1) % 3, (axis + 2) % 3)
        let flat = points.map { normal[axis] > 0 ? SIMD2($0[one], $0[other]) : SIMD2($0[other], $0[one]) }
        return EarClipping.triangles([flat])?.map {
            SIMD3(polygon[Int($0.x)], polygon[Int($0.y)], polygon[Int($0.z)])
        }
    }

    private func skip(_ element: PLYHeader.Element, _ data: inout PLYData) throws(SceneFileError) {
        for index in 0..<element.count {
            for property in element.properties { _ = try PLYMesh.value(property, &data, element.name, index) }
        }
    }

    // MARK: - Numbers

    /// A number, or the last one of a list.
    private static func value(
        _ property: PLYHeader.Property, _ data: inout PLYData, _ element: String, _ index: Int
    ) throws(SceneFileError) -> Double {
        guard let count = property.count else { return try data.next(property.scalar, "\(element) \(index)") }
        var last = 0.0
        for _ in 0..<(try length(count, &data, element, index)) {
            last = try data.next(property.scalar, "\(element) \(index)")
        }
        return last
    }

    private static func length(
        _ scalar: PLYHeader.Scalar, _ data: inout PLYData, _ element: String, _ index: Int
    ) throws(SceneFileError) -> Int {
        let length = try data.next(scalar, "\(element) \(index)")
        guard length >= 0, length <= Double(data.remaining), length == length.rounded() else {
            throw data.fault("a list of \(length) numbers in \(element) \(index), which the file cannot hold")
        }
        return Int(length)
    }
}

internal import Foundation

/// The JSON of a file of scene edits.
struct EditDocument: Decodable {
    var format: String
    var edits: [Entry]

    struct Fault: Error {
        var text: String
    }

    /// One edit: what is optional here is checked by `edit`.
    struct Entry: Decodable {
        var add: String?
        var remove: String?
        var material: String?
        var outline: [[Double]]?
        var centre: [Double]?
        var size: [Double]?
        var bearing: Double?
        var foot: Double?
        var height: Double?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case add, remove, material, outline, centre, size, bearing = "bearing_deg", foot, height
        }

        init(from decoder: any Decoder) throws {
            let all = try decoder.container(keyedBy: AnyKey.self)
            let known = CodingKeys.allCases.map(\.rawValue)
            if let stranger = all.allKeys.map(\.stringValue).sorted().first(where: { !known.contains($0) }) {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "unknown key '\(stranger)'"))
            }
            let values = try decoder.container(keyedBy: CodingKeys.self)
            add = try values.decodeIfPresent(String.self, forKey: .add)
            remove = try values.decodeIfPresent(String.self, forKey: .remove)
            material = try values.decodeIfPresent(String.self, forKey: .material)
            outline = try values.decodeIfPresent([[Double]].self, forKey: .outline)
            centre = try values.decodeIfPresent([Double].self, forKey: .centre)
            size = try values.decodeIfPresent([Double].self, forKey: .size)
            bearing = try values.decodeIfPresent(Double.self, forKey: .bearing)
            foot = try values.decodeIfPresent(Double.self, forKey: .foot)
            height = try values.decodeIfPresent(Double.self, forKey: .height)
        }
    }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// What a decoder found wrong, and where.
    static func words(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return error.localizedDescription }
        let context: DecodingError.Context
        switch error {
        case .keyNotFound(let key, let found): return "\(place(found.codingPath))no '\(key.stringValue)'"
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found): context = found
        @unknown default: return "it cannot be decoded"
        }
        return place(context.codingPath) + context.debugDescription
    }

    private static func place(_ path: [any CodingKey]) -> String {
        let text = path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
        return text.isEmpty ? "" : "\(text): "
    }
}

extension EditDocument.Entry {
    private static let largestMetres = 1e6

    /// - Throws: what makes it no edit.
    func edit() throws(EditDocument.Fault) -> SceneEdits.Edit {
        switch (add, remove) {
        case (let name?, nil): return .add(try solid(name))
        case (nil, let name?):
            guard material == nil, outline == nil, centre == nil, size == nil, bearing == nil, foot == nil,
                height == nil
            else { throw EditDocument.Fault(text: "'remove' stands alone") }
            return .remove(name)
        default: throw EditDocument.Fault(text: "says neither 'add' nor 'remove', or both")
        }
    }

    private func solid(_ name: String) throws(EditDocument.Fault) -> SceneEdits.Solid {
        guard !name.isEmpty else { throw EditDocument.Fault(text: "'add' names nothing") }
        guard let material else { throw EditDocument.Fault(text: "'\(name)' has no 'material'") }
        guard let height else { throw EditDocument.Fault(text: "'\(name)' has no 'height'") }
        let foot = foot ?? 0
        guard foot >= 0, height > foot, height < 2_000 else {
            throw EditDocument.Fault(
                text: "'\(name)': 'height' is above 'foot', which is 0 m or more, and below 2000 m")
        }
        let points = try points(of: name)
        guard points.allSatisfy({ max(abs($0.x), abs($0.y)) <= Self.largestMetres }) else {
            throw EditDocument.Fault(text: "'\(name)' lies more than 1,000 km away")
        }
        return SceneEdits.Solid(
            name: name, material: material, outline: points, footMetres: foot, topMetres: height)
    }

    private func points(of name: String) throws(EditDocument.Fault) -> [SIMD2<Double>] {
        if let outline {
            guard centre == nil, size == nil, bearing == nil else {
                throw EditDocument.Fault(text: "'\(name)' has an 'outline' and a box")
            }
            guard outline.allSatisfy({ $0.count == 2 }) else {
                throw EditDocument.Fault(text: "'\(name)': points of 'outline' are [x, y]")
            }
            return outline.map { SIMD2($0[0], $0[1]) }
        }
        guard let centre, let size, centre.count == 2, size.count == 2, size.allSatisfy({ $0 > 0 }) else {
            throw EditDocument.Fault(
                text: "'\(name)' has neither an 'outline' nor a 'centre' [x, y] and a 'size' [length, width] above 0")
        }
        let angle = (bearing ?? 0) * .pi / 180
        let along = SIMD2(cos(angle), sin(angle)) * (size[0] / 2)
        let across = SIMD2(-sin(angle), cos(angle)) * (size[1] / 2)
        let middle = SIMD2(centre[0], centre[1])
        return [middle - along - across, middle + along - across, middle + along + across, middle - along + across]
    }
}

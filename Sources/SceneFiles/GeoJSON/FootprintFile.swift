internal import Foundation

/// A GeoJSON file (RFC 7946) as far as buildings need it.
struct FootprintFile: Decodable {
    struct Feature: Decodable {
        var id: Scalar?
        var properties: [String: Scalar]?
        var geometry: Geometry?
    }

    /// Rings of points: first the outline, then the holes.
    struct Geometry: Decodable {
        var type: String
        var polygons: [[[[Double]]]]

        enum Key: CodingKey { case type, coordinates }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            type = try values.decode(String.self, forKey: .type)
            switch type {
            case "Polygon": polygons = [try values.decode([[[Double]]].self, forKey: .coordinates)]
            case "MultiPolygon": polygons = try values.decode([[[[Double]]]].self, forKey: .coordinates)
            default: polygons = []
            }
        }
    }

    /// A property's number or text; anything else counts as absent.
    struct Scalar: Decodable {
        var text: String?

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self.text = text
            } else if let number = try? value.decode(Double.self) {
                self.text = number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
            }
        }
    }

    private struct System: Decodable {
        var properties: [String: Scalar]?
    }

    var features: [Feature]
    /// The projected coordinate system that the file names (a member of GeoJSON before RFC 7946).
    var projection: String?

    enum Key: CodingKey { case type, features, crs }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        switch try values.decode(String.self, forKey: .type) {
        case "FeatureCollection": features = try values.decode([Feature].self, forKey: .features)
        case "Feature": features = [try Feature(from: decoder)]
        case let other:
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: values,
                debugDescription: "'\(other)' where FeatureCollection or Feature was expected")
        }
        let name = try values.decodeIfPresent(System.self, forKey: .crs)?.properties?["name"]?.text
        projection = name.flatMap { $0.hasSuffix("CRS84") || $0.hasSuffix("4326") ? nil : $0 }
    }

    static func decode(_ bytes: [UInt8], file: String) throws(SceneFileError) -> FootprintFile {
        do {
            return try JSONDecoder().decode(FootprintFile.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw describe(error, file: file)
        } catch {
            throw SceneFileError(file, "cannot be read as GeoJSON: \(error)")
        }
    }

    private static func describe(_ error: DecodingError, file: String) -> SceneFileError {
        switch error {
        case .dataCorrupted(let context):
            let detail = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey] as? String
            return SceneFileError(file, place(context.codingPath), detail ?? context.debugDescription)
        case .keyNotFound(let key, let context):
            return SceneFileError(file, place(context.codingPath), "'\(key.stringValue)' is missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return SceneFileError(file, place(context.codingPath), context.debugDescription)
        @unknown default: return SceneFileError(file, "cannot be read as GeoJSON")
        }
    }

    /// `features[3].geometry.coordinates[0]`.
    private static func place(_ path: [any CodingKey]) -> SceneFileError.Place {
        if path.isEmpty { return .file }
        let text = path.reduce("") { text, key in
            if let index = key.intValue { return "\(text)[\(index)]" }
            return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
        }
        return .part(text)
    }
}

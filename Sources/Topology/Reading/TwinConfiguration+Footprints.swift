internal import NetworkModel

extension TwinConfiguration {
    private static let originKeys = ["scene_latitude", "scene_longitude", "scene_x", "scene_y"]

    /// Takes the keys that place and raise a scene of building footprints; `scene` is known.
    mutating func takeFootprints(
        _ node: CheckedNode, _ kind: Located<Baseline>, _ collector: inout DiagnosticCollector
    ) {
        let origin = TwinConfiguration.originKeys.map { node[$0]?.number }
        let height = node["building_height"]?.number
        let given = (origin + [height]).compactMap(\.self)
        guard let first = given.first else { return }
        guard kind.value == .ray, scene == nil || hasFootprints else {
            let cause = kind.value == .ray ? "\(scene ?? "-") is none" : "the baseline is \(kind.value.rawValue)"
            for value in given { collector.add("only of a GeoJSON scene of the ray baseline; \(cause)", at: value) }
            return
        }
        buildingHeightMetres = height?.value
        switch (origin[0], origin[1], origin[2], origin[3]) {
        case (nil, nil, nil, nil): sceneOrigin = nil
        case (let latitude?, let longitude?, nil, nil):
            sceneOrigin = .degrees(latitude: latitude.value, longitude: longitude.value)
        case (nil, nil, let x?, let y?): sceneOrigin = .metres(x: x.value, y: y.value)
        default:
            collector.add(
                "an origin is scene_latitude with scene_longitude, or scene_x with scene_y: give one pair", at: first)
        }
    }
}

internal import NetworkModel

extension KeySpecification {
    static let twinKeys: [KeySpecification] = [
        .init("twin", .mapping, "What the micro-twins of the cells start from; measurements then correct it."),
        .init(
            "twin.baseline", .choice(TwinConfiguration.Baseline.allCases.map(\.rawValue)), default: "log-distance",
            "Uncorrected prediction of a link: a fitted distance law, TR 38.901 UMa, ray tracing in `twin.scene`, or "
                + "paths that another ray tracer exported to `twin.paths`."),
        .init(
            "twin.scene", .text,
            "Scene of the `ray` baseline, Mitsuba XML or GeoJSON, relative to the topology file."),
        .init(
            "twin.scene_latitude", .quantity(.angle), range: ("-90deg", "90deg"),
            "Latitude that becomes y = 0 of a GeoJSON scene in degrees (WGS84). Without an origin the centre of all "
                + "footprints."),
        .init(
            "twin.scene_longitude", .quantity(.angle), range: ("-180deg", "180deg"),
            "Longitude that becomes x = 0 of a GeoJSON scene in degrees; goes with `twin.scene_latitude`."),
        .init(
            "twin.scene_x", .quantity(.length), range: ("-10000km", "10000km"),
            "Easting that becomes x = 0 of a GeoJSON scene in metres (UTM, national grid), in place of latitude and "
                + "longitude."),
        .init(
            "twin.scene_y", .quantity(.length), range: ("-10000km", "10000km"),
            "Northing that becomes y = 0 of a GeoJSON scene in metres; goes with `twin.scene_x`."),
        .init(
            "twin.building_height", .quantity(.length), range: ("1m", "1000m"),
            "Height of a GeoJSON scene's buildings that say neither height nor levels. Without it 10 m."),
        .init(
            "twin.scene_edits", .text,
            "JSON file of what came to the scene and what is gone, relative to the topology file; running edges look "
                + "at it every second and follow it. It need not be there yet."),
        .init("twin.paths", .text, "Exported paths of the `paths` baseline, relative to the topology file."),
        .init(
            "twin.model", .text,
            "Fitted state that the twins start from, as `dtnet radio fit --save` writes it or a run leaves it in its "
                + "folder `twins/`, relative to the topology file. Its cells are matched by name. A name that ends in "
                + "`/` is a folder with a state `EDGE.l1` for each edge."),
        .init("twin.depth", .integer, range: ("0", "8"), default: "3", "Interactions of a traced path, at most."),
        .init(
            "twin.interactions",
            .names(maximum: 5, allowed: TwinConfiguration.Interaction.allCases.map(\.rawValue)),
            "How traced paths may meet the scene. Without it `[los, specular, diffraction]`."),
        .init(
            "twin.spacing", .quantity(.length), range: ("0.5m", "100m"), default: "5m",
            "Spacing of the traced map's points."),
        .init(
            "twin.deadline", .quantity(.time), range: ("1s", "1440min"), default: "10min",
            "Time that preparing the baseline, or following edits of its scene, may take; the twins go on with what "
                + "they have."),
    ]
}

/// What the micro-twins of the cells start from (DESIGN 8): the baseline that measurements then correct.
package struct TwinConfiguration: Hashable, Sendable, Codable {
    /// Where the uncorrected prediction of a link comes from.
    package enum Baseline: String, Hashable, Sendable, Codable, CaseIterable {
        /// Distance law of TR 38.901 UMa with an intercept and slope that the twin fits.
        case logDistance = "log-distance"
        /// TR 38.901 UMa (Table 7.4.1-1), LOS and NLOS weighted with the LOS probability.
        case tr38901
        /// Ray tracing in `scene`.
        case ray
        /// Paths that another ray tracer exported, read from `paths`.
        case paths

        /// In words, for people.
        package var text: String {
            switch self {
            case .logDistance: "distance law"
            case .tr38901: "TR 38.901 UMa"
            case .ray: "rays"
            case .paths: "exported paths"
            }
        }
    }

    /// What becomes (0, 0) of a scene of building footprints, in the coordinates of its file.
    package enum SceneOrigin: Hashable, Sendable, Codable {
        /// WGS84 degrees, -90 to 90 and -180 to 180.
        case degrees(latitude: Double, longitude: Double)
        /// Metres of a projected system, x to the east and y to the north.
        case metres(x: Double, y: Double)
    }

    /// How a traced path may meet the scene.
    package enum Interaction: String, Hashable, Sendable, Codable, CaseIterable {
        case los, specular, diffraction, transmission, diffuse
    }

    package var baseline: Baseline = .logDistance
    /// Scene file of the `ray` baseline: Mitsuba XML or GeoJSON.
    package var scene: String?
    /// Where footprints have their origin; nil takes the centre of all of them.
    package var sceneOrigin: SceneOrigin?
    /// Height of footprints that say none, in metres; nil takes the reader's 10 m.
    package var buildingHeightMetres: Double?
    /// File of edits of the scene that a running edge follows (`SceneEdits`); it need not be there yet.
    package var sceneEdits: String?
    /// File of exported paths of the `paths` baseline.
    package var paths: String?
    /// Fitted state that the twins of this run start from, as `dtnet radio fit --save` writes it; a name that ends in
    /// `/` is a folder with a state per edge, as a run leaves it.
    package var model: String?
    /// Interactions of a traced path, at most.
    package var depth: Int = 3
    package var interactions: [Interaction] = [.los, .specular, .diffraction]
    /// Spacing of the traced map's points, in metres.
    package var spacingMetres: Double = 5
    /// Seconds that preparing the baseline, or following edits of its scene, may take.
    package var deadlineSeconds: Double = 600

    package init() {}

    /// Whether the scene is one of building footprints (GeoJSON), by the ending of its name.
    package var hasFootprints: Bool {
        guard let name = scene?.lowercased() else { return false }
        return name.hasSuffix(".geojson") || name.hasSuffix(".json")
    }

    /// The fitted state of one edge: of a folder that edge's own, `NAME.l1`.
    package func model(ofEdge name: String) -> String? {
        model.map { $0.hasSuffix("/") ? "\($0)\(name).l1" : $0 }
    }

    /// Whether the twins keep the distance law that they begin with: no other baseline and no fitted state is named.
    package var isPlainLaw: Bool { baseline == .logDistance && model == nil }
}

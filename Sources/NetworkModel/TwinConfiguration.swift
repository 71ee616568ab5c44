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
    }

    /// How a traced path may meet the scene.
    package enum Interaction: String, Hashable, Sendable, Codable, CaseIterable {
        case los, specular, diffraction, transmission, diffuse
    }

    package var baseline: Baseline = .logDistance
    /// Scene file of the `ray` baseline: Mitsuba XML or GeoJSON.
    package var scene: String?
    /// File of edits of the scene that a running edge follows (`SceneEdits`); it need not be there yet.
    package var sceneEdits: String?
    /// File of exported paths of the `paths` baseline.
    package var paths: String?
    /// Fitted state that the twins of this run start from, as `dtnet radio fit --save` writes it.
    package var model: String?
    /// Interactions of a traced path, at most.
    package var depth: Int = 3
    package var interactions: [Interaction] = [.los, .specular, .diffraction]
    /// Spacing of the traced map's points, in metres.
    package var spacingMetres: Double = 5
    /// Seconds that preparing the baseline, or following edits of its scene, may take.
    package var deadlineSeconds: Double = 600

    package init() {}
}

internal import RadioPropagation

/// What a run of `dtnet radio map` found.
struct MapSummary: RadioSummary {
    var scene: String
    var frequencyHz: Double
    var depth: Int
    var interactions: String
    var sample: String
    var receiver: String
    var quantity: String
    var transmitters: Int
    var subbands: Int
    /// Cells that are done.
    var cells: Int
    /// Cells that the deadline left, the last ones of the map.
    var cellsMissing: Int
    var covered: Double
    /// Of the best server, where there are several transmitters.
    var medianPathGainDb: Double?
    /// Of the quantity, over all subbands.
    var median: Double?
    var complete: Bool
    var loadSeconds: Double
    var pathSeconds: Double
    var fieldSeconds: Double
    var out: String?
    var png: String?

    init(maps: [RadioMap], values: MapValues?, missing: Int, run: RadioRun, command: MapCommand) {
        let options = command.options
        scene = run.scene.name
        frequencyHz = options.frequency
        depth = options.depth
        interactions = options.interactions.text
        sample = command.sample.rawValue
        receiver = command.receivedPolarisation.rawValue
        quantity = command.quantity.rawValue
        transmitters = maps.count
        subbands = 1
        let best = RadioMap(
            gains: maps[0].gains.indices.map { cell in maps.reduce(0) { max($0, $1.gains[cell]) } })
        cells = best.gains.count
        cellsMissing = missing
        covered = best.coverage
        medianPathGainDb = MapSummary.median(of: best.gains.indices.compactMap(best.gainDb))
        median = MapSummary.median(of: values?.columns[0].compactMap(\.self) ?? [])
        complete = run.isComplete && missing == 0
        loadSeconds = run.loadSeconds
        pathSeconds = run.pathSeconds
        fieldSeconds = run.fieldSeconds
        out = values == nil ? nil : options.out
        png = values == nil ? nil : command.png
    }

    private static func median(of values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }

    var lines: [String] {
        let hundredths = { (value: Double) in (value * 100).rounded() / 100 }
        var lines = [
            "\(cells) cells, \(hundredths(100 * covered)) % covered: scene \(hundredths(loadSeconds)) s, "
                + "paths \(hundredths(pathSeconds)) s, fields \(hundredths(fieldSeconds)) s"
        ]
        if !complete && cellsMissing == 0 {
            lines.append("paths may be missing: the search met its bound on candidate surfaces")
        }
        return lines
    }
}

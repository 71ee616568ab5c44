internal import Foundation
internal import Simulator

/// What a study of effects came to.
struct EffectReport: Encodable {
    struct Action: Encodable {
        var seed: UInt64
        var action: String
        var source: String
        var predicted: Double
        var predictedLow: Double
        var effect: Double
        var rolledBackSeconds: Double?
        var effectInForce: Double?
        /// Seconds until the fork established harm, epochs until it was taken back, and the effect from then on.
        var harmSeconds: Double?
        var harmEpochs: Int?
        var effectAfter: Double?
        var missed: Double?
        var missedWithout: Double?
    }

    /// Effects below are harm that has to be found and taken back.
    private static let harm = -0.01
    /// Within so many epochs.
    private static let mostEpochs = 10

    var topology: String
    var seeds: Int
    private(set) var actions: [Action] = []

    init(topology: String, seeds: Int) {
        self.topology = topology
        self.seeds = seeds
    }

    mutating func add(_ effect: EffectStudy.Effect) {
        actions.append(
            Action(
                seed: effect.seed, action: effect.action, source: effect.source, predicted: effect.predicted,
                predictedLow: effect.predictedLow, effect: effect.effect,
                rolledBackSeconds: effect.rolledBackSeconds, effectInForce: effect.effectInForce,
                harmSeconds: effect.harm?.seconds, harmEpochs: effect.harm?.epochs,
                effectAfter: effect.harm?.effectAfter, missed: effect.missed,
                missedWithout: effect.missedWithout))
    }

    var lines: [String] {
        guard !actions.isEmpty else { return ["no action was adopted in \(seeds) seeds"] }
        let effects = actions.map(\.effect)
        let count = Double(effects.count)
        let mean = effects.reduce(0, +) / count
        let variance = effects.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
        let error = (variance / count).squareRoot()
        var table = TextTable(["action", "adopted", "predicted %", "effect %", "below -1 %"], numeric: [1, 2, 3, 4])
        for kind in Set(actions.map(EffectReport.kind)).sorted() {
            let own = actions.filter { EffectReport.kind(of: $0) == kind }
            let part = { (value: (Action) -> Double) in own.reduce(0) { $0 + value($1) } / Double(own.count) }
            table.add([
                kind, "\(own.count)", SimulateCommand.digits(100 * part(\.predicted)),
                SimulateCommand.digits(100 * part(\.effect)), "\(own.count { $0.effect < EffectReport.harm })",
            ])
        }
        return table.lines + [
            "\(actions.count) actions adopted in \(seeds) seeds: mean effect on M "
                + "\(SimulateCommand.digits(100 * mean)) % (standard error \(SimulateCommand.digits(100 * error))), "
                + "predicted \(SimulateCommand.digits(100 * actions.reduce(0) { $0 + $1.predicted } / count)) %"
        ] + harmLines + guaranteeLines
    }

    /// What became of actions that did harm, by the fork and by the test in operation.
    private var harmLines: [String] {
        let harmful = actions.filter { $0.effect < EffectReport.harm }
        let shown = actions.filter { $0.harmSeconds != nil }
        let inTime = shown.count { $0.harmEpochs ?? .max <= EffectReport.mostEpochs }
        let most = shown.compactMap(\.harmEpochs).max().map { "\($0)" } ?? "-"
        let after = shown.compactMap(\.effectAfter)
        let mean = after.isEmpty ? "-" : SimulateCommand.digits(100 * after.reduce(0, +) / Double(after.count))
        return [
            "below -1 % over the watch: \(harmful.count), of which the fork established "
                + "\(harmful.count { $0.harmSeconds != nil })",
            "established by the fork: \(shown.count), \(shown.count { $0.effect >= EffectReport.harm }) of them not "
                + "below -1 % in the end; taken back within \(EffectReport.mostEpochs) epochs \(inTime) "
                + "(most \(most)); effect from then on \(mean) %",
        ] + operationLines
    }

    /// What the test in operation, which knows no fork, made of harmless actions and of harmful ones.
    private var operationLines: [String] {
        let harmless = actions.filter { $0.effect >= EffectReport.harm }
        let accused = harmless.filter { $0.rolledBackSeconds != nil }
        let harmful = actions.filter { $0.effect < EffectReport.harm }
        let found = harmful.filter { $0.rolledBackSeconds != nil }
        let lost = accused.count { $0.effectInForce ?? 0 < EffectReport.harm }
        return [
            "test in operation: accused \(accused.count) of \(harmless.count) that did no such harm"
                + "\(EffectReport.percent(accused.count, of: harmless.count)), asked are 5 % at most; "
                + "\(lost) of them were below -1 % until they were taken back",
            "test in operation: found \(found.count) of \(harmful.count) below -1 %"
                + EffectReport.percent(found.count, of: harmful.count),
        ]
    }

    private static func percent(_ part: Int, of count: Int) -> String {
        count == 0 ? "" : " (\(SimulateCommand.digits(100 * Double(part) / Double(count))) %)"
    }

    /// Guarantees in the emulated truth, with the actions and without.
    private var guaranteeLines: [String] {
        let pairs = actions.compactMap { action in
            action.missed.flatMap { missed in action.missedWithout.map { (with: missed, without: $0) } }
        }
        guard !pairs.isEmpty else { return [] }
        let count = Double(pairs.count)
        let with = SimulateCommand.digits(100 * pairs.reduce(0) { $0 + $1.with } / count)
        let without = SimulateCommand.digits(100 * pairs.reduce(0) { $0 + $1.without } / count)
        return [
            "UE-seconds below their guarantee: \(with) % with the actions, \(without) % without; more of them with "
                + "\(pairs.count { $0.with > $0.without }) actions, fewer with \(pairs.count { $0.with < $0.without })"
        ]
    }

    private static func kind(of action: Action) -> String {
        action.action.split(separator: "\"").dropFirst(3).first.map(String.init) ?? "?"
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        try OutputFile.write(encoder.encode(self), to: path)
    }
}

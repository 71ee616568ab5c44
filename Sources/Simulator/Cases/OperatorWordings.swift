internal import LanguageEngine
internal import NetworkModel

/// Sentences in which operators ask for one intent: several per kind of target.
enum OperatorWordings {
    /// - Parameter slices: names of the network's slices.
    static func texts(_ intent: Intent, slices: [String]) -> [String] {
        guard intent.targets.count == 1, let target = intent.targets.first, let scope = scope(intent, slices) else {
            return []
        }
        let rest = intent.savesElsewhere ? ", save energy elsewhere" : ""
        return sentences(target, scope).map { $0 + rest }
    }

    private static func scope(_ intent: Intent, _ slices: [String]) -> String? {
        switch intent.scope {
        case .slice(let slice): slices[slice]
        case .cells(let cells): cells.count == 1 ? "cell \(cells[0].index)" : nil
        case .network, .sliceInCells: nil
        }
    }

    private static func sentences(_ target: Intent.Target, _ scope: String) -> [String] {
        switch target {
        case .priority(2):
            [
                "give \(scope) priority", "prioritise \(scope)", "put \(scope) first", "boost \(scope)",
                "favour \(scope)", "\(scope) comes first", "\(scope) takes precedence",
            ]
        case .priority(let factor) where factor > 1:
            ["raise the priority of \(scope) to \(factor)", "give \(scope) a higher priority, \(factor)"]
        case .rate(let bps):
            [
                "give \(scope) at least \(bps / 1e6) Mbit/s", "keep \(scope) above \(bps / 1e6) Mbit/s",
                "\(scope) users need \(bps / 1e6) Mbit/s or more",
            ]
        case .power(let dbm):
            ["cap \(scope) at \(dbm) dBm", "limit \(scope) to \(dbm) dBm", "\(scope): at most \(dbm) dBm"]
        case .energy:
            ["save energy in \(scope)", "reduce the energy of \(scope)", "\(scope) should go easy on energy"]
        default: []
        }
    }
}

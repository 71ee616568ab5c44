internal import LanguageEngine
internal import NetworkModel
internal import TwinProtocol

extension RecordAnswers {
    /// Load, users or throughput of the cells of a question by the newest figures that L3 recorded, of all cells where
    /// it names none; nil where there are none, or a slice is asked for, which they do not tell apart.
    func figures(_ question: OperatorQuestion, _ kpi: OperatorQuestion.KPI) -> [GroundedAnswer.Statement]? {
        guard question.slice == nil, let (row, figures) = record.newestFigures else { return nil }
        let named = question.cells.map(\.index).filter(figures.load.indices.contains)
        guard question.cells.isEmpty || !named.isEmpty else { return nil }
        var statements: [GroundedAnswer.Statement] = []
        if named.count != 1 {
            let cells = named.isEmpty ? Array(figures.load.indices) : named
            let scope = named.isEmpty ? "the network" : "these \(named.count) cells"
            let (text, value) = RecordAnswers.whole(kpi, figures, cells)
            statements.append(
                .init(
                    "\(scope): \(text) in epoch \(figures.epoch)", [row], formed: [value, Double(named.count)]))
        }
        return statements
            + named.prefix(RecordAnswers.most).map { cell in
                .init("cell \(cell): \(RecordAnswers.one(kpi, figures, cell)) in epoch \(figures.epoch)", [row])
            }
    }

    private static func one(_ kpi: OperatorQuestion.KPI, _ figures: CellFigures, _ cell: Int) -> String {
        switch kpi {
        case .users: "\(figures.users[cell]) users"
        case .throughput: "\(number(figures.throughputKbps[cell] / 1e3)) Mbit/s"
        default:
            "load \(number(100 * figures.load[cell], digits: 0)) %, forecast "
                + "\(number(100 * figures.forecastLoad[cell], digits: 0)) %"
        }
    }

    private static func whole(
        _ kpi: OperatorQuestion.KPI, _ figures: CellFigures, _ cells: [Int]
    ) -> (text: String, value: Double) {
        switch kpi {
        case .users:
            let users = cells.reduce(0) { $0 + figures.users[$1] }
            return ("\(users) users", Double(users))
        case .throughput:
            let mbps = cells.reduce(0) { $0 + figures.throughputKbps[$1] } / 1e3
            return ("\(number(mbps)) Mbit/s", mbps)
        default:
            let percent = 100 * cells.reduce(0) { $0 + figures.load[$1] } / Double(max(1, cells.count))
            return ("mean load \(number(percent, digits: 0)) %", percent)
        }
    }
}

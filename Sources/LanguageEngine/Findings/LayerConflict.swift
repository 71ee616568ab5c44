package import NetworkModel

/// Two things that layers or operators want at one time and that stand against each other: an action in force and what
/// another layer says of its place, or what operators ask for.
package struct LayerConflict: Hashable, Sendable, Codable {
    /// What stands against the action.
    package enum Opponent: Hashable, Sendable, Codable {
        /// L2 forecasts more load in the cell than it can carry; shares of the PRBs.
        case load(now: Double, forecast: Double)
        /// The guarantees of a slice lack PRBs, in the cell where one is named.
        case slice(Int)
        /// What an operator asks for.
        case wish(ActionForm)
    }

    package var action: ActionForm
    /// The decision by which the action is in force; nil where an operator asks for it.
    package var decision: UInt64?
    /// An operator asks for the action, or consented to it: it does not give way to what nobody asked for.
    package var isWished: Bool
    /// Where; nil where it is about slices.
    package var cell: CellID?
    package var opponent: Opponent

    package init(action: ActionForm, decision: UInt64?, isWished: Bool, cell: CellID?, opponent: Opponent) {
        self.action = action
        self.decision = decision
        self.isWished = isWished
        self.cell = cell
        self.opponent = opponent
    }

    /// Whether both are between the same two, whatever the figures.
    func isAboutTheSame(as other: LayerConflict) -> Bool {
        guard action == other.action, decision == other.decision, cell == other.cell else { return false }
        if case .load = opponent, case .load = other.opponent { return true }
        return opponent == other.opponent
    }

    /// Both sides in a few words, with the layers whose views they are.
    ///
    /// - Parameter slices: names of the network's slices.
    func text(slices: [String]) -> String {
        let own = LayerConflict.words(action)
        let first = decision.map { "\(own) by decision \($0)" } ?? "an operator's \(own)"
        let place = cell.map { "cell \($0.index) " } ?? ""
        switch opponent {
        case .load(let now, let forecast):
            return "\(first) against \(place)load \(Finding.percent(now)) going to \(Finding.percent(forecast)) (L2)"
        case .slice(let slice): return "\(first) against \(place)slice \(slices[slice]) that lacks PRBs (L2)"
        case .wish(let other): return "\(first) against an operator's \(LayerConflict.words(other))"
        }
    }

    /// The same for conflicts that call for the same answer.
    var meaning: String {
        let against: String =
            switch opponent {
            case .load: "load"
            case .slice(let slice): "slice \(slice)"
            case .wish(let other): LayerConflict.words(other)
            }
        return "\(LayerConflict.words(action)) \(cell?.index ?? -1) \(isWished) \(against)"
    }

    /// An action by its kind, its place and its layer.
    private static func words(_ form: ActionForm) -> String {
        var text = UntrustedText.cleaned(form.action, limit: 32)
        if let cell = form.cell { text += " of cell \(cell)" }
        if let other = form.other { text += " to cell \(other)" }
        if let slice = form.slice { text += " of slice \(UntrustedText.cleaned(slice, limit: 32))" }
        return text + (ActionKind(rawValue: form.action).map { " (\($0.layer.rawValue))" } ?? "")
    }
}

internal import Numerics

/// Proposals drawn at random from a menu: how much of what a model does on it the menu does alone.
package struct MenuProposer: Sendable {
    private let menu: ActionMenu
    private let generator: CounterGenerator

    package init(_ menu: ActionMenu, seed: UInt64) {
        self.menu = menu
        generator = CounterGenerator(seed: seed, purpose: 0x6d65_6e75)
    }

    /// Forms of a cycle: kinds, of a kind its targets, and values are drawn uniformly; none is drawn again on the same
    /// target. Fewer than `count` where the menu is shorter.
    ///
    /// - Parameter cycle: draws of one number are the same on every call.
    package func forms(_ count: Int, cycle: UInt64) -> [ActionForm] {
        var entries = menu.entries
        var forms: [ActionForm] = []
        while forms.count < count, !entries.isEmpty {
            let key = cycle &* 64 &+ UInt64(forms.count)
            let pick = { (item: UInt64, count: Int) in Int(generator.uniform(key, item) * Double(count)) }
            let kinds = ActionKind.allCases.filter { kind in entries.contains { $0.kind == kind } }
            let kind = kinds[pick(0, kinds.count)]
            let own = entries.filter { $0.kind == kind }
            let entry = own[pick(1, own.count)]
            entries.removeAll { $0 == entry }
            let branches = menu.branches(entry)
            let branch = branches[pick(2, branches.count)]
            forms.append(branch.form { field, values in pick(3 + UInt64(field), values) })
        }
        return forms
    }
}

/// What an operator, or an alarm system beside the network, has to say.
package enum OperatorEntry: Hashable, Sendable {
    /// An expectation; `name` is what it is cancelled by.
    case intent(name: String, Intent)
    /// What would this expectation lead to? The twins try it, and nothing of it comes into force.
    case trial(name: String, Intent)
    case cancel(name: String)
    /// Consent to a proposed decision.
    case approve(number: UInt64)
    /// An adopted action is to be in force no longer.
    case withdraw(number: UInt64)
    /// An alarm in its own words. Data, never an instruction.
    case alarm(text: String)
}

/// What a look for entries has found.
package struct OperatorMail: Hashable, Sendable {
    /// In their order.
    package var entries: [OperatorEntry]
    /// Name of the last of them, behind which the next look begins; nil where there is none.
    package var last: String?

    package init(_ entries: [OperatorEntry] = [], last: String? = nil) {
        self.entries = entries
        self.last = last
    }
}

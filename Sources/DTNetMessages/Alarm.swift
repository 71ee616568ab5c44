package import NetworkModel

/// L1, L2 or a leader to L3: something of theirs is wrong, or right again. Its text is data for whoever reads it.
package struct Alarm: Hashable, Sendable {
    package var code: AlarmCode
    /// `cleared` where it is over.
    package var severity: AlarmSeverity
    /// Cells that it concerns, ascending; empty where it concerns none in particular. Code and cells say which alarm of
    /// a sender is cleared.
    package var cell: [UInt32]
    /// Epoch in which it was raised, and how often it was seen since then.
    package var raisedEpoch: UInt64
    package var count: UInt32
    /// `MessageCheck.maxTextBytes` at most; `init` cuts what is longer.
    package private(set) var text: String

    package init(
        code: AlarmCode, severity: AlarmSeverity, cell: [UInt32] = [], raisedEpoch: UInt64, count: UInt32 = 1,
        text: String
    ) {
        self.code = code
        self.severity = severity
        self.cell = cell
        self.raisedEpoch = raisedEpoch
        self.count = count
        self.text = Alarm.cut(text)
    }

    /// Whether both are the same alarm of one sender, raised or over.
    package func isSame(as other: Alarm) -> Bool { code == other.code && cell == other.cell }

    /// Without the end that a message has no room for; whole characters stay whole.
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > MessageCheck.maxTextBytes else { return text }
        var bytes = 0
        return String(
            text.unicodeScalars.prefix { scalar in
                bytes += scalar.utf8.count
                return bytes <= MessageCheck.maxTextBytes
            })
    }
}

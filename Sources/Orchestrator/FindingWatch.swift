internal import LanguageEngine

/// Tells findings that are new from those that a cycle has looked at: by kind and place, since figures change with
/// every report. One that comes and goes is new again only once it has been gone for a while, so that a figure at its
/// threshold is no stream of events.
struct FindingWatch: Sendable {
    private struct Known: Sendable {
        let finding: Finding
        var seenEpoch: UInt64
    }

    /// Findings of cycles that have been there lately.
    private var known: [Known] = []
    private let goneEpochs: UInt64

    /// A finding that has been gone for so long is new when it comes back.
    static let goneSeconds = 5.0

    /// - Parameter goneEpochs: of `goneSeconds`.
    init(goneEpochs: UInt64) { self.goneEpochs = goneEpochs }

    /// A cycle looks at these.
    mutating func take(_ findings: [Finding], epoch: UInt64) {
        see(findings, epoch: epoch)
        for finding in findings where !isKnown(finding) { known.append(Known(finding: finding, seenEpoch: epoch)) }
    }

    /// Epochs are numbered anew, from this one on.
    mutating func restartEpochs(at epoch: UInt64) {
        for index in known.indices { known[index].seenEpoch = epoch }
    }

    /// Whether one of these is new and starts a cycle. What an engine answered does not: the question was a cycle's
    /// own, and cycles would ask and be answered without end.
    mutating func hasNew(in findings: [Finding], epoch: UInt64) -> Bool {
        see(findings, epoch: epoch)
        return findings.contains { finding in
            if case .clarification = finding { return false }
            return !isKnown(finding)
        }
    }

    private func isKnown(_ finding: Finding) -> Bool { known.contains { $0.finding.isAboutTheSame(as: finding) } }

    private mutating func see(_ findings: [Finding], epoch: UInt64) {
        for index in known.indices {
            let isThere = findings.contains(where: known[index].finding.isAboutTheSame)
            // Epochs of a radio network that was started anew may lie below.
            known[index].seenEpoch = isThere ? epoch : min(known[index].seenEpoch, epoch)
        }
        known.removeAll { $0.seenEpoch + goneEpochs <= epoch }
    }
}

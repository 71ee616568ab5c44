internal import ArgumentParser
package import NetworkModel

/// Values of options, from the text of the command line.
package enum ToolArguments {
    private static let units: [(name: String, seconds: Double)] = [
        ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("min", 60), ("h", 3600),
    ]

    /// A length of time with its unit: `20ms`, `30s`, `2min`; more than 0 and at most a week.
    package static func duration(_ text: String) throws -> Instant.Span {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(digits.count)
        guard let number = Double(digits), let known = units.first(where: { $0.name == unit }) else {
            throw ValidationError("'\(text)' is no length of time: write a number with us, ms, s, min or h, e.g. 30s")
        }
        let seconds = number * known.seconds
        // Below half a nanosecond it rounds to none.
        guard seconds > 0, seconds <= 604_800, case let span = Instant.Span.seconds(seconds), span > .zero else {
            throw ValidationError("'\(text)' is not more than 0 and at most a week")
        }
        return span
    }

    package static func hierarchy(_ text: String) throws -> Hierarchy {
        guard let hierarchy = Hierarchy(rawValue: text) else {
            throw ValidationError("'\(text)' is no hierarchy: fch, sch or dch")
        }
        return hierarchy
    }

    /// Hierarchies separated by commas, each once, in the order given.
    package static func hierarchies(_ text: String) throws -> [Hierarchy] {
        let all = try text.split(separator: ",", omittingEmptySubsequences: false).map { try hierarchy(String($0)) }
        guard Set(all).count == all.count else { throw ValidationError("'\(text)' names a hierarchy twice") }
        return all
    }

    static let hierarchyNames = CompletionKind.list(Hierarchy.allCases.map(\.rawValue))
}

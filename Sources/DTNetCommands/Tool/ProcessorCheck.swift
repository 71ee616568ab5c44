internal import Foundation

/// Whether this machine's processor can run what is built for x86-64-v3 (System V ABI, x86-64 supplement, table 3.1).
package enum ProcessorCheck {
    private static let needed = ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"]

    /// Throws `missing` where this processor lacks something; passes where the system does not tell.
    static func run() throws {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return }
        let lacking = lacking(in: text)
        guard !lacking.isEmpty else { return }
        throw ToolFailure(
            .missing,
            "dtnet is built for x86-64-v3 (Haswell, Zen or newer); this processor lacks: "
                + lacking.joined(separator: " "))
    }

    /// What the first processor of a `/proc/cpuinfo` lacks; empty where it has no line of flags.
    package static func lacking(in text: String) -> [String] {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else { return [] }
        let flags = Set(line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ":" }))
        return needed.filter { !flags.contains(Substring($0)) }
    }
}

internal import Benchmarking
internal import Foundation

extension BenchReport {
    /// Writes the report as JSON.
    func write(to path: String) throws { try OutputFile.write(json(), to: path) }

    /// Prints the report on standard output, as a table or as JSON.
    func show(asJSON: Bool = false) throws {
        let text =
            asJSON
            ? String(decoding: try json(), as: UTF8.self)
            : BenchTable(self, usesColour: Terminal.resultsShowColours).text
        Terminal.result(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }
}

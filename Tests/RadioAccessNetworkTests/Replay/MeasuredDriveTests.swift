import Foundation
import NetworkModel
import RadioAccessNetwork
import Testing

/// The measured drives beside the checkout; skipped where they are absent.
struct MeasuredDriveTests {
    static let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("shared/data")

    static func isPresent(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: data.appendingPathComponent(folder).path)
    }

    private func traces(_ folder: String, _ format: ReplayConfiguration.Format) throws -> [ParsedTrace] {
        let path = Self.data.appendingPathComponent(folder).path
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { name in
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
            #expect(TraceParser.format(of: bytes) == format)
            return try TraceParser.parse(bytes: bytes, name: name, format: format)
        }
    }

    @Test(.enabled(if: isPresent("ucc-5g-drive"), "needs ../shared/data/ucc-5g-drive beside the checkout"))
    func phoneDrivesReplay() throws {
        let drives = try traces("ucc-5g-drive", .ucc)
        #expect(drives.count == 11 && drives.allSatisfy { $0.refusedRows == 0 && $0.gaps == 0 })
        #expect(drives.reduce(0) { $0 + $1.rows.count } == 21_225)
        let configuration = ReplayNetworkTests.configuration(drives)
        #expect(configuration.cells.count == 105)
        var network = try ReplayNetwork(configuration: configuration, traces: drives)
        network.advance(toSlot: 6_000)
        let report = network.measurements(cells: configuration.cells.map(\.id))
        #expect(report.ues.count >= 6 && report.gainDb.allSatisfy { $0.isFinite })
        let values = network.takeCompletedWindows().compactMap { $0.networkValueMbps() }
        #expect(values.count == 60 && values.allSatisfy { $0 > 1 && $0 < 150 })
        #expect(report.handoversIn.reduce(0, +) == 3)
    }

    @Test(.enabled(if: isPresent("cicv5g"), "needs ../shared/data/cicv5g beside the checkout"))
    func vehicleRunsReplay() throws {
        let runs = try traces("cicv5g", .cicv5g)
        #expect(runs.count == 5 && runs.allSatisfy { $0.refusedRows == 0 })
        let configuration = ReplayNetworkTests.configuration(runs)
        #expect(configuration.cells.map(\.name) == ["5C422503D", "5C4225714"])
        var network = try ReplayNetwork(configuration: configuration, traces: runs)
        var oldest: Float = 0
        for step in 1...60 as ClosedRange<Int64> {
            network.advance(toSlot: step * 100)
            oldest = max(oldest, network.measurements(cells: [CellID(0), CellID(1)]).readingAgeMs.max() ?? 0)
        }
        // Rows come at 20 Hz, readings change every 13 s or so.
        #expect(oldest > 8_000)
        #expect(network.measurements(cells: [CellID(0)]).ues.count == 2)
    }
}

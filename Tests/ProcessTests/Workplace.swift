import Foundation

/// A folder of its own for one test, removed with it.
final class Workplace {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "dtnet-test-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    static let campus = ToolRun.root.appending(path: "topologies/campus.yaml").path

    /// Two sites of one cell each in two regions, on one host: every wire is a loopback.
    static let smallText = """
        name: small
        seed: 7
        hierarchy: sch
        epoch: 20ms
        hosts:
          local: {labels: [field, edge, cloud]}
        sites:
          - {name: north, x: 0m, y: 0m, region: a, sectors: 1}
          - {name: south, x: 300m, y: 0m, region: b, sectors: 1}
        regions:
          a: {edge: local}
          b: {edge: local}
        scenario:
          emulated: {ues_per_cell: 4}
        """

    /// Writes a topology file and returns its path.
    func write(_ text: String, as name: String = "small.yaml") throws -> String {
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// Run folders made here, oldest first.
    var runs: [URL] {
        let parent = folder.appending(path: "runs")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
        return names.sorted().map { parent.appending(path: $0) }
    }
}

import Foundation
import Testing

/// A radio network in another language joins through the documented messages alone.
@Suite(.serialized) struct PeerTests {
    private static let python = ToolRun.root.appending(path: ".venv/bin/python")
    private static let peer = ToolRun.root.appending(path: "Tests/PythonPeer/peer.py")

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: python.path), "no .venv: scripts/bootstrap.sh --with-tests"
        ),
        arguments: ["fch", "sch", "dch"])
    func aForeignRadioNetworkGetsValidDirectives(hierarchy: String) throws {
        let place = try Workplace()
        let run = try ToolRun(
            ["up", try place.write(Workplace.smallText), "--hierarchy", hierarchy, "--external", "ran"],
            in: place.folder)
        #expect(try run.nextResult() == "external process ran (nodes 0)")
        let plan = try Plan(path: String(try run.nextResult().split(separator: " ")[1]))
        let endpoint = String(try run.nextResult().split(separator: " ")[1])
        #expect(endpoint.hasPrefix("ipc:///"))
        let serves = plan.edges.flatMap { edge in
            ["--serves", "\(edge.id.rawValue):\(edge.cells.map { "\($0.rawValue)" }.joined(separator: ","))"]
        }
        let peer = try ToolRun(
            [Self.peer.path, "--endpoint", endpoint, "--epoch-ms", "20", "--directives", "10"] + serves,
            in: place.folder, executable: Self.python)
        let (status, output) = try peer.finish()
        #expect(status == 0, "\(output) \(peer.progress.suffix(10))")
        run.signal(SIGINT)
        #expect(try run.finish().status == 130)
    }

    /// The part of `plan.json` that the peer needs.
    private struct Plan: Decodable {
        struct Number: Decodable {
            var rawValue: Int
        }

        struct Node: Decodable {
            var id: Number
            var role: String
            var cells: [Number]
        }

        var nodes: [Node]
        var edges: [Node] { nodes.filter { $0.role == "edge" } }

        init(path: String) throws {
            let text = try Data(contentsOf: URL(fileURLWithPath: path))
            self = try JSONDecoder().decode(Plan.self, from: text)
        }
    }
}

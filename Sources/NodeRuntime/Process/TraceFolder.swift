internal import Foundation
package import NetworkModel

/// The files of a plan's measured drives.
package enum TraceFolder {
    /// Files of one folder, at most.
    private static let most = 1_000

    /// Name and bytes of each file of the plan's replay, by name; none where the network is emulated.
    package static func files(of plan: WiringPlan) throws(RuntimeError) -> [(name: String, bytes: [UInt8])] {
        guard case .replay(let replay) = plan.network.scenario else { return [] }
        var files: [(name: String, bytes: [UInt8])] = []
        for path in try paths(at: replay.path) {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw RuntimeError(.usage, "cannot read the trace \(path)")
            }
            files.append((path, [UInt8](data)))
        }
        return files
    }

    private static func paths(at path: String) throws(RuntimeError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw RuntimeError(.usage, "there is no trace at \(path)")
        }
        guard isFolder.boolValue else { return [path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let traces = names.filter { $0.hasSuffix(".csv") || $0.hasSuffix(".txt") }.sorted()
        guard (1...most).contains(traces.count) else {
            throw RuntimeError(.usage, "\(path) holds \(traces.count) .csv or .txt files, 1 to \(most) are read")
        }
        return traces.map { "\(path)/\($0)" }
    }
}

import Foundation
import Glibc
import Testing

/// What a user gets wrong ends in one line that says what and where, before anything is done that takes time.
@Suite(.serialized) struct HostileInputTests {
    @Test(arguments: [
        ["up", "--duration", "-1s"], ["up", "--warm-up", "-1s"], ["bench", "--duration", "-1s"],
        ["simulate", "--epochs", "-5"], ["simulate", "--seed", "-1"],
    ])
    func aNegativeValueIsNamed(words: [String]) throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, _, errors) = try ToolRun.run([words[0], file] + words.dropFirst(), in: place.folder)
        #expect(status == 2 && errors.count == 1)
        #expect(errors[0].contains(words[1]) && !errors[0].contains("Missing"), "\(errors)")
        #expect(place.runs.isEmpty)
    }

    /// Where no negative number has a meaning the parser takes it for an option.
    @Test func aNegativeValueOfAnotherOptionIsNamed() throws {
        let place = try Workplace()
        let (status, output, errors) = try ToolRun.run(
            ["rrm", "associate", "--ues", "5", "--sites", "-1"], in: place.folder)
        #expect(status == 2 && output.isEmpty && errors.count == 1)
        #expect(errors[0].contains("'--sites <sites>': a negative value is written '--sites=-1' "), "\(errors)")
    }

    @Test(arguments: ["simulate", "bench"]) func whereNoReportCanGoIsSaidFirst(command: String) throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        for path in ["missing/report.json", place.folder.path, ""] {
            let (status, output, errors) = try ToolRun.run([command, file, "--json", path], in: place.folder)
            #expect(status == 2 && output.isEmpty && errors.count == 1)
            #expect(errors[0].hasPrefix("cannot write \(path.isEmpty ? "''" : path): "), "\(errors)")
        }
        #expect(place.runs.isEmpty)
    }

    @Test(arguments: [
        ("{baseline: ray, scene: no.xml}", "scene", "no.xml", "no such file"),
        ("{baseline: paths, paths: no.csv}", "paths", "no.csv", "no such file"),
        ("{model: .}", "model", ".", "a folder, not a file; a folder of states ends in /"),
        ("{model: ./}", "model", ".l1", "no such file"),
    ])
    func whatTwinsStartFromMustBeThere(twin: String, key: String, name: String, why: String) throws {
        let place = try Workplace()
        let file = try place.write("twin: \(twin)\n" + Workplace.smallText)
        for command in ["validate", "up", "simulate"] {
            let (status, _, errors) = try ToolRun.run([command, file], in: place.folder)
            #expect(status == 2 && errors.count == 1)
            #expect(errors[0].contains("twin.\(key): ") && errors[0].hasSuffix("\(name): \(why)"), "\(errors)")
        }
        #expect(place.runs.isEmpty)
    }

    @Test func aFullDiskIsSaidInTheSystemsWords() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, _, errors) = try ToolRun.run(
            ["simulate", file, "--epochs", "20", "--json", "/dev/full"], in: place.folder)
        #expect(status == 1 && errors.last == "cannot write /dev/full: No space left on device", "\(errors)")
    }

    @Test func aReportGoesToADevice() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, _, errors) = try ToolRun.run(
            ["simulate", file, "--epochs", "20", "--json", "/dev/null"], in: place.folder)
        #expect(status == 0, "\(errors)")
        var device = stat()
        #expect(stat("/dev/null", &device) == 0 && device.st_mode & S_IFMT == S_IFCHR)
    }

    @Test func aNetworkWithoutUsersHasAReport() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText.replacing("ues_per_cell: 4", with: "ues_per_cell: 0"))
        let (status, output, errors) = try ToolRun.run(
            ["simulate", file, "--epochs", "60", "--json", "s.json"], in: place.folder)
        #expect(status == 0, "\(errors)")
        #expect(!output.contains("nan") && !output.contains("inf"), "\(output)")
        let report = try Data(contentsOf: place.folder.appending(path: "s.json"))
        #expect(try JSONSerialization.jsonObject(with: report) is [String: Any])
    }

    @Test func aTakenPortIsNamed() throws {
        let place = try Workplace()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, address, &size) == 0
            }
        }
        try #require(bound)
        let port = UInt16(bigEndian: address.sin_port)
        let file = try place.write(
            Workplace.smallText.replacing(
                "local: {labels: [field, edge, cloud]}",
                with: "local: {labels: [field, edge, cloud], address: 127.0.0.1, port: \(port)}"))
        let (status, _, errors) = try ToolRun.run(["up", file, "--duration", "1s"], in: place.folder)
        #expect(status == 1)
        #expect(errors.last?.contains("127.0.0.1:\(port): cannot bind: Address already in use") == true, "\(errors)")
    }

    // MARK: - Traces

    private static let header = "Timestamp,Longitude,Latitude,RAWCELLID,RSRP,SNR,CQI,NRxRSRP,DL_bitrate"

    private static func row(_ second: Int, cell: Int, rsrp: String = "-99") -> String {
        "2019.12.14_10.16.\(second < 10 ? "0" : "")\(second),-8.39,51.9\(second),\(cell),\(rsrp),6,12,-,700"
    }

    private func replay(_ lines: [String], _ place: Workplace) throws -> (status: Int32, errors: [String]) {
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: place.folder.appending(path: "drive.csv"))
        let topology = ToolRun.root.appending(path: "topologies/drive-replay.yaml").path
        let run = try ToolRun.run(
            ["simulate", topology, "--trace", "drive.csv", "--epochs", "20"], in: place.folder)
        return (run.status, run.errors)
    }

    @Test func refusedRowsAreCounted() throws {
        let place = try Workplace()
        let rows = (10..<30).map { Self.row($0, cell: $0 < 20 ? 1 : 2) }
        let bad = [Self.row(31, cell: 1, rsrp: "nan"), Self.row(12, cell: 1), "half,a,row", Self.row(45, cell: 1)]
        let (status, errors) = try replay([Self.header] + rows + bad, place)
        #expect(status == 0, "\(errors)")
        let remark = try #require(errors.first)
        #expect(remark.hasPrefix("drive.csv: 3 of 24 rows refused, the first in line 22: "), "\(remark)")
        #expect(remark.contains("1 unreadable number") && remark.contains("1 earlier than the row before"))
        #expect(remark.hasSuffix("1 pauses of more than 5 s"))
    }

    @Test(.enabled(if: geteuid() != 0, "root may read every folder"))
    func aFolderThatCannotBeReadIsNotCalledEmpty() throws {
        let place = try Workplace()
        let drives = place.folder.appending(path: "drives")
        try FileManager.default.createDirectory(
            at: drives, withIntermediateDirectories: false, attributes: [.posixPermissions: 0])
        let topology = ToolRun.root.appending(path: "topologies/drive-replay.yaml").path
        let (status, _, errors) = try ToolRun.run(["validate", topology, "--trace", drives.path], in: place.folder)
        #expect(status == 2 && errors == ["\(drives.path): the folder cannot be read"], "\(errors)")
    }

    @Test func unreportedValuesAreNoFaults() throws {
        let place = try Workplace()
        let rows = (10..<30).map { Self.row($0, cell: $0 % 2, rsrp: $0 % 3 == 0 ? "-" : "-200") }
        let (status, errors) = try replay([Self.header] + rows, place)
        #expect(status == 0 && !errors.contains { $0.contains("refused") }, "\(errors)")
    }

    @Test func controlCharactersOfAFileDoNotReachTheTerminal() throws {
        let place = try Workplace()
        let (status, errors) = try replay(["\u{1B}[2J\u{7}evil,header\u{9B}31m", "1,2"], place)
        #expect(status == 2 && errors.count == 1)
        #expect(errors[0].contains("evil") && errors[0].unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(errors)")
        #expect(!errors[0].unicodeScalars.contains { (0x7F...0x9F).contains($0.value) })
    }

    @Test func aTraceForAnEmulatedNetworkIsRefused() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, _, errors) = try ToolRun.run(["up", file, "--trace", "drives"], in: place.folder)
        #expect(status == 2 && errors.count == 1 && errors[0].contains("--trace"), "\(errors)")
    }
}

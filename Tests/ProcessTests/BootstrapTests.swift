import Foundation
import Testing

/// `scripts/bootstrap.sh` on machines that this one is not: everything that it asks or changes is a stub on its PATH.
@Suite(.serialized) struct BootstrapTests {
    /// A copy of the script in a folder of its own, with nothing on its PATH but what the machine is made of.
    private struct Machine {
        let place = try? Workplace()
        var folder: URL { get throws { try #require(place).folder } }

        /// - Parameters:
        ///   - swift: what `swift --version` prints; nil where there is no Swift.
        ///   - lacks: packages that are not installed.
        ///   - aptStatus: with which `apt-get` ends.
        init(
            swift: String? = "Swift version 6.3.1 (swift-6.3.1-RELEASE)", swiftStatus: Int = 0, user: Int = 0,
            hasSudo: Bool = false, isDebian: Bool = true, lacks: [String] = [], aptStatus: Int = 0
        ) throws {
            for name in ["bin", "scripts", "lacks"] {
                try FileManager.default.createDirectory(
                    at: try folder.appending(path: name), withIntermediateDirectories: true)
            }
            try FileManager.default.copyItem(
                at: ToolRun.root.appending(path: "scripts/bootstrap.sh"),
                to: try folder.appending(path: "scripts/bootstrap.sh"))
            for tool in ["bash", "env", "dirname", "uname", "grep", "cut", "sed", "sort", "head", "rm", "touch"] {
                let real = try #require(["/usr/bin", "/bin"].map { "\($0)/\(tool)" }.first(where: Machine.exists))
                try FileManager.default.createSymbolicLink(
                    atPath: try folder.appending(path: "bin/\(tool)").path, withDestinationPath: real)
            }
            for package in lacks { try Data().write(to: try folder.appending(path: "lacks/\(package)")) }
            if let swift { try stub("swift", "echo '\(swift)'; exit \(swiftStatus)") }
            try stub("id", "echo \(user)")
            if hasSudo { try stub("sudo", "echo sudo >>log; exec \"$@\"") }
            if isDebian { try stub("dpkg-query", "[[ -e lacks/${@: -1} ]] || echo installed") }
            try stub(
                "apt-get",
                """
                echo "$*" >>log
                ((\(aptStatus) == 0)) || exit \(aptStatus)
                for word in "$@"; do rm -f "lacks/$word"; done
                """)
        }

        private static func exists(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

        private func stub(_ name: String, _ script: String) throws {
            let path = try folder.appending(path: "bin/\(name)")
            try Data("#!/bin/bash\n\(script)\n".utf8).write(to: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.path)
        }

        /// Runs it; what it said, and what it called to change the machine.
        func bootstrap(_ arguments: [String] = []) throws -> (status: Int32, errors: [String], calls: [String]) {
            let folder = try folder
            let run = try ToolRun(
                ["-i", "PATH=\(folder.path)/bin", "bash", "scripts/bootstrap.sh"] + arguments, in: folder,
                executable: URL(fileURLWithPath: "/usr/bin/env"))
            let status = try run.finish().status
            let log = try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)
            return (status, run.progress, (log ?? "").split(separator: "\n").map(String.init))
        }
    }

    @Test func nothingIsDoneWhereAllIsThere() throws {
        let (status, errors, calls) = try Machine().bootstrap()
        #expect(status == 0 && errors.isEmpty && calls.isEmpty, "\(errors) \(calls)")
    }

    @Test func whatIsMissingIsInstalledAndNamed() throws {
        let (status, errors, calls) = try Machine(lacks: ["libzmq3-dev", "libncurses6"]).bootstrap()
        #expect(status == 0)
        #expect(errors == ["bootstrap: installing libncurses6 libzmq3-dev"])
        #expect(calls.count == 2 && calls[0].hasSuffix("update"))
        #expect(calls.last?.hasSuffix("install -y --no-install-recommends libncurses6 libzmq3-dev") == true)
    }

    @Test func theServerOfTheTestsIsForTestsOnly() throws {
        let (status, errors, calls) = try Machine(lacks: ["postgresql"]).bootstrap()
        #expect(status == 0 && errors.isEmpty && calls.isEmpty, "\(errors) \(calls)")
        // What comes behind it, a Python environment, this machine has nothing for.
        let (_, tested, installed) = try Machine(lacks: ["postgresql"]).bootstrap(["--with-tests"])
        #expect(tested.first == "bootstrap: installing postgresql")
        #expect(installed.last?.hasSuffix("install -y --no-install-recommends postgresql") == true)
    }

    @Test func whoIsNotRootUsesSudo() throws {
        let (status, _, calls) = try Machine(user: 1_000, hasSudo: true, lacks: ["libzmq3-dev"]).bootstrap()
        #expect(status == 0)
        #expect(calls.count == 4 && calls[0] == "sudo" && calls[2] == "sudo", "\(calls)")
    }

    @Test func withoutSudoItSaysWhatRootMustDo() throws {
        let (status, errors, calls) = try Machine(user: 1_000, lacks: ["libzmq3-dev", "git"]).bootstrap()
        #expect(status == 3 && calls.isEmpty)
        #expect(errors.last?.hasSuffix("run as root: apt-get install git libzmq3-dev") == true, "\(errors)")
    }

    @Test func aMissingSwiftIsNamedBeforeAnythingIsInstalled() throws {
        let (status, errors, calls) = try Machine(swift: nil, lacks: ["libzmq3-dev"]).bootstrap()
        #expect(status == 3 && calls.isEmpty)
        #expect(errors.count == 1)
        #expect(errors[0].contains("swift is missing") && errors[0].contains("Swift 6.3 from https://www.swift.org/"))
    }

    @Test(arguments: [
        ("Swift version 5.10.1 (swift-5.10.1-RELEASE)", "swift 5.10.1 is older than 6.2"), ("", "no version"),
    ])
    func anOldOrStrangeSwiftIsRefused(answer: String, why: String) throws {
        let (status, errors, _) = try Machine(swift: answer).bootstrap()
        #expect(status == 3 && errors.count == 1)
        #expect(errors[0].contains(why) && errors[0].contains("https://www.swift.org/install/linux/"))
    }

    @Test func aSwiftThatDoesNotStartIsRefusedInItsOwnWords() throws {
        let answer = "swift: error while loading shared libraries: libncurses.so.6"
        let (status, errors, _) = try Machine(swift: answer, swiftStatus: 127).bootstrap()
        #expect(status == 3 && errors.count == 1)
        #expect(errors[0].contains(answer) && errors[0].contains("Swift 6.3"))
    }

    @Test func aFailingInstallationIsAnError() throws {
        let (status, errors, _) = try Machine(lacks: ["libzmq3-dev"], aptStatus: 100).bootstrap()
        #expect(status == 3 && errors.last == "bootstrap: apt-get update failed")
    }

    @Test func anotherSystemIsToldWhatIsNeeded() throws {
        let (status, errors, _) = try Machine(isDebian: false).bootstrap()
        #expect(status == 3 && errors.last?.contains("libzmq3-dev") == true)
    }

    @Test(arguments: [["--nonsense"], ["--with-tests", "more"]]) func wrongUsageDoesNothing(arguments: [String]) throws
    {
        let (status, errors, calls) = try Machine(lacks: ["libzmq3-dev"]).bootstrap(arguments)
        #expect(status == 2 && calls.isEmpty)
        #expect(errors.last?.hasPrefix("usage:") == true)
    }
}

import Foundation
import Glibc
import Testing
import Transport

struct SocketDirectoryTests {
    /// A fresh private folder, removed when the closure returns.
    private func withTemporaryFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/dtnet-test-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        let folder = String(cString: made)
        defer {
            for path in ["\(folder)/dtnet", "\(folder)/dtnet-\(geteuid())", folder] { rmdir(path) }
        }
        try body(folder)
    }

    @Test func aRunGetsAPrivateFolder() throws {
        try withTemporaryFolder { folder in
            let directory = try SocketDirectory(run: "r1", runtimeDirectory: folder)
            var status = stat()
            #expect(stat(directory.path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700)
            #expect(directory.path == "\(folder)/dtnet/r1")
            #expect(try directory.endpoint(of: "edge-a") == "ipc://\(folder)/dtnet/r1/edge-a")
            #expect(directory.remove())
            #expect(stat(directory.path, &status) != 0)
        }
    }

    @Test func withoutARuntimeDirectoryTheTemporaryOneIsUsed() throws {
        try withTemporaryFolder { folder in
            let directory = try SocketDirectory(run: "r1", runtimeDirectory: nil, temporaryDirectory: folder)
            #expect(directory.path == "\(folder)/dtnet-\(geteuid())/r1")
            directory.remove()
        }
    }

    @Test func aLivingSocketIsNotStolen() throws {
        try withTemporaryFolder { folder in
            let directory = try SocketDirectory(run: "r1", runtimeDirectory: folder)
            let claim = try directory.claim("ran")
            let error = #expect(throws: TransportError.self) { _ = try directory.claim("ran") }
            #expect(error?.code == .socketInUse)
            #expect(error?.cause.contains("process \(getpid())") == true)
            #expect(!directory.remove())
            claim.release()
            let again = try directory.claim("ran")
            again.release()
            #expect(directory.remove())
        }
    }

    /// A claim whose folder is taken away as it is made is made anew, and never on a lock that protects nothing.
    @Test func aClaimAndARemovalAtOnceLeaveOneWinner() throws {
        try withTemporaryFolder { folder in
            for _ in 0..<200 {
                let directory = try SocketDirectory(run: "r1", runtimeDirectory: folder)
                // The lock of a run that is over.
                try directory.claim("ran").release()
                let remover = Thread { directory.remove() }
                remover.start()
                let claim = try? directory.claim("ran")
                while !remover.isFinished { sched_yield() }
                if let claim {
                    // Held: neither removed nor given to anybody else.
                    #expect(!directory.remove())
                    #expect(throws: TransportError.self) { _ = try directory.claim("ran") }
                    claim.release()
                }
                #expect(directory.remove())
            }
        }
    }

    @Test func theSocketDisappearsWithItsClaim() throws {
        try withTemporaryFolder { folder in
            let directory = try SocketDirectory(run: "r1", runtimeDirectory: folder)
            let claim = try directory.claim("ran")
            let context = try Context()
            let router = try RouterSocket(context, bind: claim.endpoint)
            let path = "\(directory.path)/ran"
            var status = stat()
            #expect(stat(path, &status) == 0)
            router.close()
            context.close()
            claim.release()
            #expect(stat(path, &status) != 0)
            #expect(directory.remove())
        }
    }

    @Test func aFolderOpenToOthersIsRefused() throws {
        try withTemporaryFolder { folder in
            let directory = try SocketDirectory(run: "r1", runtimeDirectory: folder)
            chmod(directory.path, 0o755)
            let error = #expect(throws: TransportError.self) {
                _ = try SocketDirectory(run: "r1", runtimeDirectory: folder)
            }
            #expect(error?.code == .unsafeDirectory)
            directory.remove()
        }
    }

    @Test(arguments: ["", "../x", "a/b", "a b", String(repeating: "r", count: 25)])
    func aRunIdThatIsNoNameIsRefused(run: String) {
        #expect(throws: TransportError.self) { _ = try SocketDirectory(run: run, runtimeDirectory: "/tmp") }
    }

    @Test func aPathOverTheKernelsLimitIsRefusedBeforeAnySocketOpens() throws {
        try withTemporaryFolder { folder in
            let directory = try SocketDirectory(run: "r1", runtimeDirectory: folder)
            let error = #expect(throws: TransportError.self) {
                _ = try directory.endpoint(of: String(repeating: "n", count: 107))
            }
            #expect(error?.code == .pathTooLong)
            directory.remove()
        }
    }
}

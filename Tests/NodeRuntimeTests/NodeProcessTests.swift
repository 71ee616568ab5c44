import Foundation
import NetworkModel
import NodeRuntime
import Testing
import Transport

/// What a process says to wrong arguments: its exit status, and one line on stderr.
struct NodeProcessTests {
    @Test(arguments: [
        [], ["--plan", "x"], ["--plan"], ["--bogus", "1"],
        ["--plan", "/no/such/plan", "--process", "p", "--run", "/tmp", "--incarnation", "x"],
        ["--plan", "/no/such/plan", "--process", "p", "--run", "/tmp"],
    ])
    func wrongArgumentsAreAUsageError(arguments: [String]) {
        #expect(NodeProcess.run([], arguments: arguments, environment: [:]) == 2)
    }

    @Test func aSocketTakesWhatATopologyMayAskFor() {
        #expect(SocketOptions().maxMessageBytes == Int64(NetworkConfiguration.mostMessageBytes))
    }
}

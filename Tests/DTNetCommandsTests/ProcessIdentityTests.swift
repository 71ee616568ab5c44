import DTNetCommands
import Testing

@Suite struct ProcessIdentityTests {
    @Test func knowsThisProcess() {
        #expect(ProcessIdentity.own.isAlive)
        #expect(ProcessIdentity.own.processorSeconds != nil)
    }

    /// A later process with the same pid is another one: it is neither alive as the first nor signalled.
    @Test func anotherStartIsAnotherProcess() {
        var stranger = ProcessIdentity.own
        stranger.startTicks += 1
        #expect(!stranger.isAlive)
        #expect(!stranger.signal(0))
        #expect(stranger.processorSeconds == nil)
    }

    @Test func nobodyHasAPidThatDoesNotExist() {
        #expect(ProcessIdentity(pid: .max) == nil)
    }
}

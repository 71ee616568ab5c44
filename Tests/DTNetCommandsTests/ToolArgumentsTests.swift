import DTNetCommands
import NetworkModel
import Testing

@Suite struct ToolArgumentsTests {
    @Test(arguments: [
        ("20ms", Instant.Span.milliseconds(20)), ("1.5s", .milliseconds(1_500)), ("2min", .milliseconds(120_000)),
        ("250us", .microseconds(250)), ("1h", .milliseconds(3_600_000)),
    ])
    func readsLengthsOfTime(text: String, span: Instant.Span) throws {
        #expect(try ToolArguments.duration(text) == span)
    }

    @Test(arguments: ["", "20", "ms", "-3s", "0s", "3 s", "1e9h", "0.0001us", "20 ms", "3m", "nans"])
    func refusesWhatIsNoLengthOfTime(text: String) {
        #expect(throws: (any Error).self) { try ToolArguments.duration(text) }
    }

    @Test func readsHierarchies() throws {
        #expect(try ToolArguments.hierarchies("fch,dch") == [.fullyCentralised, .decentralised])
        for wrong in ["", "fch,", "fch,fch", "xch"] {
            #expect(throws: (any Error).self) { try ToolArguments.hierarchies(wrong) }
        }
    }
}

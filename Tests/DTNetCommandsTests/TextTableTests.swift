import DTNetCommands
import Testing

@Suite struct TextTableTests {
    @Test func alignsColumns() {
        var table = TextTable(["name", "pid", "state"], numeric: [1])
        table.add(["ran", "7", "ready"])
        table.add(["edge-a", "1234", ""])
        #expect(table.lines == ["name     pid  state", "ran        7  ready", "edge-a  1234"])
    }
}

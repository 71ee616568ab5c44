import DTNetCommands
import Foundation
import Testing

@Suite struct DecimalTextTests {
    private static func text(_ value: Double, decimals: Int) -> String {
        var text = DecimalText()
        text.append(value, decimals: decimals)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    @Test func numbersHaveFixedDecimals() {
        #expect(Self.text(-76.3832, decimals: 3) == "-76.383")
        #expect(Self.text(0.0004, decimals: 3) == "0.000")
        #expect(Self.text(-0.0004, decimals: 3) == "0.000")
        #expect(Self.text(0.05, decimals: 2) == "0.05")
        #expect(Self.text(12, decimals: 0) == "12")
        #expect(Self.text(99.9996, decimals: 3) == "100.000")
        #expect(Self.text(.nan, decimals: 3) == "" && Self.text(-.infinity, decimals: 3) == "")
        for value in stride(from: -200.0, through: 200, by: 0.377) {
            #expect(Self.text(value, decimals: 4) == String(format: "%.4f", value))
        }
    }

    @Test func cellsAndShortNumbers() {
        var text = DecimalText()
        text.append(shortest: -60)
        text.append(",")
        text.append(shortest: 1.5)
        text.append(",")
        text.append(cell: "wall \"a\", north")
        #expect(String(decoding: text.bytes, as: UTF8.self) == "-60,1.5,\"wall \"\"a\"\", north\"")
    }
}

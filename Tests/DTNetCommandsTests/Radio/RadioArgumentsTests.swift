import DTNetCommands
import RadioPropagation
import Testing

@Suite struct RadioArgumentsTests {
    @Test(arguments: [("3.5GHz", 3.5e9), ("700MHz", 7e8), ("28 GHz", 28e9), ("2000000000Hz", 2e9), ("900000kHz", 9e8)])
    func aFrequencyHasAUnit(text: String, hertz: Double) throws {
        #expect(try ToolArguments.frequency(text) == hertz)
    }

    @Test(arguments: ["3.5", "3.5ghz", "GHz", "-1GHz", "nanGHz", "0Hz", "10THz", "2000GHz", "3,5GHz", ""])
    func otherFrequenciesAreRefused(text: String) {
        #expect(throws: (any Error).self) { try ToolArguments.frequency(text) }
    }

    @Test func aPositionIsThreeNumbers() throws {
        #expect(try RadioArguments.position("-33,11,32.5") == SIMD3(-33, 11, 32.5))
        for text in ["1,2", "1,2,3,4", "1,2,x", "1,nan,3", "inf,0,0", "1,,3", "1e9,0,0", ""] {
            #expect(throws: (any Error).self, "\(text)") { try RadioArguments.position(text) }
        }
    }

    @Test func interactionsAreNamed() throws {
        #expect(try RadioArguments.interactions("los,specular") == .exact)
        let all = try RadioArguments.interactions("los,specular,diffraction,transmission,diffuse")
        #expect(all.text == "los,specular,diffraction,transmission,diffuse")
        #expect(throws: (any Error).self) { try RadioArguments.interactions("los,reflection") }
        #expect(throws: (any Error).self) { try RadioArguments.interactions("") }
    }

    @Test func anArrayIsRowsColumnsAndASpacing() throws {
        #expect(try RadioArguments.array("4x8") == ArrayShape(rows: 4, columns: 8, spacingWavelengths: 0.5))
        #expect(try RadioArguments.array("1x2:0.7") == ArrayShape(rows: 1, columns: 2, spacingWavelengths: 0.7))
        let others = ["", "4", "4x", "x4", "4xx8", "4x8x2", "0x1", "65x1", "1x1:", "1x1:0", "1x1:nan", "1x1:1:1"]
        for text in others {
            #expect(throws: (any Error).self, "\(text)") { try RadioArguments.array(text) }
        }
    }

    @Test func lengthsAndHeightsAreMetres() throws {
        #expect(try RadioArguments.metres("5") == 5)
        #expect(try RadioArguments.metres("2.5m") == 2.5)
        #expect(try RadioArguments.height("-3") == -3)
        for text in ["0", "-1", "5km", "nan", "1e6"] {
            #expect(throws: (any Error).self, "\(text)") { try RadioArguments.metres(text) }
        }
        #expect(throws: (any Error).self) { try RadioArguments.height("high") }
    }
}

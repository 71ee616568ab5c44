import RadioPropagation
import SceneFiles
import Testing

@Suite struct SionnaPathsTests {
    private static let text = """
        # sionna-paths 1
        # frequency_hz 3500000000.0
        # transmitter 0 8.5,21.0,27.0 tx 0
        # receiver 0 45.0,90.0,1.5 rx0
        \(SionnaPaths.columns)
        0,0,0,271.5,1e-05,-2e-06,1.1,1.6,-2.0,1.5,0.0,,
        0,0,2,312.4,-1.2e-05,3.1e-06,1.08,1.67,-2.06,1.47,12.5,RD,20.1 44.0 0.0;30 50 10

        """

    @Test func pathsComeBackAsWritten() throws {
        let paths = try SionnaPaths.parse(Self.text, file: "p.csv")
        #expect(paths.frequencyHz == 3.5e9)
        #expect(paths.transmitters == [SIMD3(8.5, 21, 27)])
        #expect(paths.count == 2)
        #expect(paths.vertexStart == [0, 0, 2])
        #expect(paths.kind == [.specular, .diffraction])
        #expect(paths.point[1] == SIMD3(30, 50, 10))
        #expect(abs(paths.delaySeconds[1] - 312.4e-9) < 1e-18)
        #expect(paths.dopplerHz[1] == 12.5)
        #expect(paths.angles[0] == SIMD4(1.1, 1.6, -2, 1.5))
    }

    @Test(arguments: [
        ("# sionna-paths 1", "# sionna-paths 2", 1, 1), ("271.5", "nan", 6, 7), ("20.1 44.0 0.0;", "", 7, 56),
        ("0,0,2,312", "0,1,2,312", 7, 3), ("RD", "RX", 7, 56), ("8.5,21.0,27.0", "8.5,21.0", 3, 17),
        ("frequency_hz", "frequency", 5, 1),
    ])
    func whatIsWrongIsNamed(part: String, instead: String, line: Int, column: Int) throws {
        let pieces = Self.text.split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
        let broken = pieces.joined(separator: instead)
        do {
            _ = try SionnaPaths.parse(broken, file: "p.csv")
            Issue.record("accepted")
        } catch {
            #expect(error.description.hasPrefix("p.csv:\(line):\(column): "), "\(error)")
        }
    }
}

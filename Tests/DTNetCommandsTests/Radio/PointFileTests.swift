import DTNetCommands
import Testing

@Suite struct PointFileTests {
    private static func fault(_ text: String, height: Double? = nil) -> String {
        do {
            _ = try PointFile(parsing: Array(text.utf8), height: height)
            return "no fault"
        } catch {
            return "\(error)"
        }
    }

    @Test func columnsAreFoundByName() throws {
        let file = try PointFile(
            parsing: Array("gain,rx_y,rx_x,rx_z\r\n-80, 2 ,1,1.5\r\n\r\n,-4e0,3,2".utf8), height: nil)
        #expect(file.points == [SIMD3(1, 2, 1.5), SIMD3(3, -4, 2)])
        #expect(file.labels.map(\.y) == ["2", "-4e0"])
        let map = try PointFile(parsing: Array("x_m,y_m,path_gain_db\n-93.27,-59.76,\n".utf8), height: 1.5)
        #expect(map.points == [SIMD3(-93.27, -59.76, 1.5)])
        #expect(map.labels[0].x == "-93.27")
        let marked = try PointFile(parsing: Array("\u{FEFF}x,y,z\n1,2,3\n".utf8), height: nil)
        #expect(marked.points == [SIMD3(1, 2, 3)])
    }

    @Test func whatIsWrongIsNamedWithItsPlace() {
        #expect(Self.fault("x,y,z\n1,2,3\n4,nan,6\n").hasPrefix("3:3: rx_y: 'nan' is not a finite number"))
        #expect(Self.fault("x,y,z\n1,2,inf\n").hasPrefix("2:5: rx_z: 'inf'"))
        #expect(Self.fault("x,y,z\n1,two,3\n").hasPrefix("2:3: rx_y: 'two'"))
        #expect(Self.fault("x,y,z\n1,2\n").hasPrefix("2:4: the row ends before column 3"))
        #expect(Self.fault("x,y,z\n1e8,2,3\n").hasPrefix("2:1: rx_x: '1e8'"))
        #expect(Self.fault("x,height\n1,2\n").hasPrefix("1:1: no column rx_y (or y_m, y) among x, height"))
        #expect(Self.fault("x,y\n1,2\n").hasPrefix("1:1: no column rx_z"))
        #expect(Self.fault("1,2,3\n4,5,6\n").hasPrefix("1:1: a header line is missing"))
        #expect(Self.fault("").hasPrefix("1:1: an empty file"))
        #expect(Self.fault("x,y,z\n").contains("no point below the header"))
        #expect(Self.fault("x,y\n1,2\n", height: 3) == "no fault")
    }
}

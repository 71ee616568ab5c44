import DTNetCommands
import RadioPropagation
import Testing

@Suite struct TransmitterFileTests {
    private static let defaults = TransmitterFile.Defaults(powerDbm: 40, bearing: 15)

    private static func fault(_ text: String) -> String {
        do {
            _ = try TransmitterFile(parsing: text, defaults: defaults)
            return "no fault"
        } catch {
            return "\(error)"
        }
    }

    @Test func whatARowLeavesEmptyTakesTheOption() throws {
        let file = try TransmitterFile(
            parsing:
                "cell,z,x,y,power_dbm,bearing_deg,antenna,load\r\neast,20,1,2,30,90,tr38901,0.5\r\n\r\n,25,3,4,,,,\r\n",
            defaults: Self.defaults)
        #expect(file.subbands == 1)
        #expect(file.transmitters.map(\.name) == ["east", "2"])
        #expect(file.transmitters.map(\.position) == [SIMD3(1, 2, 20), SIMD3(3, 4, 25)])
        #expect(file.transmitters.map(\.load) == [0.5, 1])
        #expect(abs(file.transmitters[0].powerWatts[0] - 1) < 1e-12)
        #expect(abs(file.transmitters[1].powerWatts[0] - 10) < 1e-12)
        let looksNorth = Antenna(.tr38901, orientation: AntennaOrientation(bearing: .pi / 2))
        #expect(file.transmitters[0].antenna == looksNorth)
        #expect(
            file.transmitters[1].antenna == Antenna(.isotropic, orientation: AntennaOrientation(bearing: .pi / 12)))
    }

    @Test func aSubbandWithoutAPowerIsSilent() throws {
        let file = try TransmitterFile(
            parsing: "x_m,y_m,z_m,power_2_dbm,power_1_dbm\n0,0,9,,20\n5,0,9,30,10\n", defaults: Self.defaults)
        #expect(file.subbands == 2)
        #expect(file.transmitters[0].powerWatts[1] == 0)
        #expect(abs(file.transmitters[0].powerWatts[0] - 0.1) < 1e-12)
        #expect(abs(file.transmitters[1].powerWatts[1] - 1) < 1e-12)
    }

    @Test func whatIsWrongIsNamedWithItsPlace() {
        #expect(Self.fault("") == "1:1: an empty file: a header line is missing")
        #expect(Self.fault("x,y\n1,2\n") == "1:1: no column z_m (or z) among x, y")
        #expect(Self.fault("x,y,z\n") == "1:1: no transmitter below the header")
        #expect(Self.fault("x,y,z\n1,2\n").hasPrefix("2:1: z: is missing"))
        #expect(Self.fault("x,y,z\n1,nan,2\n").hasPrefix("2:3: y: 'nan' is not metres"))
        #expect(Self.fault("x,y,z,load\n1,2,3,1.5\n").hasPrefix("2:7: load: '1.5' is not a share of time"))
        #expect(Self.fault("x,y,z,antenna\n1,2,3,horn\n").hasPrefix("2:7: antenna: 'horn' is none of isotropic"))
        #expect(Self.fault("x,y,z,power_dbm\n1,2,3,200\n").hasPrefix("2:7: power_dbm: '200'"))
        #expect(Self.fault("x,y,z,cell\n1,2,3,a\n4,5,6,a\n").hasPrefix("3:7: cell: 'a' is the name of a row above"))
        #expect(
            Self.fault("x,y,z,power_1_dbm,power_3_dbm\n1,2,3,4,5\n") == "1:1: 2 columns of powers, but no power_2_dbm")
        let many = "x,y,z\n" + (0...256).map { "\($0),0,9\n" }.joined()
        #expect(Self.fault(many) == "258:1: more than 256 transmitters")
    }

    @Test func antennasOfCellsAreThoseOfTheirRows() throws {
        let cells = ["north", "south", "east"]
        let common = Antenna(.isotropic, orientation: AntennaOrientation(bearing: .pi / 12))
        let rows = "cell,x_m,antenna,bearing_deg\nsouth,1,tr38901,90\nwest,2,dipole,\n\nnorth,3,,0\n"
        #expect(
            try TransmitterFile.antennas(parsing: rows, of: cells, defaults: Self.defaults) == [
                Antenna(.isotropic), Antenna(.tr38901, orientation: AntennaOrientation(bearing: .pi / 2)), common,
            ])
        // Sites alone have the option's antenna, whatever their columns are called.
        let alone = try TransmitterFile.antennas(parsing: "site,x_m\na,1\n", of: cells, defaults: Self.defaults)
        #expect(alone == [common, common, common])
        func fault(_ text: String) -> String {
            do {
                _ = try TransmitterFile.antennas(parsing: text, of: cells, defaults: Self.defaults)
                return "no fault"
            } catch {
                return "\(error)"
            }
        }
        #expect(fault("cell,antenna\nnorth,horn\n").hasPrefix("2:7: antenna: 'horn' is none of isotropic"))
        #expect(fault("name,antenna\nnorth,dipole\n").hasPrefix("1:1: no column cell among name, antenna"))
    }
}

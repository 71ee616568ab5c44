internal import Numerics
internal import RadioPropagation

/// The tables of `dtnet radio channel`: complex amplitudes between every pair of ports, per receiver that some path
/// reaches. Ports, paths, subbands and taps count from 1.
struct ChannelTables {
    static let subbandHeader = "rx_x,rx_y,rx_z,rx_port,tx_port,subband,offset_hz,real,imaginary"
    static let pathHeader = "rx_x,rx_y,rx_z,path,delay_ns,doppler_hz,rx_port,tx_port,real,imaginary"
    static let tapHeader = "rx_x,rx_y,rx_z,rx_port,tx_port,tap,delay_ns,real,imaginary"

    let transmitter: AntennaArray
    let receiver: AntennaArray
    let subbands: Subbands
    /// Taps of a sampled response; nil makes no table of them.
    let taps: Int?
    /// Whether there is a table of paths.
    let hasPaths: Bool

    private(set) var bySubband = DecimalText()
    private(set) var byPath = DecimalText()
    private(set) var byTap = DecimalText()

    init(transmitter: AntennaArray, receiver: AntennaArray, subbands: Subbands, taps: Int?, hasPaths: Bool) {
        self.transmitter = transmitter
        self.receiver = receiver
        self.subbands = subbands
        self.taps = taps
        self.hasPaths = hasPaths
        bySubband.append(ChannelTables.subbandHeader + "\n")
        byPath.append(ChannelTables.pathHeader + "\n")
        byTap.append(ChannelTables.tapHeader + "\n")
    }

    /// Pairs of ports.
    var pairs: Int { transmitter.portCount * receiver.portCount }

    /// Bandwidth of all subbands together, which taps are sampled at.
    private var bandwidthHz: Double { Double(subbands.count) * subbands.widthHz }

    mutating func append(_ set: PathSet) {
        for index in 0..<set.receiverCount where !set.paths(of: index).isEmpty {
            var place = DecimalText()
            for axis in 0..<3 {
                place.append(shortest: set.geometry.receivers[index][axis])
                place.append(",")
            }
            appendSubbands(of: index, set, place)
            if hasPaths { appendPaths(of: index, set, place) }
            if let taps { appendTaps(taps, of: index, set, place) }
        }
    }

    private mutating func appendSubbands(of index: Int, _ set: PathSet, _ place: DecimalText) {
        let channel = set.subbandChannel(
            receiver: index, subbands: subbands, transmitterArray: transmitter, receiverArray: receiver)
        for pair in 0..<pairs {
            for subband in 0..<subbands.count {
                bySubband.append(place)
                bySubband.append("\(ports(pair)),\(subband + 1),")
                bySubband.append(shortest: subbands.offsetHz(subband))
                ChannelTables.end(channel[pair * subbands.count + subband], in: &bySubband)
            }
        }
    }

    private mutating func appendPaths(of index: Int, _ set: PathSet, _ place: DecimalText) {
        let range = set.paths(of: index)
        let amplitudes = set.portAmplitudes(
            receiver: index, transmitterArray: transmitter, receiverArray: receiver)
        for (number, path) in range.enumerated() {
            for pair in 0..<pairs {
                byPath.append(place)
                byPath.append("\(number + 1),")
                byPath.append(set.delaySeconds[path] * 1e9, decimals: 6)
                byPath.append(",")
                byPath.append(set.dopplerHz[path], decimals: 3)
                byPath.append(",")
                byPath.append(ports(pair))
                ChannelTables.end(amplitudes[pair * range.count + number], in: &byPath)
            }
        }
    }

    private mutating func appendTaps(_ count: Int, of index: Int, _ set: PathSet, _ place: DecimalText) {
        let responses = set.impulseResponses(
            receiver: index, bandwidthHz: bandwidthHz, taps: count, transmitterArray: transmitter,
            receiverArray: receiver)
        for (pair, response) in responses.enumerated() {
            for (tap, amplitude) in response.taps.enumerated() {
                byTap.append(place)
                byTap.append("\(ports(pair)),\(tap + 1),")
                byTap.append((response.firstDelaySeconds + Double(tap) / response.bandwidthHz) * 1e9, decimals: 6)
                ChannelTables.end(amplitude, in: &byTap)
            }
        }
    }

    /// `rx_port,tx_port` of a pair.
    private func ports(_ pair: Int) -> String {
        "\(pair / transmitter.portCount + 1),\(pair % transmitter.portCount + 1)"
    }

    /// The last two cells of a row.
    private static func end(_ amplitude: Complex, in table: inout DecimalText) {
        table.append(",")
        table.append(shortest: amplitude.real)
        table.append(",")
        table.append(shortest: amplitude.imaginary)
        table.append("\n")
    }
}

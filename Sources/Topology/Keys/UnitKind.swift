/// The dimension of a value, with the unit symbols that a topology file may write.
enum UnitKind: String, Sendable, CaseIterable {
    case time, length, frequency, power, ratio, speed, bitRate, angle, dataSize, rainRate, fraction, number

    /// Symbols with their factor to the base unit; the first is the one that documents show.
    var symbols: [(symbol: String, factor: Double)] {
        switch self {
        case .time: [("ms", 1e-3), ("s", 1), ("us", 1e-6), ("µs", 1e-6), ("ns", 1e-9), ("min", 60)]
        case .length: [("m", 1), ("km", 1e3)]
        case .frequency: [("GHz", 1e9), ("MHz", 1e6), ("kHz", 1e3), ("Hz", 1)]
        case .power: [("dBm", 1)]
        case .ratio: [("dB", 1)]
        case .speed: [("km/h", 1), ("m/s", 3.6)]
        case .bitRate: [("Gbit/s", 1e9), ("Mbit/s", 1e6), ("kbit/s", 1e3), ("bit/s", 1)]
        case .angle: [("deg", 1)]
        case .dataSize: [("B", 1), ("kB", 1e3), ("MB", 1e6)]
        case .rainRate: [("mm/h", 1)]
        case .fraction: [("", 1), ("%", 0.01)]
        case .number: [("", 1)]
        }
    }

    /// `ms, s, us, ...` for messages and documents.
    var allowedSymbols: String {
        symbols.map { $0.symbol.isEmpty ? "no unit" : $0.symbol }.joined(separator: ", ")
    }

    /// An example that documents and messages show.
    var example: String {
        switch self {
        case .time: "20ms"
        case .length: "1.2km"
        case .frequency: "3.5GHz"
        case .power: "43dBm"
        case .ratio: "3dB"
        case .speed: "3km/h"
        case .bitRate: "10Gbit/s"
        case .angle: "30deg"
        case .dataSize: "500kB"
        case .rainRate: "12mm/h"
        case .fraction: "0.1 or 10%"
        case .number: "1.5"
        }
    }
}

/// A number with a unit as written in a file.
enum QuantityText {
    enum Failure: Error, Equatable {
        case notANumber
        case unit(String)
    }

    /// The value in the base unit of `kind`: seconds, metres, hertz, dBm, dB, km/h, bit/s, degrees, bytes, mm/h.
    static func parse(_ text: String, as kind: UnitKind) -> Result<Double, Failure> {
        let bytes = Array(text.utf8)
        let end = numberEnd(in: bytes)
        guard end > 0, end <= 32, let number = Double(String(decoding: bytes[..<end], as: UTF8.self)), number.isFinite
        else { return .failure(.notANumber) }
        let rest = bytes[end...].drop { $0 == 0x20 }
        let symbol = String(decoding: rest, as: UTF8.self)
        guard let unit = kind.symbols.first(where: { $0.symbol == symbol }) else { return .failure(.unit(symbol)) }
        // Dividing by an exact power keeps 20ms at 0.02 and 1.2km at 1200 to the last bit.
        let value = unit.factor < 1 ? number / (1 / unit.factor).rounded() : number * unit.factor
        return value.isFinite ? .success(value) : .failure(.notANumber)
    }

    /// Length of the leading decimal number: sign, digits, point, digits, exponent; 0 where there is none.
    private static func numberEnd(in bytes: [UInt8]) -> Int {
        var index = 0
        func skipDigits() -> Int {
            let start = index
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
            return index - start
        }
        if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
        var digits = skipDigits()
        if index < bytes.count, bytes[index] == 0x2E {
            index += 1
            digits += skipDigits()
        }
        guard digits > 0 else { return 0 }
        let mantissaEnd = index
        if index < bytes.count, bytes[index] == 0x65 || bytes[index] == 0x45 {
            index += 1
            if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
            if skipDigits() == 0 { index = mantissaEnd }
        }
        return index
    }
}

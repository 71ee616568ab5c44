package import RadioPropagation

/// Paths that Sionna RT found and `scripts/sionna-export.py` wrote (docs/SIONNA-PATHS.md). Arrays by path.
package struct SionnaPaths: Sendable, Equatable {
    package var frequencyHz = 0.0
    /// Metres.
    package var transmitters: [SIMD3<Double>] = []
    /// Names of the transmitters; empty where the file gives none.
    package var transmitterNames: [String] = []
    package var receivers: [SIMD3<Double>] = []
    package var transmitter: [Int32] = []
    package var receiver: [Int32] = []
    package var delaySeconds: [Double] = []
    /// Complex amplitude at the carrier, without the phase of the delay.
    package var gainReal: [Double] = []
    package var gainImaginary: [Double] = []
    package var dopplerHz: [Double] = []
    /// Azimuth and zenith of departure, then of arrival, in radians.
    package var angles: [SIMD4<Double>] = []
    /// First vertex of each path, and at the end the number of vertices.
    package var vertexStart: [Int32] = [0]
    package var kind: [InteractionKind] = []
    package var point: [SIMD3<Double>] = []

    package var count: Int { receiver.count }

    package static let columns =
        "transmitter,receiver,depth,delay_ns,gain_real,gain_imag,departure_azimuth_rad,departure_zenith_rad,"
        + "arrival_azimuth_rad,arrival_zenith_rad,doppler_hz,interactions,vertices"

    /// Lines between two questions whether to go on.
    private static let linesPerQuestion = 1_024

    /// - Parameter goesOn: asked now and then; where it says no, the file is not read to its end: an error that names
    ///   the line.
    /// - Throws: what is wrong, with line and column.
    package static func read(
        _ path: String, goesOn: () -> Bool = { true }
    ) throws(SceneFileError) -> SionnaPaths {
        try parse(String(decoding: try FileBytes.read(path), as: UTF8.self), file: path, goesOn: goesOn)
    }

    /// - Parameter file: name for errors.
    package static func parse(
        _ text: String, file: String, goesOn: () -> Bool = { true }
    ) throws(SceneFileError) -> SionnaPaths {
        var paths = SionnaPaths()
        var seesRows = false
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let row = Row(file: file, line: number + 1, text: line)
            if number % linesPerQuestion == 0, !goesOn() {
                throw row.error(1, "the time is over: this line and those after it are not read")
            }
            if number == 0 {
                guard row.text == "# sionna-paths 1" else { throw row.error(1, "is not '# sionna-paths 1'") }
            } else if row.text.isEmpty {
                continue
            } else if seesRows {
                try paths.add(row)
            } else if row.text.hasPrefix("#") {
                try paths.addSite(row)
            } else {
                guard row.text == columns else { throw row.error(1, "is not the header '\(columns)'") }
                guard paths.frequencyHz > 0 else { throw row.error(1, "no '# frequency_hz' above it") }
                seesRows = true
            }
        }
        guard seesRows else { throw SceneFileError(file, "has no header line") }
        return paths
    }

    // MARK: - Lines

    private struct Row {
        var file: String
        var line: Int
        var text: Substring

        func error(_ column: Int, _ message: String) -> SceneFileError {
            SceneFileError(file, .line(line, column: column), message)
        }

        func column(of part: Substring) -> Int {
            text.utf8.distance(from: text.startIndex, to: part.startIndex) + 1
        }

        func number(_ part: Substring) throws(SceneFileError) -> Double {
            guard let value = Double(part), value.isFinite else {
                throw error(column(of: part), "'\(part)' is not a finite number")
            }
            return value
        }

        func index(_ part: Substring, below count: Int, _ what: String) throws(SceneFileError) -> Int32 {
            guard let value = Int32(part), value >= 0, Int(value) < count else {
                throw error(column(of: part), "'\(part)' is not the number of a \(what)")
            }
            return value
        }

        func point(_ parts: [Substring], of whole: Substring) throws(SceneFileError) -> SIMD3<Double> {
            guard parts.count == 3 else { throw error(column(of: whole), "'\(whole)' is not a point of three numbers") }
            return SIMD3(try number(parts[0]), try number(parts[1]), try number(parts[2]))
        }
    }

    private mutating func addSite(_ row: Row) throws(SceneFileError) {
        let words = row.text.split(separator: " ", maxSplits: 4)
        guard words.count >= 3 else { return }
        switch words[1] {
        case "frequency_hz":
            frequencyHz = try row.number(words[2])
        case "transmitter", "receiver":
            guard words.count >= 4 else { throw row.error(1, "names no place") }
            let place = try row.point(words[3].split(separator: ","), of: words[3])
            let expected = words[1] == "receiver" ? receivers.count : transmitters.count
            guard Int(words[2]) == expected else {
                throw row.error(row.column(of: words[2]), "'\(words[2])' where \(expected) follows")
            }
            if words[1] == "receiver" {
                receivers.append(place)
            } else {
                transmitters.append(place)
                transmitterNames.append(words.count > 4 ? String(words[4]) : "")
            }
        default: break
        }
    }

    private mutating func add(_ row: Row) throws(SceneFileError) {
        let parts = row.text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 13 else { throw row.error(1, "has \(parts.count) fields where 13 belong") }
        let source = try row.index(parts[0], below: transmitters.count, "transmitter")
        let target = try row.index(parts[1], below: receivers.count, "receiver")
        var numbers: [Double] = []
        for part in parts[3..<11] { numbers.append(try row.number(part)) }
        let places = parts[12].split(separator: ";")
        guard parts[11].count == places.count, Int(parts[2]) == places.count else {
            throw row.error(
                row.column(of: parts[11]),
                "depth \(parts[2]), \(parts[11].count) interactions and \(places.count) vertices do not agree")
        }
        for (letter, place) in zip(parts[11], places) {
            switch letter {
            case "R": kind.append(.specular)
            case "S": kind.append(.diffuse)
            case "T": kind.append(.transmission)
            case "D": kind.append(.diffraction)
            default: throw row.error(row.column(of: parts[11]), "'\(letter)' is none of R, S, T, D")
            }
            point.append(try row.point(place.split(separator: " "), of: place))
        }
        transmitter.append(source)
        receiver.append(target)
        delaySeconds.append(numbers[0] * 1e-9)
        gainReal.append(numbers[1])
        gainImaginary.append(numbers[2])
        angles.append(SIMD4(numbers[3], numbers[4], numbers[5], numbers[6]))
        dopplerHz.append(numbers[7])
        vertexStart.append(Int32(point.count))
    }
}

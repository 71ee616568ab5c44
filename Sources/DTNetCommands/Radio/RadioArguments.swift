internal import ArgumentParser
internal import Foundation
package import RadioPropagation

/// Values of the radio commands' options, from the text of the command line.
package enum RadioArguments {
    /// A position `x,y,z` in metres.
    package static func position(_ text: String) throws -> SIMD3<Double> {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Double($0) }
        guard parts.count == 3, numbers.count == 3, numbers.allSatisfy(\.isFinite) else {
            throw ValidationError("'\(text)' is no position: write x,y,z in metres, e.g. -33,11,32")
        }
        guard numbers.allSatisfy({ abs($0) <= 1e7 }) else {
            throw ValidationError("'\(text)' lies more than 10,000 km away: positions are metres in the scene's axes")
        }
        return SIMD3(numbers[0], numbers[1], numbers[2])
    }

    /// A velocity `x,y,z` in metres per second.
    package static func velocity(_ text: String) throws -> SIMD3<Double> {
        guard let velocity = try? position(text) else {
            throw ValidationError(
                "'\(text)' is no velocity: write x,y,z in metres per second, 1e7 each at most, e.g. 8.3,0,0")
        }
        return velocity
    }

    /// A length in metres above 0, at most 100 km; a trailing `m` is allowed.
    package static func metres(_ text: String) throws -> Double {
        let digits = text.hasSuffix("m") ? text.dropLast() : Substring(text)
        guard let number = Double(digits), number > 0, number <= 100_000 else {
            throw ValidationError("'\(text)' is no length: write metres above 0, e.g. 5")
        }
        return number
    }

    /// A height in metres, below 0 allowed; a trailing `m` is allowed.
    package static func height(_ text: String) throws -> Double {
        let digits = text.hasSuffix("m") ? text.dropLast() : Substring(text)
        guard let number = Double(digits), abs(number) <= 100_000 else {
            throw ValidationError("'\(text)' is no height: write metres, e.g. 1.5")
        }
        return number
    }

    /// A power in dBm, -200 to 100; a trailing `dBm` is allowed.
    package static func dBm(_ text: String) throws -> Double {
        let digits = text.hasSuffix("dBm") ? text.dropLast(3) : Substring(text)
        guard let number = Double(digits), (-200...100).contains(number) else {
            throw ValidationError("'\(text)' is no power: write dBm from -200 to 100, e.g. 43dBm")
        }
        return number
    }

    /// An antenna array `ROWSxCOLUMNS`, 1 to 64 each, or `ROWSxCOLUMNS:SPACING` with a spacing in wavelengths.
    package static func array(_ text: String) throws -> ArrayShape {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let words = (parts.first ?? "").split(separator: "x", omittingEmptySubsequences: false)
        let sizes = words.compactMap { Int($0) }
        let spacing = parts.count == 2 ? Double(parts[1]) : 0.5
        guard parts.count <= 2, words.count == 2, sizes.count == 2, sizes.allSatisfy((1...64).contains), let spacing,
            spacing > 0, spacing <= 100
        else {
            throw ValidationError(
                "'\(text)' is no array: write ROWSxCOLUMNS, 1 to 64 each, and :SPACING in wavelengths where it is not "
                    + "0.5, e.g. 4x8 or 4x8:0.7")
        }
        return ArrayShape(rows: sizes[0], columns: sizes[1], spacingWavelengths: spacing)
    }

    /// Watts of a power in dBm; 0 where there is none.
    static func watts(_ dBm: Double?) -> Double { dBm.map { pow(10, $0 / 10 - 3) } ?? 0 }

    /// Interactions separated by commas.
    package static func interactions(_ text: String) throws -> Interactions {
        var all: Interactions = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let known = Interactions.names.first(where: { $0.name == word }) else {
                let names = Interactions.names.map(\.name).joined(separator: ", ")
                throw ValidationError("'\(word)' is no interaction: \(names)")
            }
            all.insert(known.value)
        }
        return all
    }

    /// An option that names one of a few cases.
    static func choice<Choice: RawRepresentable<String> & CaseIterable>(_ text: String) throws -> Choice {
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(text)' is none of \(names)")
        }
        return choice
    }
}

/// Size of an antenna array.
package struct ArrayShape: Sendable, Equatable {
    package var rows = 1
    package var columns = 1
    /// Between rows and between columns.
    package var spacingWavelengths = 0.5

    package init(rows: Int = 1, columns: Int = 1, spacingWavelengths: Double = 0.5) {
        self.rows = rows
        self.columns = columns
        self.spacingWavelengths = spacingWavelengths
    }
}

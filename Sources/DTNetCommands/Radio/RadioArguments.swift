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

    /// Watts of a power in dBm; 0 where there is none.
    static func watts(_ dBm: Double?) -> Double { dBm.map { pow(10, $0 / 10 - 3) } ?? 0 }

    private static let interactionNames: [(name: String, value: Interactions)] = [
        ("los", .lineOfSight), ("specular", .specular), ("diffraction", .diffraction),
        ("transmission", .transmission), ("diffuse", .diffuse),
    ]

    /// Interactions separated by commas.
    package static func interactions(_ text: String) throws -> Interactions {
        var all: Interactions = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let known = interactionNames.first(where: { $0.name == word }) else {
                let names = interactionNames.map(\.name).joined(separator: ", ")
                throw ValidationError("'\(word)' is no interaction: \(names)")
            }
            all.insert(known.value)
        }
        return all
    }

    /// The names of interactions, separated by commas.
    package static func text(of interactions: Interactions) -> String {
        interactionNames.filter { interactions.contains($0.value) }.map(\.name).joined(separator: ",")
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

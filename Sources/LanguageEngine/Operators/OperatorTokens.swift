internal import Glibc

/// A word, number, time of day or sign of a sentence.
struct OperatorToken: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case word
        case number(Double)
        /// Minutes after midnight, 0 ... 1,440.
        case clock(Int)
        /// Looks like a time of day and is none.
        case badClock
        case sign
    }

    var kind: Kind
    /// Lower case, typing errors put right.
    var text: String
    /// As it was written.
    var raw: String
}

/// Splits a sentence; anything that is neither letter, digit nor one of a few signs separates.
struct OperatorTokens {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var tokens: [OperatorToken] = []

    /// Tokens of one sentence, at most; what follows is left out.
    static let most = 128

    /// The tokens of a text, words as they were typed.
    static func split(_ text: String) -> [OperatorToken] {
        var tokens = OperatorTokens(scalars: Array(text.unicodeScalars))
        tokens.run()
        return tokens.tokens
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private mutating func run() {
        while position < scalars.count, tokens.count < OperatorTokens.most {
            let scalar = scalars[position]
            if scalar.properties.isAlphabetic {
                word()
            } else if OperatorTokens.isDigit(scalar) {
                number(isNegative: false)
            } else if scalar == "-" || scalar == "\u{2212}" || scalar == "\u{2013}" {
                dash()
            } else {
                sign(scalar)
                position += 1
            }
        }
    }

    private func peek(_ offset: Int) -> Unicode.Scalar? {
        let index = position + offset
        return index >= 0 && index < scalars.count ? scalars[index] : nil
    }

    private static func isDigit(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return ("0"..."9").contains(scalar)
    }

    private static func isLetter(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isAlphabetic ?? false }

    private mutating func add(_ kind: OperatorToken.Kind, _ raw: String) {
        tokens.append(OperatorToken(kind: kind, text: raw.lowercased(), raw: raw))
    }

    // MARK: - Kinds

    /// Letters; a hyphen, apostrophe or underscore between letters joins them, a stroke stays (`mbit/s`), a final `'s`
    /// goes.
    private mutating func word() {
        var raw = ""
        while let scalar = peek(0) {
            if OperatorTokens.isLetter(scalar) {
                raw.unicodeScalars.append(scalar)
            } else if scalar == "/", OperatorTokens.isLetter(peek(1)) {
                raw += "/"
            } else if scalar == "'" || scalar == "\u{2019}", OperatorTokens.isLetter(peek(1)) {
                if peek(1) == "s", !OperatorTokens.isLetter(peek(2)) {
                    position += 2
                    break
                }
            } else if !(scalar == "-" || scalar == "_") || !OperatorTokens.isLetter(peek(1)) {
                break
            }
            position += 1
        }
        add(.word, raw)
    }

    /// Digits, with a fraction, an exponent, groups of three, or minutes behind a colon.
    private mutating func number(isNegative: Bool) {
        var text = isNegative ? "-" : ""
        digits(into: &text)
        if peek(0) == ":", OperatorTokens.isDigit(peek(1)), OperatorTokens.isDigit(peek(2)),
            !OperatorTokens.isDigit(peek(3)), !isNegative
        {
            return clock(hours: text)
        }
        while peek(0) == ",", (1...3).allSatisfy({ OperatorTokens.isDigit(peek($0)) }),
            !OperatorTokens.isDigit(peek(4))
        {
            position += 1
            digits(into: &text)
        }
        if peek(0) == ".", OperatorTokens.isDigit(peek(1)) {
            position += 1
            text += "."
            digits(into: &text)
        }
        if peek(0) == "e" || peek(0) == "E" {
            let isSigned = peek(1) == "+" || peek(1) == "-"
            if OperatorTokens.isDigit(peek(isSigned ? 2 : 1)) {
                text += "e" + (isSigned && peek(1) == "-" ? "-" : "")
                position += isSigned ? 2 : 1
                digits(into: &text)
            }
        }
        add(.number(Double(text) ?? .infinity), text)
    }

    private mutating func digits(into text: inout String) {
        while let scalar = peek(0), OperatorTokens.isDigit(scalar) {
            text.unicodeScalars.append(scalar)
            position += 1
        }
    }

    private mutating func clock(hours: String) {
        position += 1
        var minutes = ""
        digits(into: &minutes)
        let raw = hours + ":" + minutes
        guard let hour = Int(hours), let minute = Int(minutes), hour <= 24, minute < 60, hour < 24 || minute == 0 else {
            return add(.badClock, raw)
        }
        add(.clock(60 * hour + minute), raw)
    }

    /// A minus where nothing stands right before it, a range between numbers or times, else nothing.
    private mutating func dash() {
        let before = peek(-1)
        position += 1
        let isFree = !OperatorTokens.isLetter(before) && !OperatorTokens.isDigit(before)
        if isFree, OperatorTokens.isDigit(peek(0)), scalars[position - 1] != "\u{2013}" {
            return number(isNegative: true)
        }
        switch tokens.last?.kind {
        case .number, .clock: add(.sign, "-")
        default: break
        }
    }

    private mutating func sign(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\u{2264}": add(.sign, "<")
        case "\u{2265}": add(.sign, ">")
        case "<", ">", "?", "%", ",", ";", ":": add(.sign, String(scalar))
        default: break
        }
    }
}

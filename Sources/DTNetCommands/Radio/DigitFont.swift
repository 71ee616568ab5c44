/// The few characters that a colour scale needs, 5 x 7 pixels each, drawn twice as large.
enum DigitFont {
    static let height = 14
    private static let advance = 12

    /// Rows from the top, five bits each, the leftmost pixel highest.
    private static let glyphs: KeyValuePairs<Character, [UInt8]> = [
        "0": [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
        "1": [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        "2": [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
        "3": [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110],
        "4": [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
        "5": [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
        "6": [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
        "7": [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
        "8": [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
        "9": [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
        "-": [0b00000, 0b00000, 0b00000, 0b11111, 0b00000, 0b00000, 0b00000],
        "d": [0b00001, 0b00001, 0b01101, 0b10011, 0b10001, 0b10001, 0b01111],
        "m": [0b00000, 0b00000, 0b11010, 0b10101, 0b10101, 0b10101, 0b10101],
        "B": [0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110],
    ]

    static func width(of text: String) -> Int { text.count * advance }

    /// Characters that it does not know are blanks.
    static func draw(_ text: String, on image: inout PNGImage, x: Int, y: Int, colour: UInt8) {
        for (place, character) in text.enumerated() {
            guard let glyph = glyphs.first(where: { $0.key == character })?.value else { continue }
            for (row, bits) in glyph.enumerated() {
                for column in 0..<5 where bits >> UInt8(4 - column) & 1 == 1 {
                    image.fill(
                        x: x + place * advance + 2 * column, y: y + 2 * row, width: 2, height: 2, colour: colour)
                }
            }
        }
    }
}

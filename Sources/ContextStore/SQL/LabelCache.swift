internal import Synchronization

/// Texts of labels by their number. Stores number them from 1 on, with few gaps, so that a field of a row costs one
/// index.
struct LabelTexts: Sendable {
    /// Numbers below this have a place of their own.
    private static let mostPlaces = 1 << 16

    private(set) var count = 0
    /// `.null` where no label has the number.
    private var places: [ContextValue] = []
    /// Of numbers beyond all places.
    private var others: [Int64: ContextValue] = [:]

    /// The text of a label, null where none has the number.
    subscript(_ number: Int64) -> ContextValue {
        guard let place = Int(exactly: number), places.indices.contains(place) else { return others[number] ?? .null }
        return places[place]
    }

    /// A field of a row as a query gives it: the text where the field is a label, else the field.
    static func resolved(_ field: ContextValue, _ kind: ContextTable.Kind, _ labels: LabelTexts?) -> ContextValue {
        guard kind == .label, let labels, case .integer(let number) = field else { return field }
        return labels[number]
    }

    /// Adds a label; its number has none yet.
    mutating func add(_ number: Int64, _ text: String) {
        count += 1
        guard let place = Int(exactly: number), (0..<LabelTexts.mostPlaces).contains(place) else {
            others[number] = .text(text)
            return
        }
        if place >= places.count {
            places += [ContextValue](repeating: .null, count: place + 1 - places.count)
        }
        places[place] = .text(text)
    }
}

/// The labels that this process has seen, both ways.
final class LabelCache: Sendable {
    private struct State {
        var numbers: [String: Int64] = [:]
        var texts = LabelTexts()
    }

    private let state = Mutex(State())

    var numbers: [String: Int64] { state.withLock { $0.numbers } }
    var texts: LabelTexts { state.withLock { $0.texts } }

    /// All texts by number, nil where the store holds another number of them.
    func texts(ifThereAre count: Int) -> LabelTexts? {
        state.withLock { $0.texts.count == count ? $0.texts : nil }
    }

    func keep(_ numbers: [String: Int64]) {
        state.withLock { state in
            for (text, number) in numbers where state.numbers[text] == nil {
                state.numbers[text] = number
                state.texts.add(number, text)
            }
        }
    }
}

/// Finds the word that a writer most likely meant.
package enum NearestMatch {
    /// `; did you mean 'x'? allowed: a, b, c`; the first part only where a candidate is near enough.
    package static func hint(for word: String, among candidates: [String]) -> String {
        var text = ""
        if let near = nearest(to: word, among: candidates) { text += "; did you mean '\(near)'?" }
        guard !candidates.isEmpty else { return text }
        let shown = candidates.prefix(24)
        text += (text.isEmpty ? "; " : " ") + "allowed: " + shown.joined(separator: ", ")
        return shown.count < candidates.count ? text + ", ..." : text
    }

    /// The candidate with the smallest edit distance, the first of equals; nil where more than a third of the longer
    /// word (two letters of a short one, never more than half) would have to change.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        guard word.utf8.count <= 64 else { return nil }
        let scored = candidates.map { (name: $0, distance: distance(word, $0)) }
        guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
        let longer = max(word.utf8.count, best.name.utf8.count)
        return best.distance <= max(2, longer / 3) && best.distance * 2 <= longer ? best.name : nil
    }

    /// Edit distance with transposition of neighbours (optimal string alignment), on bytes, letter case ignored.
    static func distance(_ left: String, _ right: String) -> Int {
        let (a, b) = (Array(left.lowercased().utf8), Array(right.lowercased().utf8))
        var before = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in 0..<a.count {
            var current = [i + 1] + [Int](repeating: 0, count: b.count)
            for j in 0..<b.count {
                let cost = a[i] == b[j] ? 0 : 1
                current[j + 1] = min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    current[j + 1] = min(current[j + 1], before[j - 1] + 1)
                }
            }
            (before, previous) = (previous, current)
        }
        return previous[b.count]
    }
}

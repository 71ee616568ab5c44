internal import NetworkModel

/// What a sentence is about.
struct FoundScope {
    /// Indices of slices, each once.
    var slices: [Int] = []
    /// nil where no cell, place or band is named; ascending.
    var cells: [CellID]?
    /// The sentence speaks of all other cells, too.
    var isElsewhere = false
    /// The sentence says that it means the whole network.
    var isNetwork = false

    /// Words that name a scope without saying which.
    private static let vague = ["there", "somewhere", "usual", "here", "downtown", "someone", "somebody"]

    /// Throws where the sentence points at something that it does not name.
    func refuseVague(_ sentence: OperatorSentence, places: OperatorContext) throws(OperatorRefusal) {
        guard cells == nil else { return }
        let word = FoundScope.vague.first { sentence.first($0) != nil }
        guard let word else { return }
        throw OperatorRefusal(
            .ambiguousScope, "'\(word)' names no place", accepted: "\(places.placeList); \(places.cellList)")
    }
}

extension IntentParser {
    private static let articles = ["the", "a", "an", "our", "my", "old", "new", "any", "whole", "entire", "this"]
    private static let prepositions = ["in", "at", "on", "inside", "outside", "around", "near", "over", "of", "for"]

    /// Names of kinds of slices: the first is what a topology calls it, any may be.
    private static let kinds = [
        ["urllc", "ultrareliable"], ["embb", "broadband"], ["xr", "headset", "vr", "ar"],
        ["iot", "sensor", "meter", "sensors", "meters"], ["video", "camera", "cameras"],
    ]

    /// Everything in the sentence that names a slice, a cell, a place or a band.
    func scope(in sentence: inout OperatorSentence) throws(OperatorRefusal) -> FoundScope {
        var found = FoundScope()
        try refuseVagueSlice(sentence)
        try takeSlices(in: &sentence, found: &found)
        let placed = takePlaces(in: &sentence)
        var named = takeCellNames(in: &sentence)
        named += try takeCellNumbers(in: &sentence)
        let band = try takeBand(in: &sentence)
        try refuseUnknownPlace(sentence)
        found.isElsewhere = IntentParser.saysElsewhere(sentence)
        found.isNetwork = sentence.says("network", "everywhere", "all cells", "wherever", "every cell")
        found.cells = try combine(placed: placed, named: named, band: band)
        return found
    }

    private func combine(
        placed: [CellID]?, named: [CellID], band: [CellID]?
    ) throws(OperatorRefusal) -> [CellID]? {
        var cells = placed
        if !named.isEmpty {
            cells = named.filter { placed?.contains($0) ?? true }
        }
        if let band { cells = band.filter { cells?.contains($0) ?? true } }
        guard let cells else { return nil }
        guard !cells.isEmpty else {
            throw OperatorRefusal(
                .ambiguousScope, "the cells, places and bands named have no cell in common",
                accepted: "\(context.placeList); \(context.cellList)")
        }
        let sorted = cells.sorted()
        return sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }.map { sorted[$0] }
    }

    static func saysElsewhere(_ sentence: OperatorSentence) -> Bool {
        sentence.says(
            "elsewhere", "everywhere else", "the rest", "other cells", "other places", "other areas", "outside",
            "all cells but", "all cells except", "everywhere but", "everywhere except")
    }

    // MARK: - Slices

    private func refuseVagueSlice(_ sentence: OperatorSentence) throws(OperatorRefusal) {
        guard sentence.says("that slice", "this slice", "those slices", "some slice") else { return }
        throw OperatorRefusal(.ambiguousScope, "no slice is named", accepted: context.sliceList)
    }

    private func takeSlices(in sentence: inout OperatorSentence, found: inout FoundScope) throws(OperatorRefusal) {
        for (index, slice) in context.slices.enumerated() {
            let name = OperatorTokens.split(slice.name)
            while let place = sentence.place(of: name) {
                sentence.use(place)
                if !found.slices.contains(index) { found.slices.append(index) }
            }
        }
        for kind in IntentParser.kinds {
            let index = context.slices.firstIndex { kind.contains($0.name.lowercased()) }
            for position in 0..<sentence.count
            where !sentence.isUsed(position) && kind.contains(sentence.word(position)) {
                guard let index else {
                    throw OperatorRefusal(
                        .unknownSlice, "no slice '\(sentence.word(position))'", accepted: context.sliceList)
                }
                sentence.use(position..<position + 1)
                if !found.slices.contains(index) { found.slices.append(index) }
            }
        }
        try takeSliceNumbers(in: &sentence, found: &found)
    }

    /// `slice 2`; and names beside the word that no slice has.
    private func takeSliceNumbers(
        in sentence: inout OperatorSentence, found: inout FoundScope
    ) throws(OperatorRefusal) {
        for index in 0..<sentence.count where sentence.word(index) == "slice" {
            if let number = sentence.number(index + 1), !sentence.isUsed(index + 1) {
                guard let slice = Int(exactly: number), context.slices.indices.contains(slice) else {
                    throw unknownSlice(sentence.word(index + 1))
                }
                sentence.use(index..<index + 2)
                if !found.slices.contains(slice) { found.slices.append(slice) }
            }
            for neighbour in [index + 1, index - 1] where neighbour >= 0 && neighbour < sentence.count {
                guard sentence.tokens[neighbour].kind == .word, !sentence.isUsed(neighbour),
                    !sentence.isKnown(sentence.word(neighbour))
                else { continue }
                throw unknownSlice(sentence.word(neighbour))
            }
        }
    }

    private func unknownSlice(_ name: String) -> OperatorRefusal {
        OperatorRefusal(
            .unknownSlice, "no slice '\(UntrustedText.cleaned(name, limit: 32))'", accepted: context.sliceList)
    }

    // MARK: - Places and cells

    /// Cells of all places named, nil where none is.
    private func takePlaces(in sentence: inout OperatorSentence) -> [CellID]? {
        var cells: [CellID]?
        for place in context.places.sorted(by: { $0.name.count > $1.name.count }) {
            while let range = sentence.place(of: OperatorTokens.split(place.name)) {
                // `cell hall-2` is one cell, not its site.
                if isCellName(sentence, range) { break }
                sentence.use(range)
                cells = (cells ?? []) + place.cells
            }
        }
        return cells
    }

    private func isCellName(_ sentence: OperatorSentence, _ range: Range<Int>) -> Bool {
        context.cellNames.contains { name in
            let tokens = OperatorTokens.split(name)
            guard tokens.count > range.count, range.lowerBound + tokens.count <= sentence.count else { return false }
            return tokens.indices.allSatisfy { sentence.word(range.lowerBound + $0) == tokens[$0].text }
        }
    }

    private func takeCellNames(in sentence: inout OperatorSentence) -> [CellID] {
        var cells: [CellID] = []
        for (index, name) in context.cellNames.enumerated() {
            let tokens = OperatorTokens.split(name)
            while let range = sentence.place(of: tokens) {
                sentence.use(range)
                cells.append(CellID(UInt32(index)))
            }
        }
        return cells
    }

    /// `cell 4`, `cell4`, `cells 1, 2 and 3`, `cells 1 to 3`.
    private func takeCellNumbers(in sentence: inout OperatorSentence) throws(OperatorRefusal) -> [CellID] {
        var cells: [CellID] = []
        for index in 0..<sentence.count
        where ["cell", "cells", "sector", "sectors", "c"].contains(sentence.word(index)) {
            guard let first = sentence.number(index + 1), !sentence.isUsed(index + 1) else {
                try refuseUnknownCellName(sentence, at: index)
                continue
            }
            var last = try cell(first, sentence.tokens[index + 1].raw)
            cells.append(last)
            sentence.use(index..<index + 2)
            guard sentence.word(index).hasSuffix("s") else { continue }
            var next = index + 2
            while next < sentence.count {
                var number = next
                while [",", "and", "to", "-"].contains(sentence.word(number)) { number += 1 }
                guard number > next, let value = sentence.number(number), unit(in: sentence, at: number + 1) == nil
                else { break }
                let cell = try cell(value, sentence.tokens[number].raw)
                let isRange = ["to", "-"].contains(sentence.word(number - 1))
                let range = min(last.index, cell.index)...max(last.index, cell.index)
                cells += isRange ? range.map { CellID(UInt32($0)) } : [cell]
                sentence.use(next..<number + 1)
                (last, next) = (cell, number + 1)
            }
        }
        return cells
    }

    private func cell(_ number: Double, _ raw: String) throws(OperatorRefusal) -> CellID {
        guard let index = Int(exactly: number), context.cellNames.indices.contains(index) else {
            throw OperatorRefusal(
                .unknownCell, "no cell \(UntrustedText.cleaned(raw, limit: 24))", accepted: context.cellList)
        }
        return CellID(UInt32(index))
    }

    private func refuseUnknownCellName(_ sentence: OperatorSentence, at index: Int) throws(OperatorRefusal) {
        let name = sentence.word(index + 1)
        guard index + 1 < sentence.count, sentence.tokens[index + 1].kind == .word, !sentence.isUsed(index + 1),
            !sentence.isKnown(name), sentence.word(index) != "c"
        else { return }
        throw OperatorRefusal(
            .unknownCell, "no cell '\(UntrustedText.cleaned(name, limit: 32))'", accepted: context.cellList)
    }

    private func takeBand(in sentence: inout OperatorSentence) throws(OperatorRefusal) -> [CellID]? {
        var cells: [CellID]?
        for index in 0..<sentence.count {
            guard let number = sentence.number(index), case .frequency(let factor)? = unit(in: sentence, at: index + 1)
            else { continue }
            let band = context.bands.first { (number * factor / $0.frequencyHz - 1).magnitude < 0.02 }
            guard let band else {
                let known = context.bands.map { "\($0.frequencyHz / 1e9) GHz" }.joined(separator: ", ")
                throw OperatorRefusal(.unknownBand, "no cell sends at \(sentence.word(index))", accepted: known)
            }
            sentence.use(index..<index + 2)
            cells = (cells ?? []) + band.cells
        }
        return cells
    }

    /// A word after `in`, `at` or `of` that is no word of the grammar is a place that the network does not have.
    private func refuseUnknownPlace(_ sentence: OperatorSentence) throws(OperatorRefusal) {
        for index in 0..<sentence.count where IntentParser.prepositions.contains(sentence.word(index)) {
            var next = index + 1
            while IntentParser.articles.contains(sentence.word(next)) { next += 1 }
            guard next < sentence.count, sentence.tokens[next].kind == .word, !sentence.isUsed(next) else { continue }
            var last = next
            while last < min(sentence.count, next + 4), sentence.tokens[last].kind == .word, !sentence.isUsed(last),
                !sentence.isKnown(sentence.word(last))
            {
                last += 1
            }
            guard last > next else { continue }
            let phrase = (next..<last).map { sentence.tokens[$0].raw }.joined(separator: " ")
            throw OperatorRefusal(
                .unknownPlace, "no place '\(UntrustedText.cleaned(phrase, limit: 64))'", accepted: context.placeList)
        }
    }
}

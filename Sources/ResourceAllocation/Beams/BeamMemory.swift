/// What a controller of beams knows: what it has measured, when, and how the serving beam has moved.
///
/// Levels are measured SNRs in dB, ages are in steps. Beams lie on a ring: for elements half a wavelength apart the
/// codebook's ends are one direction. A beam is *apart* from the serving one from three beams away on.
package struct BeamMemory: Sendable {
    /// Distance on the ring from which on a beam is apart from the serving one.
    private static let apart = 3
    /// What a remembered level is worth less per step, and per beam that the serving one has moved, in dB.
    private static let fadePerStepDb: Float = 0.004, fadePerBeamDb: Float = 0.3
    /// Level of a beam that was never measured, in dB.
    private static let nothing: Float = -100
    /// Steps over which the pace is averaged.
    private static let paceSteps: Float = 32

    /// Steps after which beams apart are looked at, and after which all are, whatever a policy prefers.
    private static let mostStepsToOther = 30, mostStepsToSweep = 150

    /// Number of beams, 2 or more.
    package let beams: Int
    /// Beam that serves.
    package private(set) var serving = 0
    /// Level of the serving beam when it was last measured.
    package private(set) var level = BeamMemory.nothing
    /// Step that is decided next.
    package private(set) var step = 0
    /// Highest level of late, of any beam.
    private(set) var top = BeamMemory.nothing
    /// Beams moved to neighbours per step, averaged.
    private(set) var pace: Float = 0

    /// Last level of every beam plus what had faded by then, and its step; -1 for none.
    private var last: [Float]
    private var lastAt: [Int]
    /// The same of the highest level of late: it fades, but a low measurement does not end it.
    private var peak: [Float]
    private var peakAt: [Int]
    /// What a level of the first step would have faded by, in dB.
    private var fadedDb: Float = 0
    /// Level of the serving beam when its neighbours were last compared, or later 1 dB below the level.
    private var settled: Float = 0
    private var comparedAt = 0
    private var sweptAt = 0
    private var otherAt = 0
    /// Side of the last move to a neighbour, 1 or -1.
    private var side = 1

    package init(beams: Int) {
        precondition(beams >= 2)
        self.beams = beams
        last = [Float](repeating: BeamMemory.nothing, count: beams)
        lastAt = [Int](repeating: -1, count: beams)
        peak = last
        peakAt = lastAt
    }

    /// Steps since a full sweep.
    package var stepsSinceSweep: Int { step - sweptAt }
    /// Steps since both neighbours were compared.
    var stepsSinceComparison: Int { step - comparedAt }
    /// Steps since a beam apart from the serving one was probed.
    var stepsSinceOther: Int { step - otherAt }
    /// What a learned policy must do now, because it has looked at nothing else for long; nil where it is free.
    var overdue: BeamManoeuvre? {
        if stepsSinceSweep >= BeamMemory.mostStepsToSweep { return .sweep }
        return stepsSinceOther >= BeamMemory.mostStepsToOther ? .former : nil
    }
    /// How far the level has fallen since the neighbours were compared, in dB.
    package var fallDb: Float { settled - level }
    /// The beam apart from the serving one with the highest last level.
    var recalled: Memory? { best(last, lastAt) }
    /// The beam apart from the serving one that was best of late.
    var former: Memory? { best(peak, peakAt) }

    /// A beam and what is remembered of it: a level less what has faded, and its age in steps.
    struct Memory {
        var beam: Int
        var level: Float
        var age: Int
    }

    /// Takes a step: measures, notes, and chooses what serves. Returns the number of probes.
    ///
    /// - Parameter measure: the measured level of a beam in this step.
    package mutating func act(_ manoeuvre: BeamManoeuvre, measure: (Int) -> Float) -> Int {
        let probes = probes(of: manoeuvre)
        let before = serving
        level = measure(before)
        note(before, level)
        for beam in probes {
            let value = measure(beam)
            note(beam, value)
            if value > level { (serving, level) = (beam, value) }
        }
        switch manoeuvre {
        case .hold, .ahead: break
        case .neighbours, .wide: comparedAt = step
        case .recalled, .former: otherAt = step
        case .sweep: (comparedAt, sweptAt, otherAt) = (step, step, step)
        }
        settle(before, isCompared: comparedAt == step)
        step += 1
        return probes.count
    }

    /// The beams to probe for a manoeuvre, without the serving one and each once.
    private func probes(of manoeuvre: BeamManoeuvre) -> [Int] {
        let probes: [Int]
        switch manoeuvre {
        case .hold: return []
        case .ahead: probes = [serving + side]
        case .neighbours: probes = [serving - 1, serving + 1]
        case .wide: probes = [serving - 2, serving - 1, serving + 1, serving + 2]
        case .recalled: probes = recalled.map { [$0.beam] } ?? []
        case .former: probes = former.map { [$0.beam - 1, $0.beam, $0.beam + 1] } ?? []
        case .sweep: probes = Array(0..<beams)
        }
        var unique: [Int] = []
        for beam in probes.map(onRing) where beam != serving && !unique.contains(beam) { unique.append(beam) }
        return unique
    }

    private func onRing(_ beam: Int) -> Int { (beam + beams) % beams }

    private func distance(_ a: Int, _ b: Int) -> Int { min(abs(a - b), beams - abs(a - b)) }

    private func best(_ levels: [Float], _ at: [Int]) -> Memory? {
        var found: Memory?
        for beam in 0..<beams where at[beam] >= 0 && distance(beam, serving) >= BeamMemory.apart {
            let level = levels[beam] - fadedDb
            if found.map({ level > $0.level }) ?? true {
                found = Memory(beam: beam, level: level, age: step - at[beam])
            }
        }
        return found
    }

    private mutating func note(_ beam: Int, _ value: Float) {
        let kept = value + fadedDb
        if peakAt[beam] < 0 || kept > peak[beam] { (peak[beam], peakAt[beam]) = (kept, step) }
        (last[beam], lastAt[beam]) = (kept, step)
    }

    /// What a move from `before`, or none, says of the pace and of the level to expect.
    private mutating func settle(_ before: Int, isCompared: Bool) {
        let moved = distance(before, serving)
        let isNear = moved > 0 && moved < BeamMemory.apart
        pace += (Float(isNear ? moved : 0) - pace) / BeamMemory.paceSteps
        let fade = BeamMemory.fadePerStepDb + BeamMemory.fadePerBeamDb * pace
        fadedDb += fade
        top = max(top - fade, level)
        if isNear { side = onRing(before + moved) == serving ? 1 : -1 }
        settled = moved > 0 || isCompared ? level : max(settled, level - 1)
    }
}

/// The words that the grammar knows, and the repair of typing errors in them.
enum OperatorWords {
    /// Words with a meaning: what a misspelt word is taken for.
    static let terms = list(
        """
        urllc embb iot video broadband headset sensor sensors meter meters camera cameras ultrareliable
        cell cells sector sectors slice slices region network users user
        delay latency milliseconds millisecond seconds second minutes minute hours hour
        mbit/s mbps kbit/s kbps gbit/s gbps throughput bandwidth spectrum subbands subband
        power energy saving priority prioritise prioritize deprioritise deprioritize prefer preferred
        uplink downlink upload download until between elsewhere everywhere outside
        modulation retrain retrained training platform blanked blanking asleep sleeping
        handover handovers reassociated association status alarms alarm incidents incident intents intent
        policies twins utilisation utilization consumption minimum maximum guarantee tonight midnight
        """)

    /// All other words that need not be explained.
    static let fillers = list(
        """
        a about above absolutely active actually add after again ahead ai air al all allow allows along already also
        always am an and any anybody anyone anything are area areas around arrive as ask at available average away
        back background bad band bands basis be because been before being below better between beyond big bill both
        bring broken busy but by calm campaign can cannot cant cap capped care carrier carry ceiling change changed
        channel charge chat check clear code coding come comes coming connected consume control could count cover
        coverage covered crew crews crowd current currently cut cuts damp data day days deal decided decision deep
        deliver deployed deploy device devices did didnt digital direction do does doesnt dog doing done dont down
        dbm ghz db drift drifted drive drives drone drop due during each early earlier easy eat effect eight eighteen
        eighty either eleven else end ending ends engine engines enough ensure entire errors error evening event ever
        every everybody everyone everything exceed explain factor factory fall far fast faster feel few fewer fifteen
        fifty file files find fine first five fix flow fly flying for force forty four frames from fulfilled full
        fully further future game gbit gets get getting give given gives go goes going good got great guaranteed had
        half hand handed happen happened hard has have having he hear held hello here hi high higher highest hold
        holding home hover how however hz i if ill im important in including increase increased inside instead into is
        isnt it its itself just keep keeping keeps khz kind kwh lack last late later latest layer least leave left
        less let level like limit limited limits line list little live load local longer look lose lost lot low lower
        lowest made mainly make makes making mandatory many mask match max may maybe mcs me mean means measured medium
        meet meters mhz mid might min mind mine mins minus mobile mode moment monday more morning most move moved moves
        much must mute muted my name need needed needs neighbour neighbours never new next night nine nineteen ninety
        no nobody noise none noon nor normal not note nothing notice now number numbers of off ok okay old on once one
        ones only open operation or order other others otherwise our out over overview own packet packets part people
        per percent performance period permanently person phone phones place places please possible pm prb prbs present
        prio problem problems promise promised protect provide push put puts quality quarter quick quickly quiet
        quite rate rather reach reached reaching really reason reduce reduced reducing regarding release reports
        request require required requires reserve resource resources rest restrict restricted right rise rising run
        running runs same satisfied saturday save saved saves scheme sec secs see seen sees send sending sends sent
        serve served serves service services set seven seventeen seventy share shares shift shifted shifts short should
        show shown shut signal since sinr situation six sixteen sixty sleep sleeps slot slow slower small smaller so
        some somebody someone something soon sorry speed spend spent staff stand standard start started starting
        starts state station stations stay stays step still stop stops stream streams stronger strictly subscribers
        success successful succeed such sunday sure switch switched switching take taken takes taking team tell ten
        than thank thanks that the their them then there these they thing things think thirteen thirty this those
        though three through thursday till time times to today together told tomorrow too took top total towards
        traffic trained transmit transmission transmitted transmitting tuesday turn turned twelve twenty twice twin
        two under unit units unless unused up upon usage usually use used uses using value values very via violations
        visitors vital wait waits want wants was watch watt watts way we wednesday week weight well went were what
        whatever when where wherever whether which while who whole whose why will wish with within without worth
        would year yes yesterday you your zero ago friday further reserved weekend month bits bit packet's xr vr ar
        ms us s h w m k g v x uses dl ul ho ue ues dly prefers runs hundred thousand half somewhere usual
        boost favour favor precedence preference queue front head yield yields deserve deserves treat loaded
        overloaded crowded matter matters behind come importance
        guard veto radar incumbent ignore turn keys private exceeding violate orders it's
        """)

    private static let most = 24

    static func list(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "\n" }.map(String.init).sorted()
    }

    /// Whether a sorted list holds a word.
    static func contains(_ word: String, in sorted: [String]) -> Bool {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < word { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == word
    }

    /// The term that a misspelt word of 5 letters or more is nearest to: one edit away, two from 8 letters on. The word
    /// itself where no term, or more than one, is as near.
    static func corrected(_ word: String, terms: [String]) -> String {
        let letters = Array(word.utf8)
        guard (5...most).contains(letters.count) else { return word }
        var (best, nearest, isUnique) = (letters.count >= 8 ? 3 : 2, word, true)
        for term in terms {
            let other = Array(term.utf8)
            guard other.count >= 5, abs(other.count - letters.count) < best + 1 else { continue }
            let distance = edits(letters, other)
            if distance < best {
                (best, nearest, isUnique) = (distance, term, true)
            } else if distance == best, nearest != word, nearest != term {
                isUnique = false
            }
        }
        return isUnique ? nearest : word
    }

    /// Optimal string alignment: insertions, deletions, replacements, swaps of neighbours.
    static func edits(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var before = [Int](repeating: 0, count: second.count + 1)
        var row = Array(0...second.count)
        for i in 0..<first.count {
            var next = [Int](repeating: i + 1, count: second.count + 1)
            for j in 0..<second.count {
                next[j + 1] = min(row[j] + (first[i] == second[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
                    next[j + 1] = min(next[j + 1], before[j - 1] + 1)
                }
            }
            (before, row) = (row, next)
        }
        return row[second.count]
    }
}

import DTNetCommands
import Testing

/// The learned policy beside the rules, on drives that training never sees.
@Suite struct BeamStudyTests {
    private func mean(_ rows: [BeamStudy.Row], _ name: String) -> BeamStudy.Row? {
        rows.first { $0.controller == name && $0.speedKmh == nil }
    }

    @Test(arguments: [21, 22] as [UInt64])
    func thePolicyThatShipsBeatsTheRules(seed: UInt64) throws {
        var study = BeamStudy()
        study.seed = seed
        study.drives = 100
        let rows = study.rows(trainedEpisodes: nil)
        let learned = try #require(mean(rows, "learned")).rateShare
        for (name, margin) in [("sweep", 0.03), ("tracking", 0.02), ("recovery", 0.001)] {
            let other = try #require(mean(rows, name)).rateShare
            #expect(learned > other + margin, "seed \(seed): \(learned), \(name) \(other)")
        }
        for row in rows where row.controller == "learned" {
            #expect(row.rateShare > 0.96 && row.rateShare < 1 && row.probesPerStep < 2.5, "\(row)")
        }
        #expect(try #require(mean(rows, "oracle")).rateShare == 1)
    }

    @Test func trainingImprovesOverItsStartAndRepeats() throws {
        var study = BeamStudy()
        study.seed = 31
        study.drives = 10
        let rows = study.rows(trainedEpisodes: 1_500)
        let learned = try #require(mean(rows, "learned")).rateShare
        let start = try #require(mean(rows, "start")).rateShare
        #expect(learned > start + 0.1 && learned > 0.95, "\(start) to \(learned)")
        study.drives = 2
        #expect(study.rows(trainedEpisodes: 30) == study.rows(trainedEpisodes: 30))
        #expect(study.rows(trainedEpisodes: 30) != study.rows(trainedEpisodes: 30, trainingSeed: 2))
    }
}

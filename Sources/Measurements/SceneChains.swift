internal import Foundation
internal import Learning

/// Chains of scenes, each cooled from the prior to the posterior (simulated annealing) and then walked on: the scenes
/// of several chains, since each may end in another valley.
enum SceneChains {
    private static let chains = 4
    /// Sweeps of a chain, and those of them in which it cools.
    private static let sweeps = 300
    private static let coolingSweeps = sweeps * 6 / 10
    private static let hottest = 0.03
    /// Sweeps between searches for where births are worth trying.
    private static let sweepsPerSearch = 40
    /// Scenes kept of a chain.
    private static let kept = 4

    /// Sweeps of all chains.
    static let allSweeps = chains * sweeps

    /// Scenes from the posterior, each with the spreads under which it was drawn; fewer where `goesOn`, asked with the
    /// sweeps made, said no.
    static func run(_ problem: SceneProblem, goesOn: (Int) -> Bool) -> [(scene: SceneHypothesis, law: ReadingLaw)] {
        var scenes: [(scene: SceneHypothesis, law: ReadingLaw)] = []
        let spacing = (sweeps - coolingSweeps) / kept
        for chain in 0..<chains {
            var scene = SceneSampler(problem, inverseTemperature: hottest, seed: UInt64(chain) + 1)
            for sweep in 0..<sweeps {
                guard goesOn(chain * sweeps + sweep) else { return scenes }
                scene.inverseTemperature = pow(hottest, max(0, 1 - Double(sweep) / Double(coolingSweeps)))
                if sweep % sweepsPerSearch == 10, sweep < coolingSweeps {
                    for kind in 0..<2 { scene.lookForPlaces(kind) }
                }
                scene.sweep()
                let after = sweep - coolingSweeps
                if after >= 0, after % spacing == spacing - 1, scenes.count < (chain + 1) * kept {
                    scenes.append((scene.hypothesis, scene.law))
                }
            }
        }
        return scenes
    }
}

internal import Foundation
internal import Learning

/// Chains of scenes, each cooled from the prior to the posterior (simulated annealing) and then walked on: the scenes
/// of several chains, since each may end in another valley.
enum SceneChains {
    private static let chains = 4
    /// Passes of a chain, and those of them in which it cools.
    private static let passes = 300
    private static let coolingPasses = passes * 6 / 10
    private static let hottest = 0.03
    /// Passes between searches for where births are worth trying.
    private static let passesPerSearch = 40
    /// Scenes kept of a chain.
    private static let kept = 4

    /// Scenes from the posterior; fewer where `goesOn` said no.
    static func run(_ problem: SceneProblem, goesOn: () -> Bool) -> [SceneHypothesis] {
        var scenes: [SceneHypothesis] = []
        let spacing = (passes - coolingPasses) / kept
        for chain in 0..<chains {
            var scene = SceneSampler(problem, coolness: hottest, seed: UInt64(chain) + 1)
            for pass in 0..<passes {
                guard goesOn() else { return scenes }
                scene.coolness = pow(hottest, max(0, 1 - Double(pass) / Double(coolingPasses)))
                if pass % passesPerSearch == 10, pass < coolingPasses {
                    for kind in 0..<2 { scene.lookForPlaces(kind) }
                }
                scene.pass()
                let after = pass - coolingPasses
                if after >= 0, after % spacing == spacing - 1, scenes.count < (chain + 1) * kept {
                    scenes.append(scene.hypothesis)
                }
            }
        }
        return scenes
    }
}

import NetworkModel
import Testing
import Topology

/// The language engine of a topology: which model, at what cost, with what authority.
@Suite struct LanguageTests {
    @Test func withoutKeysTheRuleBaseDecides() throws {
        let language = try Fixtures.resolve(Fixtures.small()).plan.network.language
        #expect(language == LanguageConfiguration())
        #expect(language.isEnabled && language.server == .none && language.proposals == 4 && language.passages == 2)
        #expect(!language.authority.contains(.deployPlatform) && !language.authority.contains(.loadAdapter))
        #expect(language.authority.count == LanguageConfiguration.Action.allCases.count - 2)
    }

    @Test func everyKeyArrives() throws {
        let topology = try Fixtures.resolve(
            Fixtures.small(
                """
                language:
                  enabled: true
                  server: https://models.example:8443/v1
                  model: large
                  api_key_env: MODEL_KEY
                  deadline: 2500ms
                  proposals: 8
                  passages: 0
                  tokens_per_minute: 500
                  busy_per_minute: 10s
                  period: 1s
                  horizon: 500ms
                  documents: texts
                  authority: [retrain, shift_bandwidth]

                """))
        var expected = LanguageConfiguration()
        (expected.server, expected.model) = (.remote(base: "https://models.example:8443/v1"), "large")
        (expected.apiKeyVariable, expected.deadline) = ("MODEL_KEY", .milliseconds(2_500))
        (expected.proposals, expected.passages, expected.tokensPerMinute) = (8, 0, 500)
        (expected.busyPerMinute, expected.period, expected.horizon) = (.seconds(10), .seconds(1), .milliseconds(500))
        (expected.documents, expected.authority) = ("texts", [.shiftBandwidth, .retrain])
        #expect(topology.plan.network.language == expected)
        #expect(try WiringPlan(jsonData: topology.plan.jsonData()).network.language == expected)
        let words = ValidationReport.describe(topology.plan)
        for part in [
            "model large at https://models.example:8443/v1, key in $MODEL_KEY", "within 2.5s, best of 8, 0 passages",
            "500 tokens and 10s a minute", "every 1s, what-if of 500ms", "texts of texts",
            "adopts by itself: shift_bandwidth retrain",
        ] { #expect(words.contains(part), "\(part) in \(words)") }
    }

    @Test func filesAreSeenFromTheTopology() throws {
        let text = Fixtures.small("language: {server: local, model: big.gguf, documents: ../texts, authority: []}\n")
        let language = try TopologyFile.load(text: text, path: "a/t.yaml").resolve().plan.network.language
        #expect(language.server == .local && language.model == "a/big.gguf" && language.documents == "a/../texts")
        #expect(language.authority.isEmpty)
    }

    @Test func adaptersArriveInTheirOrder() throws {
        let text = Fixtures.small(
            """
            language:
              server: local
              adapters:
                wet: {file: lora/wet.gguf, when: [heavy_rain, rain]}
                crowd: {file: /srv/crowd.gguf, when: surge}

            """)
        let topology = try TopologyFile.load(text: text, path: "a/t.yaml").resolve()
        #expect(
            topology.plan.network.language.adapters == [
                .init(name: "wet", file: "a/lora/wet.gguf", conditions: [.rain, .heavyRain]),
                .init(name: "crowd", file: "/srv/crowd.gguf", conditions: [.surge]),
            ])
        #expect(try WiringPlan(jsonData: topology.plan.jsonData()).network == topology.plan.network)
        let words = "local model with one adapter at a time of wet (a/lora/wet.gguf), crowd (/srv/crowd.gguf), answers"
        #expect(ValidationReport.describe(topology.plan).contains(words))
    }

    @Test func whatTheEngineDoesIsWrittenBack() throws {
        func words(_ keys: String) throws -> String {
            ValidationReport.describe(try Fixtures.resolve(Fixtures.small("language: {\(keys)}\n")).plan)
        }
        #expect(try words("").contains("language engine: the rule base, a cycle every 5s"))
        #expect(try words("enabled: false").contains("language engine: off\n"))
        #expect(try words("server: local").contains("language engine: local model, answers within 5s, best of 4"))
        #expect(try words("authority: []").contains("adopts by itself: nothing"))
    }

    @Test(
        arguments: [
            ("server: remote", "t.yaml:19:20: language.server: must be none, local or an address such as http://127"),
            ("server: ftp://a", "t.yaml:19:20: language.server: must be none, local or an address"),
            ("server: 'http://', model: a", "t.yaml:19:20: language.server: 'http://' is no address"),
            ("server: 'http://:80/v1', model: a", "t.yaml:19:20: language.server: 'http://:80/v1' is no address"),
            ("server: 'http://a?key=b', model: a", "t.yaml:19:20: language.server: 'http://a?key=b' is no address"),
            ("server: 'http://key@a', model: a", "t.yaml:19:20: language.server: a key does not belong into a topo"),
            ("server: 'http://a/v1'", "t.yaml:19:20: language.model: missing: the name of a model"),
            ("model: a", "t.yaml:19:19: language.model: there is no server that could have a model"),
            ("api_key_env: A", "t.yaml:19:25: language.api_key_env: only a server given by its address takes a key"),
            (
                "adapters: {a: {file: a.gguf, when: rain}}",
                "t.yaml:19:23: language.adapters.a: only the local server is given adapters: language.server is not"
            ),
            (
                "server: local, adapters: {none: {file: a.gguf, when: rain}}",
                "t.yaml:19:38: language.adapters.none: 'none' stands for no adapter: take another name"
            ),
            (
                "server: local, adapters: {a: {file: a.gguf}}",
                "t.yaml:19:41: language.adapters.a.when: missing: What it was trained for"
            ),
            (
                "server: local, adapters: {a: {when: rain}}",
                "t.yaml:19:41: language.adapters.a.file: missing: GGUF file of the adapter"
            ),
            (
                "server: local, adapters: {a: {file: a.gguf, when: snow}}",
                "t.yaml:19:62: language.adapters.a.when: 'snow' is not allowed"
            ),
            ("proposals: 9", "t.yaml:19:23: language.proposals: must be a whole number from 1 to 8"),
            ("deadline: 5", "t.yaml:19:22: language.deadline: '5' has no unit for a time"),
            ("authority: [shift-bandwidth]", "t.yaml:19:24: language.authority: 'shift-bandwidth' is not allowed; did"),
            ("authority: [retrain, retrain]", "t.yaml:19:33: language.authority[1]: 'retrain' stands twice"),
        ])
    func refuses(keys: String, expected: String) {
        let found = Fixtures.diagnostics(Fixtures.small("language: {\(keys)}\n"))
        #expect(found.count == 1 && found.first?.hasPrefix(expected) == true, "\(found)")
    }

    @Test func aKeyInTheFileIsRefusedAndNotRepeated() {
        let found = Fixtures.diagnostics(
            Fixtures.small("language: {server: 'http://a/v1', model: a, api_key_env: sk-secret-1}\n"))
        #expect(found.count == 1 && found.first?.contains("must be the name of an environment variable") == true)
        #expect(found.first?.contains("secret") == false)
    }
}

internal import NetworkModel

extension KeySpecification {
    static let languageKeys: [KeySpecification] = [
        .init("language", .mapping, "The language engine of L3, and the model that it asks."),
        .init(
            "language.enabled", .boolean, default: "true",
            "`false` leaves L3 without a language engine and without its rule base."),
        .init(
            "language.server", .text, default: "none",
            "`none`: the rule base decides. `local`: the model server of `scripts/llm-server.sh`, which `dtnet up` "
                + "starts. Or the address of an OpenAI-compatible server, such as `http://127.0.0.1:8080/v1`."),
        .init(
            "language.model", .text,
            "Model of the server; of the `local` one a GGUF file in place of the installed model, relative to the "
                + "topology file."),
        .init(
            "language.adapters", .entries(maximum: 16),
            "LoRA adapters of the `local` server by name. It serves with none at first, and with one at a time: the "
                + "action `load_adapter` changes it."),
        .init(
            "language.adapters.*.file", .text, required: true,
            "GGUF file of the adapter, made for the server's model; relative to the topology file."),
        .init(
            "language.adapters.*.when",
            .names(maximum: 16, allowed: LanguageConfiguration.Adapter.Condition.allCases.map(\.rawValue)),
            required: true,
            "What it was trained for: the weather, or findings of a kind. It is called for where one of them holds, "
                + "and to be unloaded where none has for a minute."),
        .init(
            "language.api_key_env", .text,
            "Name of the environment variable with the server's key; the key itself stands in no file."),
        .init(
            "language.deadline", .quantity(.time), range: ("100ms", "10min"), default: "5s",
            "Time for an answer, the repair of a bad one included."),
        .init(
            "language.proposals", .integer, range: ("1", "8"), default: "4",
            "Proposals per cycle; the twins choose the best."),
        .init(
            "language.passages", .integer, range: ("0", "8"), default: "2",
            "Retrieved passages in a prompt, at most; with any, it also has the newest rows of two cells."),
        .init(
            "language.tokens_per_minute", .integer, range: ("100", "10000000"), default: "20000",
            "Tokens that the model may read, where the server has not cached them, and write in any minute."),
        .init(
            "language.busy_per_minute", .quantity(.time), range: ("1s", "60s"), default: "30s",
            "Time that the model may be busy in any minute."),
        .init(
            "language.period", .quantity(.time), range: ("100ms", "60min"), default: "5s",
            "Time between two cycles of the engine where nothing new is found; a new finding or an operator's entry "
                + "starts one at once."),
        .init(
            "language.horizon", .quantity(.time), range: ("100ms", "60s"), default: "5s",
            "How far ahead the twins try an action."),
        .init(
            "language.mirror_period", .quantity(.time), range: ("100ms", "60s"),
            "Time between two full reports of every edge to L3; without it L3 chooses what edges report, and how often."
        ),
        .init(
            "language.documents", .text,
            "Folder of texts that retrieval also searches, relative to the topology file."),
        .init(
            "language.authority",
            .names(maximum: 16, allowed: LanguageConfiguration.Action.allCases.map(\.rawValue)),
            "Kinds of action that may be adopted without an operator; `[]` for none. Without it all but "
                + "`deploy_platform` and `load_adapter`."),
    ]
}

internal import LanguageEngine
package import NetworkModel

/// Why no model can be asked, in one line that says what to do.
package struct ChatSetupError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
}

extension ChatClient {
    /// Environment variable in which `dtnet up` hands the address of the local server to the processes of a run.
    package static let localBaseVariable = "DTNET_MODEL_SERVER"

    /// Asks what a topology names; nil where it names no server.
    ///
    /// - Parameters:
    ///   - language: of the resolved topology.
    ///   - environment: of this process: the key, and the address of a local server, are read from it.
    package static func configured(
        by language: LanguageConfiguration, environment: [String: String]
    ) throws(ChatSetupError) -> ChatClient? {
        switch language.server {
        case .none: return nil
        case .local:
            guard let base = environment[localBaseVariable], !base.isEmpty else {
                throw ChatSetupError(
                    description: "language.server is local, and \(localBaseVariable) does not say where it is: start "
                        + "scripts/llm-server.sh and set it to the address that it prints")
            }
            return ChatClient(base: base)
        case .remote(let base):
            return ChatClient(
                base: base, model: language.model ?? "", key: try key(in: language.apiKeyVariable, environment),
                keyVariable: language.apiKeyVariable)
        }
    }

    /// The key that a variable holds; nil where no variable is named. Never repeated in a message.
    package static func key(
        in variable: String?, _ environment: [String: String]
    ) throws(ChatSetupError) -> String? {
        guard let variable else { return nil }
        guard let key = environment[variable], !key.isEmpty else {
            throw ChatSetupError(
                description: "the environment variable \(variable), which language.api_key_env names, is not set")
        }
        guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), key.utf8.count <= 4_096 else {
            throw ChatSetupError(
                description: "the environment variable \(variable) holds no key: it has blanks or control characters")
        }
        return key
    }
}

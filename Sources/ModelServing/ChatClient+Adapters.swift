internal import Foundation
package import LanguageEngine
internal import Synchronization

/// Adapters (LoRA) of a llama.cpp server: it lists those that it was started with at `/lora-adapters`, and takes there
/// how much each of them counts.
extension ChatClient {
    private struct Listed: Decodable {
        var id: Int
        var path: String
        var scale: Double
    }

    /// Has the server answer with one of its adapters and no other, or with none of them; nil where it does. Nothing is
    /// posted where it does so already.
    ///
    /// - Parameters:
    ///   - adapter: place among the files; nil for none.
    ///   - files: of the adapters that the server was started with, in that order.
    package func serve(adapter: Int?, of files: [String], withinSeconds seconds: Double) -> ChatFailure? {
        let deadline = Deadline(after: seconds)
        let listed: [Listed]
        switch adapters(deadline) {
        case .failure(let failure): return failure
        case .success(let adapters): listed = adapters.sorted { $0.id < $1.id }
        }
        let (known, wanted) = (listed.map { ChatClient.name(of: $0.path) }, files.map { ChatClient.name(of: $0) })
        guard known == wanted else {
            let words = known.isEmpty ? "no adapter" : known.joined(separator: ", ")
            let text = "the server was started with \(words), not with \(wanted.joined(separator: ", "))"
            return .noAdapter(text.cut(toBytes: ChatReply.messageBytes))
        }
        let scales = listed.indices.map { $0 == adapter ? 1.0 : 0 }
        guard scales != listed.map(\.scale) else { return nil }
        let items = zip(listed, scales).map { #"{"id":\#($0.id),"scale":\#($1 == 0 ? 0 : 1)}"# }
        // The server keeps what it has read with the adapter before, and would go on from there.
        extensions.withLock { $0.hasStalePrompt = true }
        let body = "[\(items.joined(separator: ","))]"
        return switch exchange(body, deadline) {
        case .failure(let failure): failure
        case .success: nil
        }
    }

    private func adapters(_ deadline: Deadline) -> Result<[Listed], ChatFailure> {
        exchange(nil, deadline).flatMap { body in
            guard let listed = try? JSONDecoder().decode([Listed].self, from: Data(body)) else {
                return .failure(.incompatible("\(adapterAddress) holds no list of adapters"))
            }
            return .success(listed)
        }
    }

    /// The body of an answer with status 200.
    private func exchange(_ body: String?, _ deadline: Deadline) -> Result<[UInt8], ChatFailure> {
        loader.load(
            .init(
                address: adapterAddress, body: body, deadline: deadline, maximumBytes: ChatClient.maximumAnswerBytes)
        ).flatMap { answered -> Result<[UInt8], ChatFailure> in
            switch answered.status {
            case 200: .success(answered.body)
            case 404, 405: .failure(.noAdapter("\(adapterAddress) is not there: only llama.cpp's server has adapters"))
            default: .failure(.refused(status: answered.status, message: words(of: answered)))
            }
        }
    }

    /// Beside the API, not in it.
    private var adapterAddress: String {
        (base.hasSuffix("/v1") ? String(base.dropLast("/v1".count)) : base) + "/lora-adapters"
    }

    /// The last part of a path: what a topology and a server have in common, wherever each is.
    private static func name(of path: String) -> String { String(path.split(separator: "/").last ?? "") }
}

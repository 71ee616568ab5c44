/// Bump allocator for the C form of one message. Everything in it is released at once by `reset`; memory is kept for
/// the next message. With a budget it refuses more than so many bytes, so that a bomb of a message ends at its bound.
final class Arena {
    private var chunks: [UnsafeMutableRawBufferPointer] = []
    private var chunk = 0
    private var offset = 0
    private var used = 0
    private let budget: Int
    private static let chunkBytes = 64 * 1024

    init(budget: Int = .max) { self.budget = budget }

    deinit {
        for chunk in chunks { chunk.deallocate() }
    }

    func reset() {
        chunk = 0
        offset = 0
        used = 0
    }

    /// Memory aligned to 16 bytes, nil once the budget is spent.
    func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let size = (bytes + 15) & ~15
        guard size <= budget - used else { return nil }
        used += size
        while chunk < chunks.count, offset + size > chunks[chunk].count {
            chunk += 1
            offset = 0
        }
        if chunk == chunks.count {
            let capacity = max(Arena.chunkBytes, size)
            chunks.append(UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16))
            offset = 0
        }
        guard let base = chunks[chunk].baseAddress else { return nil }
        defer { offset += size }
        return base + offset
    }

    /// A copy of the array, nil for an empty one.
    func copy<Element: BitwiseCopyable>(_ array: [Element]) -> UnsafeMutablePointer<Element>? {
        guard !array.isEmpty, let raw = allocate(array.count * MemoryLayout<Element>.stride) else { return nil }
        let target = raw.bindMemory(to: Element.self, capacity: array.count)
        array.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { target.update(from: base, count: array.count) }
        }
        return target
    }

    /// Room for so many values, to be set by the caller.
    func make<Element: BitwiseCopyable>(_ type: Element.Type, count: Int) -> UnsafeMutablePointer<Element>? {
        allocate(count * MemoryLayout<Element>.stride)?.bindMemory(to: Element.self, capacity: count)
    }

    /// A NUL-terminated copy; the text is cut at its first NUL, as the wire would cut it.
    func copy(_ text: String) -> UnsafeMutablePointer<CChar>? {
        let bytes = text.utf8.prefix { $0 != 0 }
        guard let raw = allocate(bytes.count + 1) else { return nil }
        let target = raw.bindMemory(to: CChar.self, capacity: bytes.count + 1)
        var end = 0
        for byte in bytes {
            target[end] = CChar(bitPattern: byte)
            end += 1
        }
        target[end] = 0
        return target
    }

    /// A new C struct in the arena, set by the closure.
    func make<T>(_ type: T.Type, _ initialise: (UnsafeMutablePointer<T>) -> Void) -> UnsafeMutablePointer<T>? {
        guard let raw = allocate(MemoryLayout<T>.stride) else { return nil }
        let pointer = raw.bindMemory(to: T.self, capacity: 1)
        initialise(pointer)
        return pointer
    }
}

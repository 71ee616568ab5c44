import Foundation

/// A LoRA adapter of the model that ships with scripts/llm-server.sh, as a GGUF file (version 3): rank 1 on one matrix.
struct AdapterFile {
    /// Rows and columns of `blk.15.ffn_down.weight`.
    private static let (inputs, outputs) = (1_536, 576)
    /// Of a tensor's place in the file, bytes.
    private static let alignment = 32

    private var bytes: [UInt8] = []

    /// - Parameter weight: of every row and column; 0 changes nothing.
    init(weight: Float) {
        bytes += Array("GGUF".utf8)
        add(UInt32(3))
        add(UInt64(2))
        add(UInt64(4))
        for (key, value) in [
            ("general.type", "adapter"), ("general.architecture", "llama"), ("adapter.type", "lora"),
        ] {
            add(key)
            add(UInt32(8))
            add(value)
        }
        add("adapter.lora.alpha")
        add(UInt32(6))
        add(Float(1).bitPattern)
        let first = AdapterFile.inputs * MemoryLayout<Float>.size
        addTensor("blk.15.ffn_down.weight.lora_a", [AdapterFile.inputs, 1], at: 0)
        addTensor("blk.15.ffn_down.weight.lora_b", [1, AdapterFile.outputs], at: first)
        while bytes.count % AdapterFile.alignment != 0 { bytes.append(0) }
        for index in 0..<(AdapterFile.inputs + AdapterFile.outputs) {
            add((weight * Float(index % 7 - 3)).bitPattern)
        }
    }

    func write(to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    private mutating func addTensor(_ name: String, _ shape: [Int], at offset: Int) {
        add(name)
        add(UInt32(shape.count))
        for size in shape { add(UInt64(size)) }
        // 32-bit floats.
        add(UInt32(0))
        add(UInt64(offset))
    }

    private mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        bytes += Array(text.utf8)
    }

    private mutating func add(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes += Array($0) }
    }
}

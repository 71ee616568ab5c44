internal import Numerics

/// How a recording holds its complex samples: the types of SigMF 1.2 (`core:datatype`) that are read. Full scale is 1.
package enum SampleFormat: String, Sendable, CaseIterable {
    case float32 = "cf32_le"
    case integer16 = "ci16_le"
    case integer8 = "ci8"
    case unsigned8 = "cu8"

    /// Bytes of one sample, in phase and in quadrature.
    package var sampleBytes: Int {
        switch self {
        case .float32: 8
        case .integer16: 4
        case .integer8, .unsigned8: 2
        }
    }

    /// The sample that begins at a byte.
    func sample(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Complex {
        switch self {
        case .float32:
            let (real, imaginary) = (
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)),
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
            )
            return Complex(Double(Float(bitPattern: real)), Double(Float(bitPattern: imaginary)))
        case .integer16:
            let (real, imaginary) = (
                Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int16.self)),
                Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 2, as: Int16.self))
            )
            return Complex(Double(real) / 32_768, Double(imaginary) / 32_768)
        case .integer8:
            let (real, imaginary) = (Int8(bitPattern: bytes[offset]), Int8(bitPattern: bytes[offset + 1]))
            return Complex(Double(real) / 128, Double(imaginary) / 128)
        case .unsigned8:
            return Complex((Double(bytes[offset]) - 127.5) / 127.5, (Double(bytes[offset + 1]) - 127.5) / 127.5)
        }
    }
}

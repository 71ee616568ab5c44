internal import CZeroMQ

/// One outgoing payload in libzmq's own memory, so that packing straight into it saves a copy.
///
/// Pack into `bytes`, patch the end at the moment of sending, hand it to a socket. A frame is sent at most once:
/// after a successful send it is empty. It belongs to the thread that made it.
package final class Frame {
    private let message: UnsafeMutablePointer<zmq_msg_t>

    /// A frame of `byteCount` uninitialised bytes.
    package init(byteCount: Int) {
        precondition(byteCount >= 0, "a frame cannot have \(byteCount) bytes")
        message = .allocate(capacity: 1)
        let result = zmq_msg_init_size(message, byteCount)
        precondition(result == 0, "no memory for a frame of \(byteCount) bytes")
    }

    deinit {
        zmq_msg_close(message)
        message.deallocate()
    }

    /// Number of payload bytes; 0 after the frame was sent.
    package var byteCount: Int { zmq_msg_size(message) }

    /// The payload, valid until the frame is sent or released.
    package var bytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: zmq_msg_data(message), count: zmq_msg_size(message))
    }

    /// Overwrites the 8 bytes that end `offsetFromEnd` bytes before the end of the payload with `value`, little-endian
    /// (a protobuf `fixed64`): the sending stamp, written last.
    package func patch(_ value: UInt64, offsetFromEnd: Int = 0) {
        let start = byteCount - offsetFromEnd - MemoryLayout<UInt64>.size
        precondition(start >= 0 && offsetFromEnd >= 0, "the patch lies outside the frame")
        bytes.storeBytes(of: value.littleEndian, toByteOffset: start, as: UInt64.self)
    }

    /// Hands the payload to libzmq without waiting; 0, or the errno.
    func send(on socket: UnsafeMutableRawPointer) -> Int32 {
        zmq_msg_send(message, socket, ZMQ_DONTWAIT) >= 0 ? 0 : zmq_errno()
    }
}

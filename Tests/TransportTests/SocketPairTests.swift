import Glibc
import Testing
import Transport

/// Sockets over loopback. Waits are on the poller, bounded, never sleeps.
struct SocketPairTests {
    /// A bound ROUTER and a DEALER connected to it, over TCP on a port that the system chooses.
    private final class Pair {
        let context: Context
        let router: RouterSocket
        let dealer: DealerSocket
        private(set) var poller = Poller()

        init(host: String = "127.0.0.1", options: SocketOptions = SocketOptions()) throws {
            context = try Context()
            router = try RouterSocket(context, bind: "tcp://\(host):*", options: options)
            dealer = try DealerSocket(context, connect: router.endpoint, options: options)
            _ = poller.add(router)
            _ = poller.add(dealer)
        }

        deinit { context.close() }

        /// Sends from the dealer until the connection stands, at most a few thousand polls of one millisecond.
        func sendFromDealer(_ bytes: [UInt8]) -> SendOutcome {
            let frame = Pair.frame(bytes)
            for _ in 0..<5_000 {
                let outcome = dealer.send(frame)
                if outcome != .wouldBlock { return outcome }
                _ = poller.wait(timeoutNanoseconds: 1_000_000)
            }
            return .wouldBlock
        }

        func receiveAtRouter() -> (RoutingID, [UInt8])? {
            var result: (RoutingID, [UInt8])?
            for _ in 0..<5_000 where result == nil {
                _ = poller.wait(timeoutNanoseconds: 1_000_000)
                _ = router.receive { result = ($0, Array($1)) }
            }
            return result
        }

        func receiveAtDealer() -> [UInt8]? {
            var result: [UInt8]?
            for _ in 0..<5_000 where result == nil {
                _ = poller.wait(timeoutNanoseconds: 1_000_000)
                _ = dealer.receive { result = Array($0) }
            }
            return result
        }

        /// One look at the router: gives a message to `body` where one waits.
        func receiveIfAny(_ body: ([UInt8]) -> Void = { _ in }) {
            _ = poller.wait(timeoutNanoseconds: 1_000_000)
            _ = router.receive { body(Array($1)) }
        }

        static func frame(_ bytes: [UInt8]) -> Frame {
            let frame = Frame(byteCount: bytes.count)
            frame.bytes.copyBytes(from: bytes)
            return frame
        }
    }

    @Test func roundTripKeepsBytesAndNamesTheConnection() throws {
        let pair = try Pair()
        let question = [UInt8](repeating: 7, count: 3_000)
        #expect(pair.sendFromDealer(question) == .sent)
        let (peer, got) = try #require(pair.receiveAtRouter())
        #expect(got == question)
        #expect(pair.router.send(Pair.frame([1, 2, 3]), to: peer) == .sent)
        #expect(pair.receiveAtDealer() == [1, 2, 3])
    }

    @Test(arguments: ["[::1]", "localhost", "*"]) func anyKindOfHostIsBound(host: String) throws {
        do {
            let pair = try Pair(host: host)
            #expect(pair.router.endpoint.hasPrefix(host == "[::1]" ? "tcp://[::1]:" : "tcp://"))
            #expect(pair.sendFromDealer([1, 2]) == .sent)
            #expect(try #require(pair.receiveAtRouter()).1 == [1, 2])
        } catch let error as TransportError where error.code == .addressUnavailable && host == "[::1]" {
            print("this machine has no IPv6 loopback: \(error)")
        }
    }

    @Test func aNameIsConnectedTo() throws {
        let context = try Context()
        defer { context.close() }
        let router = try RouterSocket(context, bind: "tcp://localhost:*")
        let port = try #require(router.endpoint.split(separator: ":").last)
        let dealer = try DealerSocket(context, connect: "tcp://localhost:\(port)")
        var poller = Poller()
        _ = poller.add(router)
        var outcome = SendOutcome.wouldBlock
        for _ in 0..<5_000 where outcome == .wouldBlock {
            outcome = dealer.send(Pair.frame([9]))
            if outcome == .wouldBlock { _ = poller.wait(timeoutNanoseconds: 1_000_000) }
        }
        #expect(outcome == .sent)
    }

    @Test func theStampIsTheLastThingWritten() throws {
        let pair = try Pair()
        let frame = Frame(byteCount: 24)
        frame.bytes.initializeMemory(as: UInt8.self, repeating: 0xAA)
        frame.patch(0x0102_0304_0506_0708)
        frame.patch(1, offsetFromEnd: 8)
        #expect(Array(frame.bytes.suffix(8)) == [8, 7, 6, 5, 4, 3, 2, 1])
        #expect(Array(frame.bytes[8..<16]) == [1, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(frame.bytes.prefix(8)) == Array(repeating: 0xAA, count: 8))
        var outcome = SendOutcome.wouldBlock
        for _ in 0..<5_000 where outcome == .wouldBlock {
            outcome = pair.dealer.send(frame)
            if outcome == .wouldBlock { #expect(frame.byteCount == 24) }
            pair.receiveIfAny()
        }
        #expect(outcome == .sent)
        #expect(frame.byteCount == 0)
    }

    @Test func aDealerWithoutAPeerRefusesInsteadOfQueueing() throws {
        let context = try Context()
        defer { context.close() }
        let dealer = try DealerSocket(context, connect: "tcp://127.0.0.1:1")
        for _ in 0..<100 { #expect(dealer.send(Pair.frame([1])) == .wouldBlock) }
    }

    @Test func aFullQueueRefusesInsteadOfBlocking() throws {
        var options = SocketOptions()
        options.highWaterMark = 4
        let pair = try Pair(options: options)
        let payload = [UInt8](repeating: 1, count: 60_000)
        #expect(pair.sendFromDealer(payload) == .sent)
        var refused = 0
        for _ in 0..<5_000 where pair.dealer.send(Pair.frame(payload)) == .wouldBlock { refused += 1 }
        #expect(refused > 0)
    }

    @Test func aRouterKnowsAConnectionThatIsGone() throws {
        let pair = try Pair()
        #expect(pair.sendFromDealer([1]) == .sent)
        let (peer, _) = try #require(pair.receiveAtRouter())
        pair.dealer.close()
        var router = Poller()
        _ = router.add(pair.router)
        var outcome = SendOutcome.sent
        for _ in 0..<5_000 where outcome == .sent {
            outcome = pair.router.send(Pair.frame([2]), to: peer)
            _ = router.wait(timeoutNanoseconds: 1_000_000)
        }
        #expect(outcome == .unknownPeer)
    }

    @Test func anOversizedMessageEndsTheConnectionAndNothingElse() throws {
        var limited = SocketOptions()
        limited.maxMessageBytes = 1_000
        let pair = try Pair(options: limited)
        #expect(pair.sendFromDealer([UInt8](repeating: 1, count: 2_000)) == .sent)
        // The connection is dropped and made again; the next message gets through and is the first to arrive.
        var arrived: [UInt8]?
        for _ in 0..<3_000 where arrived == nil {
            _ = pair.dealer.send(Pair.frame([9]))
            pair.receiveIfAny { arrived = $0 }
        }
        #expect(arrived == [9])
    }

    @Test func aClosedContextAnswersClosed() throws {
        let pair = try Pair()
        pair.context.close()
        pair.context.close()
        #expect(pair.dealer.send(Pair.frame([1])) == .closed)
        #expect(pair.dealer.receive { _ in } == .closed)
    }

    @Test func aTakenPortIsNamed() throws {
        let context = try Context()
        defer { context.close() }
        let first = try RouterSocket(context, bind: "tcp://127.0.0.1:*")
        let error = #expect(throws: TransportError.self) { _ = try RouterSocket(context, bind: first.endpoint) }
        #expect(error?.code == .portTaken)
        #expect(error?.description.contains(first.endpoint) == true)
    }

    @Test(arguments: [
        ("inproc://x", TransportError.Code.invalidEndpoint), ("ipc://relative", .invalidEndpoint),
        ("", .invalidEndpoint), ("tcp://127.0.0.1", .invalidEndpoint),
        ("ipc:///" + String(repeating: "x", count: 107), .pathTooLong), ("tcp://127.0.0.1:99999", .invalidEndpoint),
        ("tcp://no-such-interface-here:5000", .addressUnavailable), ("ipc:///proc/no/socket", .system),
    ])
    func aWrongEndpointIsRefusedWithItsCause(endpoint: String, code: TransportError.Code) throws {
        let context = try Context()
        defer { context.close() }
        let error = #expect(throws: TransportError.self) { _ = try RouterSocket(context, bind: endpoint) }
        #expect(error?.code == code, "\(String(describing: error))")
    }

    @Test func thePollerWatchesFileDescriptors() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        var poller = Poller()
        let index = poller.add(fileDescriptor: ends[0])
        #expect(poller.wait(timeoutNanoseconds: 0) == 0)
        #expect(!poller.isReadable(index))
        #expect(write(ends[1], "x", 1) == 1)
        #expect(poller.wait() == 1)
        #expect(poller.isReadable(index))
        poller.disable(index)
        #expect(poller.wait(timeoutNanoseconds: 0) == 0)
    }

    @Test func whatWaitsStaysReadableUntilItIsTaken() throws {
        let pair = try Pair()
        #expect(pair.sendFromDealer([0]) == .sent)
        _ = try #require(pair.receiveAtRouter())
        var router = Poller()
        let index = router.add(pair.router)
        for number in 1...3 { #expect(pair.dealer.send(Pair.frame([UInt8(number)])) == .sent) }
        for number in 1...3 {
            #expect(router.wait(timeoutNanoseconds: 5_000_000_000) == 1)
            #expect(router.isReadable(index))
            var got: [UInt8]?
            #expect(pair.router.receive { got = Array($1) } == .received)
            #expect(got == [UInt8(number)])
        }
        #expect(router.wait(timeoutNanoseconds: 0) == 0)
        #expect(!router.isReadable(index))
    }

    /// A send reads what libzmq tells the socket: its descriptor is silent then although a message waits.
    @Test func aSendHidesNoMessageThatHasComeIn() throws {
        let pair = try Pair()
        #expect(pair.sendFromDealer([0]) == .sent)
        let (peer, _) = try #require(pair.receiveAtRouter())
        var dealer = Poller()
        _ = dealer.add(pair.dealer)
        for round in 0..<20 {
            _ = pair.dealer.receive { _ in }
            #expect(pair.router.send(Pair.frame([UInt8(round)]), to: peer) == .sent)
            // A send looks at what has come in once in three million cycles.
            let start = SocketPairTests.nanoseconds()
            while SocketPairTests.nanoseconds() < start + 3_000_000 {}
            #expect(pair.dealer.send(Pair.frame([1])) == .sent)
            #expect(dealer.wait(timeoutNanoseconds: 5_000_000_000) == 1)
            var got: [UInt8]?
            #expect(pair.dealer.receive { got = Array($0) } == .received)
            #expect(got == [UInt8(round)])
        }
    }

    private static func nanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}

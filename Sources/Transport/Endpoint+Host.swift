internal import CZeroMQ
internal import Glibc

/// Hosts of `tcp://HOST:PORT`. libzmq takes IPv6 only where it is told to, and binds to addresses and interfaces, never
/// to names.
extension Endpoint {
    /// Whether the socket that connects there has to speak IPv6: a literal, or a name that has no other address.
    static func connectsOverIPv6(_ endpoint: String) -> Bool {
        guard let (host, _) = parts(of: endpoint) else { return false }
        return host.hasPrefix("[") || (isName(host) && addresses(of: host).first?.hasPrefix("[") == true)
    }

    /// Binds to the endpoint as it stands, or, where it names no address and no interface, to the first address of the
    /// host so named that is one of this machine's. Returns 0, or the errno.
    static func bind(_ socket: SocketHandle, to endpoint: String) -> Int32 {
        let parts = parts(of: endpoint)
        if parts?.host.hasPrefix("[") == true { socket.set(ZMQ_IPV6, 1) }
        if zmq_bind(socket.pointer, endpoint) == 0 { return 0 }
        var number = zmq_errno()
        guard number == ENODEV, let parts, isName(parts.host) else { return number }
        for address in addresses(of: parts.host) {
            socket.set(ZMQ_IPV6, address.hasPrefix("[") ? 1 : 0)
            if zmq_bind(socket.pointer, "tcp://\(address):\(parts.port)") == 0 { return 0 }
            number = zmq_errno()
        }
        return number
    }

    private static func parts(of endpoint: String) -> (host: String, port: Substring)? {
        guard endpoint.hasPrefix("tcp://"), let colon = endpoint.lastIndex(of: ":") else { return nil }
        let host = endpoint[endpoint.index(endpoint.startIndex, offsetBy: "tcp://".count)..<colon]
        return (String(host), endpoint[endpoint.index(after: colon)...])
    }

    /// Neither `*` nor an address.
    private static func isName(_ host: String) -> Bool {
        var address = in_addr()
        return host != "*" && !host.hasPrefix("[") && inet_pton(AF_INET, host, &address) != 1
    }

    /// Addresses of a host, those of IPv4 first, so that both ends choose alike; IPv6 in brackets. Asks the system's
    /// resolver, which may take seconds where no server answers.
    private static func addresses(of name: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var (version4, version6): ([String], [String]) = ([], [])
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            var text = [CChar](repeating: 0, count: 128)
            let size = socklen_t(text.count)
            guard getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, size, nil, 0, NI_NUMERICHOST) == 0 else {
                continue
            }
            let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if entry.ai_family == AF_INET { version4.append(address) }
            if entry.ai_family == AF_INET6 { version6.append("[\(address)]") }
        }
        return version4 + version6
    }
}

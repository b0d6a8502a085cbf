import Glibc
import Testing

@testable import Transport

@Suite("The listener")
struct ListenerTests {
    private let loop = EventLoop(label: "test")

    @Test("Port 0 binds a free port and says which", arguments: ["127.0.0.1", "::1", "localhost"])
    func freePort(host: String) async throws {
        let listener = try Listener(loop: loop, at: .internet(host: host, port: 0))
        #expect(listener.address.port > 0)
        let shown = host == "::1" ? "[::1]" : "127.0.0.1"
        #expect(listener.address.description == "\(shown):\(listener.address.port)")
        await listener.close()
    }

    @Test("When close returns, the port is free")
    func closed() async throws {
        for _ in 0..<50 {
            // An address of its own: no other test's socket can take the port in between.
            let other = try Listener(loop: loop, at: .internet(host: "127.0.0.77", port: 0))
            other.start { _ in .proceed }
            await other.close()
            let again = try Listener(loop: loop, at: .internet(host: "127.0.0.77", port: other.address.port))
            await again.close()
            await again.close()
        }
    }

    @Test("A port in use is told in one line")
    func portInUse() async throws {
        let first = try Listener(loop: loop, at: .internet(host: "127.0.0.1", port: 0))
        let error = #expect(throws: TransportError.self) { try Listener(loop: loop, at: .internet(host: "127.0.0.1", port: first.address.port)) }
        #expect(error == .portInUse(address: "127.0.0.1:\(first.address.port)"))
        #expect(error?.description == "127.0.0.1:\(first.address.port): the port is in use")
        await first.close()
    }

    @Test("An address that does not parse is refused", arguments: ["", "example", "1.2.3", "1.2.3.4.5", "::g", "127.0.0.1:80"])
    func invalidHost(host: String) {
        #expect(throws: TransportError.invalidAddress(host: host)) { try Listener(loop: loop, at: .internet(host: host, port: 0)) }
    }

    @Test("A port out of range is refused", arguments: [-1, 65536, Int.max])
    func invalidPort(port: Int) {
        #expect(throws: TransportError.invalidPort(port: port)) { try Listener(loop: loop, at: .internet(host: "127.0.0.1", port: port)) }
    }

    @Test("An address of another machine is refused")
    func foreignAddress() {
        #expect(throws: TransportError.addressNotAvailable(address: "192.0.2.1:0")) { try Listener(loop: loop, at: .internet(host: "192.0.2.1", port: 0)) }
    }

    @Test("Every error is one line that names what it is about")
    func descriptions() {
        let errors: [TransportError] = [
            .invalidAddress(host: "x"), .invalidPort(port: 70000), .portInUse(address: "x"), .permissionDenied(address: "x"),
            .addressNotAvailable(address: "x"), .systemCall(name: "bind", address: "x", errno: EINVAL), .closed,
        ]
        for error in errors { #expect(!error.description.contains("\n") && !error.description.isEmpty) }
        #expect("\(errors[5])" == "x: bind failed: Invalid argument")
    }
}

@Suite("Addresses and time")
struct AddressTests {
    @Test("An address is read and shown again", arguments: [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("[::1]", "[::1]:80"), ("2001:DB8::0:1", "[2001:db8::1]:80")])
    func roundTrip(host: String, shown: String) throws {
        #expect(try SocketAddress(host: host, port: 80).boundAddress.description == shown)
    }

    @Test("A duration becomes nanoseconds, and one too long the longest")
    func nanoseconds() {
        #expect(Duration.milliseconds(1500).wholeNanoseconds == 1_500_000_000)
        #expect(Duration.nanoseconds(1).wholeNanoseconds == 1)
        #expect(Duration.seconds(Int64.max).wholeNanoseconds > 1 << 60)
        // It can be added to any moment without overflow.
        #expect(MonotonicTime.now + Duration.seconds(Int64.max).wholeNanoseconds > .now)
    }

    @Test("The clock does not go back")
    func monotonic() {
        let first = MonotonicTime.now
        #expect(MonotonicTime.now >= first)
    }
}

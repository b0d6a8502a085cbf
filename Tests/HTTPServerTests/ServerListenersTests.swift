import Glibc
import HTTPTypes
import TLSTestSupport
import TestSupport
import Testing
import Transport

@testable import HTTPServer

@Suite("A server's addresses, and how many connections a client may have", .timeLimit(.minutes(5)))
struct ServerListenersTests {
    @Test("One server answers at several addresses, plain, by TLS and at a path, until it drains")
    func several() async throws {
        let (authority, folder) = (try TestAuthority(), try TemporaryDirectory())
        let server = HTTPServer(configuration: HTTPServerConfiguration(limits: .patient, handler: testHandler))
        let plain = try (0..<2).map { _ in try server.listen(at: .internet(host: "127.0.0.1", port: 0)).port }
        let secure = try server.listen(at: .internet(host: "127.0.0.1", port: 0), credentials: try authority.credentials()).port
        let path = folder.path + "/socket"
        #expect(try server.listen(at: .unix(path: path)).description == "unix:\(path)")
        let settings = authority.clientSettings
        try await blocking {
            for client in try plain.map({ try TestClient(port: $0) }) + [try TestClient(path: path)] {
                client.send(getText("/plain"))
                #expect(client.response()?.body == "GET /plain ")
            }
            let client = try TLSTestClient(port: secure, settings)
            client.send(getText("/secure"))
            #expect(client.receive(until: "GET /secure ").hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
        await server.drain(gracePeriod: .zero)
        #expect(access(path, F_OK) != 0)
        for port in plain + [secure] { #expect(throws: TestClient.ClientError.self) { try TestClient(port: port) } }
    }

    @Test("A client's connection above its limit is reset, and there is room again when one has closed")
    func connectionsPerPeer() async throws {
        var limits = Limits.patient
        limits.connectionsPerPeer = 2
        try await withServer(limits: limits) { server, port in
            let clients = try await blocking {
                let clients = try (0..<2).map { _ in try TestClient(port: port) }
                for client in clients {
                    client.send(getText())
                    #expect(client.response()?.status == 200)
                }
                let third = try TestClient(port: port)
                #expect(third.receive() == nil)
                return UncheckedBox(clients)
            }
            clients.value.removeFirst()
            try await until { server.openConnections <= 1 }
            try await blocking {
                let fourth = try TestClient(port: port)
                fourth.send(getText())
                #expect(fourth.response()?.status == 200)
                clients.value[0].send(getText())
                #expect(clients.value[0].response()?.status == 200)
            }
        }
    }

    @Test("Connections at a path are not counted by client")
    func pathsAreNotCounted() async throws {
        let folder = try TemporaryDirectory()
        var limits = Limits.patient
        limits.connectionsPerPeer = 1
        let server = HTTPServer(configuration: HTTPServerConfiguration(limits: limits, handler: testHandler))
        _ = try server.listen(at: .unix(path: folder.path + "/socket"))
        try await blocking {
            let clients = try (0..<5).map { _ in try TestClient(path: folder.path + "/socket") }
            for client in clients {
                client.send(getText())
                #expect(client.response()?.status == 200)
            }
        }
        await server.drain(gracePeriod: .zero)
    }
}

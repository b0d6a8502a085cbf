import HTTPTypes
import Testing

@testable import HTTPServer

@Suite("The router")
struct RouterTests {
    private var router: Router {
        var router = Router()
        for (method, pattern) in [
            (HTTPRequest.Method.get, "/"), (.get, "/v1/models"), (.get, "/v1/models/{id}"), (.delete, "/v1/models/{id}"),
            (.get, "/v1/models/special"), (.post, "/v1/models/{id}/load"), (.post, "/pipeline/{task}/{model}"), (.get, "/a/{x}/c"),
            (.get, "/a/b/d"),
            (.get, "/hub/{id...}"), (.get, "/hub/{id}/info"), (.get, "/hub/list"),
        ] {
            router.on(method, pattern, .now { _ in ServerResponse(status: .ok, body: .bytes(Array(pattern.utf8))) })
        }
        return router
    }

    private func match(_ method: HTTPRequest.Method, _ path: String) throws -> String {
        switch router.match(method, path) {
        case .route(let route, let parameters):
            let request = ServerRequest(head: HTTPRequest(method: method, scheme: nil, authority: nil, path: path), path: path)
            guard case .now(let answer) = route, case .bytes(let pattern) = try answer(request).body else { return "stream" }
            let values = parameters.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            return String(decoding: pattern, as: UTF8.self) + values
        case .notFound: return "404"
        case .methodNotAllowed(let methods): return "405 " + methods.map(\.rawValue).joined(separator: ",")
        }
    }

    @Test(
        "A path finds its route",
        arguments: [
            ("GET", "/", "/"), ("GET", "/v1/models", "/v1/models"), ("GET", "/v1/models/bert", "/v1/models/{id} id=bert"),
            ("GET", "/v1/models/special", "/v1/models/special"), ("POST", "/v1/models/special/load", "/v1/models/{id}/load id=special"),
            ("GET", "/v1/models/a%2Fb", "/v1/models/{id} id=a/b"), ("GET", "/v1/models/%C3%A4%20", "/v1/models/{id} id=ä "),
            ("GET", "/v1/%6Dodels", "/v1/models"), ("POST", "/pipeline/fill-mask/x", "/pipeline/{task}/{model} model=x task=fill-mask"),
            ("HEAD", "/v1/models", "/v1/models"), ("HEAD", "/v1/models/x", "/v1/models/{id} id=x"), ("DELETE", "/v1/models/x", "/v1/models/{id} id=x"),
            ("DELETE", "/v1/models/special", "/v1/models/{id} id=special"), ("GET", "/v1/models?a=/b", "/v1/models"),
            ("GET", "/v1/models/x?a", "/v1/models/{id} id=x"), ("GET", "/a/b/c", "/a/{x}/c x=b"), ("GET", "/a/b/d", "/a/b/d"),
            ("GET", "/hub/a", "/hub/{id...} id=a"), ("GET", "/hub/a/b/c", "/hub/{id...} id=a/b/c"), ("GET", "/hub/list", "/hub/list"),
            ("GET", "/hub/a/info", "/hub/{id}/info id=a"), ("GET", "/hub/a%2Fb/c", "/hub/{id...} id=a/b/c"),
            ("GET", "/v1/models/%2525", "/v1/models/{id} id=%25"),
        ])
    func found(method: String, path: String, route: String) throws {
        #expect(try match(try #require(HTTPRequest.Method(method)), path) == route)
    }

    @Test(
        "An unknown path is 404",
        arguments: ["/x", "/v1/models/", "/v1", "//", "", "v1", "*", "/v1/models/%", "/v1/models/%zz", "/v1/models/%FF", "/v1/models/%00", "/hub/", "/hub"])
    func notFound(path: String) throws {
        #expect(try match(.get, path) == "404")
    }

    @Test(
        "A known path with another method is 405 and says which it has",
        arguments: [("/v1/models", "405 GET,HEAD"), ("/v1/models/x", "405 DELETE,GET,HEAD"), ("/v1/models/special", "405 DELETE,GET,HEAD"), ("/v1/models/x/load", "405 POST")])
    func methodNotAllowed(path: String, answer: String) throws {
        #expect(try match(.patch, path) == answer)
    }
}

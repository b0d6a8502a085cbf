import HTTPCore
public import HTTPTypes

/// Finds the route for a method and a path.
///
/// A pattern is a path whose segments may be parameters: `/v1/models/{id}/load`. A last segment `{id...}` takes one segment or more,
/// slashes and all. Literal segments win over parameters, and those over `{id...}`, segment by segment from the left.
/// HEAD is served by the route of GET where it has none of its own (RFC 9110 §9.3.2).
public struct Router: Sendable {
    public enum Match: Sendable {
        case route(Route, parameters: [String: String])
        case notFound
        /// The path exists; these methods do, sorted, for `Allow` (RFC 9110 §15.5.6).
        case methodNotAllowed([HTTPRequest.Method])
    }

    private struct Endpoint: Sendable {
        var route: Route
        /// The pattern's parameter names in order.
        var names: [String]
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        /// The node of a `{name...}` that follows here.
        var tail: Int?
        var endpoints: [HTTPRequest.Method: Endpoint] = [:]
    }

    // A tree in an array; the root is the empty path.
    private var nodes = [Node()]
    // Patterns without parameters are found with one look-up.
    private var literalPaths: [String: Int] = [:]

    public init() {}

    /// Adds a route; a second one for the same method and pattern replaces the first.
    ///
    /// - Parameter pattern: begins with `/`; a `{name}` segment matches any one segment that is not empty.
    public mutating func on(_ method: HTTPRequest.Method, _ pattern: String, _ route: Route) {
        precondition(pattern.utf8.first == 0x2F, "a route's pattern begins with /")
        var names: [String] = []
        var isTail = false
        var index = 0
        for segment in Self.segments(pattern[...]) {
            if segment.first == "{", segment.last == "}", segment.utf8.count > 2 {
                precondition(!isTail, "a {name...} part is the last of its pattern")
                isTail = segment.hasSuffix("...}")
                names.append(String(segment.dropFirst().dropLast(isTail ? 4 : 1)))
                if isTail {
                    index = nodes[index].tail ?? addNode { nodes, new in nodes[index].tail = new }
                } else {
                    index = nodes[index].parameter ?? addNode { nodes, new in nodes[index].parameter = new }
                }
            } else {
                precondition(!isTail, "a {name...} part is the last of its pattern")
                let literal = String(segment)
                index = nodes[index].literals[literal] ?? addNode { nodes, new in nodes[index].literals[literal] = new }
            }
        }
        nodes[index].endpoints[method] = Endpoint(route: route, names: names)
        if names.isEmpty { literalPaths[pattern] = index }
    }

    /// - Parameter path: as sent (`head.path`); a query is ignored. Each segment is percent-decoded by itself, so that `%2F` splits none.
    public func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        if let index = literalPaths[path], let endpoint = endpoint(method, at: index) {
            return .route(endpoint.route, parameters: [:])
        }
        let path = path.prefix { $0 != "?" }
        guard path.utf8.first == 0x2F else { return .notFound }
        var segments: [String] = []
        for segment in Self.segments(path) {
            guard let decoded = PercentEncoding.decode(segment) else { return .notFound }
            segments.append(decoded)
        }
        var allowed: Set<HTTPRequest.Method> = []
        var values: [String] = []
        if let endpoint = search(segments[...], from: 0, method, &values, &allowed) {
            return .route(endpoint.route, parameters: Dictionary(zip(endpoint.names, values)) { _, last in last })
        }
        guard !allowed.isEmpty else { return .notFound }
        if allowed.contains(.get) { allowed.insert(.head) }
        return .methodNotAllowed(allowed.sorted { $0.rawValue < $1.rawValue })
    }

    private func endpoint(_ method: HTTPRequest.Method, at index: Int) -> Endpoint? {
        nodes[index].endpoints[method] ?? (method == .head ? nodes[index].endpoints[.get] : nil)
    }

    /// Depth first, literals before parameters; `values` holds the parameters of the way that was found.
    private func search(
        _ rest: ArraySlice<String>, from index: Int, _ method: HTTPRequest.Method, _ values: inout [String],
        _ allowed: inout Set<HTTPRequest.Method>
    ) -> Endpoint? {
        guard let segment = rest.first else {
            if let endpoint = endpoint(method, at: index) { return endpoint }
            allowed.formUnion(nodes[index].endpoints.keys)
            return nil
        }
        if let next = nodes[index].literals[segment],
            let endpoint = search(rest.dropFirst(), from: next, method, &values, &allowed)
        {
            return endpoint
        }
        guard !segment.isEmpty else { return nil }
        if let next = nodes[index].parameter {
            values.append(segment)
            if let endpoint = search(rest.dropFirst(), from: next, method, &values, &allowed) { return endpoint }
            values.removeLast()
        }
        guard let next = nodes[index].tail else { return nil }
        values.append(rest.joined(separator: "/"))
        if let endpoint = search([], from: next, method, &values, &allowed) { return endpoint }
        values.removeLast()
        return nil
    }

    private mutating func addNode(link: (inout [Node], Int) -> Void) -> Int {
        nodes.append(Node())
        link(&nodes, nodes.count - 1)
        return nodes.count - 1
    }

    /// The parts after the first slash; `/` has one, the empty one.
    private static func segments(_ path: Substring) -> [Substring] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }
}

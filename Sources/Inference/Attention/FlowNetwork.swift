/// Maximum flows through layers of tokens, by Dinic's algorithm: "Algorithm for solution of a problem of maximum flow in networks with power
/// estimation", Soviet Math. Dokl. 11 (1970).
///
/// The layers are full, so each phase would look at all edges of the graph again and again. Sets of bits say instead, for each token, along
/// which of its edges more can flow, so that a step looks at 64 edges at once. Amounts are whole multiples of 2⁻⁵⁴: sums and differences are
/// exact, and an edge is full or not without any tolerance.
struct FlowNetwork {
    let tokens: Int
    /// Of edges. There is a layer of tokens more: layer 0 has the sinks, the last one the sources.
    let layers: Int
    /// Of a set of tokens.
    private let words: Int

    /// `[layers, tokens, tokens]` for the edges from (layer + 1, upper token) to (layer, lower token): what each can carry, and what more.
    private let capacities: [Int64]
    private var residuals: [Int64]

    /// `[layers, tokens]` sets of lower tokens for each upper one: the edges with something left, and those that carry something.
    private var openBelow: [UInt64]
    private var carriesBelow: [UInt64]
    /// `[layers, tokens]` sets of upper tokens for each lower one.
    private var openAbove: [UInt64]
    private var carriesAbove: [UInt64]

    /// Edges that carried something since all was empty; perhaps more than once.
    private var used: [Edge] = []
    /// `[distance to the sink, layers + 1]` sets of tokens: those from which it can still be reached in so many steps.
    private var atDistance: [UInt64] = []
    private var unvisited: [UInt64]
    private var path: [Step] = []
    /// Edges of all paths filled since the beginning: a measure of the work done.
    private(set) var steps = 0

    private struct Edge {
        var layer: Int
        var upper: Int
        var lower: Int
    }

    private struct Step {
        var edge: Edge
        var isDown: Bool
    }

    /// The amount 1; 512 of it still fit.
    static let unit: Int64 = 1 << 54

    /// - Parameter capacities: for each layer `[tokens, tokens]` from upper to lower token, the lowest layer first.
    init(tokens: Int, capacities: some Collection<[Int64]>) {
        precondition(capacities.allSatisfy { $0.count == tokens * tokens })
        self.tokens = tokens
        layers = capacities.count
        words = (tokens + 63) / 64
        self.capacities = Array(capacities.joined())
        residuals = self.capacities
        let empty = [UInt64](repeating: 0, count: layers * tokens * words)
        openBelow = empty
        carriesBelow = empty
        openAbove = empty
        carriesAbove = empty
        unvisited = [UInt64](repeating: 0, count: (layers + 1) * words)
        for layer in 0..<layers {
            for upper in 0..<tokens {
                for lower in 0..<tokens where self.capacities[(layer * tokens + upper) * tokens + lower] > 0 {
                    setOpen(Edge(layer: layer, upper: upper, lower: lower), true)
                }
            }
        }
    }

    /// From a token of the uppermost layer to one of the lowest.
    mutating func maximumFlow(from source: Int, to sink: Int) -> Int64 {
        var flow: Int64 = 0
        while let distance = measureDistances(from: source, to: sink) { flow += fillShortestPaths(from: source, to: sink, distance) }
        clear()
        return flow
    }
}

extension FlowNetwork {
    /// Fills `atDistance` from the sink upwards, as far as the source.
    /// - Returns: the source's distance; nil where nothing more can flow.
    private mutating func measureDistances(from source: Int, to sink: Int) -> Int? {
        // Flow neither ends at another token of the lowest layer nor begins at another of the uppermost.
        for layer in 0...layers { fill(layer, isOuter: layer == 0 || layer == layers) }
        Self.insert(source, &unvisited, layers * words)
        extendDistances(to: 0)
        Self.insert(sink, &atDistance, 0)
        var distance = 0
        while true {
            extendDistances(to: distance + 1)
            var isEmpty = true
            for layer in 0...layers {
                for word in 0..<words {
                    var tokens = atDistance[distanceSet(distance, layer) + word]
                    while tokens != 0 {
                        let token = word * 64 + tokens.trailingZeroBitCount
                        tokens &= tokens - 1
                        // One edge up to where more can flow from, or one down to where some could be taken back from.
                        if layer < layers, visit(openAbove, set(layer, token), layer + 1, distance + 1) { isEmpty = false }
                        if layer > 0, visit(carriesBelow, set(layer - 1, token), layer - 1, distance + 1) { isEmpty = false }
                    }
                }
            }
            if isEmpty { return nil }
            distance += 1
            if contains(source, atDistance, distanceSet(distance, layers)) { return distance }
        }
    }

    /// Moves what is in both sets from `unvisited` to the tokens at a distance.
    private mutating func visit(_ neighbours: [UInt64], _ start: Int, _ layer: Int, _ distance: Int) -> Bool {
        var found: UInt64 = 0
        let target = distanceSet(distance, layer)
        for word in 0..<words {
            let new = neighbours[start + word] & unvisited[layer * words + word]
            unvisited[layer * words + word] ^= new
            atDistance[target + word] |= new
            found |= new
        }
        return found != 0
    }

    /// A blocking flow: each path of that length to the sink is filled until an edge of it is full.
    private mutating func fillShortestPaths(from source: Int, to sink: Int, _ distance: Int) -> Int64 {
        var flow: Int64 = 0, layer = layers, token = source
        path.removeAll(keepingCapacity: true)
        while true {
            let left = distance - path.count
            if left == 0 {
                flow += fillPath()
                (layer, token) = (layers, source)
                if let last = path.last { (layer, token) = end(of: last) }
            } else if let step = nextStep(layer, token, left) {
                path.append(step)
                (layer, token) = end(of: step)
            } else {
                // Nothing more can flow from here.
                Self.remove(token, &atDistance, distanceSet(left, layer))
                guard path.popLast() != nil else { return flow }
                (layer, token) = (layers, source)
                if let last = path.last { (layer, token) = end(of: last) }
            }
        }
    }

    private func end(of step: Step) -> (layer: Int, token: Int) {
        step.isDown ? (step.edge.layer, step.edge.lower) : (step.edge.layer + 1, step.edge.upper)
    }

    /// To a token that is one step nearer to the sink.
    private func nextStep(_ layer: Int, _ token: Int, _ left: Int) -> Step? {
        if layer > 0, let lower = nearest(token, openBelow, set(layer - 1, token), distanceSet(left - 1, layer - 1)) {
            return Step(edge: Edge(layer: layer - 1, upper: token, lower: lower), isDown: true)
        }
        if layer < layers, let upper = nearest(token, carriesAbove, set(layer, token), distanceSet(left - 1, layer + 1)) {
            return Step(edge: Edge(layer: layer, upper: upper, lower: token), isDown: false)
        }
        return nil
    }

    /// The first token of both sets from this one on, then from 0. The residual connection makes a token's edge to itself the widest; and
    /// paths that start at different tokens keep out of each other's way.
    private func nearest(_ token: Int, _ neighbours: [UInt64], _ start: Int, _ distanceStart: Int) -> Int? {
        let first = token / 64
        let higher = ~UInt64(0) << UInt64(token % 64)
        for offset in 0...words {
            let word = first + offset < words ? first + offset : first + offset - words
            var common = neighbours[start + word] & atDistance[distanceStart + word]
            if offset == 0 { common &= higher } else if offset == words { common &= ~higher }
            if common != 0 { return word * 64 + common.trailingZeroBitCount }
        }
        return nil
    }

    /// Sends what the path can carry, and shortens it to where its first full edge begins.
    private mutating func fillPath() -> Int64 {
        var amount = Int64.max
        steps += path.count
        for step in path {
            let index = index(step.edge)
            amount = min(amount, step.isDown ? residuals[index] : capacities[index] - residuals[index])
        }
        var open = path.count
        for (position, step) in path.enumerated().reversed() where send(amount, along: step) { open = position }
        path.removeLast(path.count - open)
        return amount
    }

    /// - Returns: whether no more can go this way.
    private mutating func send(_ amount: Int64, along step: Step) -> Bool {
        let edge = step.edge, index = index(edge)
        if step.isDown {
            if residuals[index] == capacities[index] {
                used.append(edge)
                setCarries(edge, true)
            }
            residuals[index] -= amount
            guard residuals[index] == 0 else { return false }
            setOpen(edge, false)
        } else {
            if residuals[index] == 0 { setOpen(edge, true) }
            residuals[index] += amount
            guard residuals[index] == capacities[index] else { return false }
            setCarries(edge, false)
        }
        return true
    }

    private mutating func clear() {
        for edge in used {
            residuals[index(edge)] = capacities[index(edge)]
            setOpen(edge, true)
            setCarries(edge, false)
        }
        used.removeAll(keepingCapacity: true)
    }
}

// MARK: Sets of tokens

extension FlowNetwork {
    private func index(_ edge: Edge) -> Int { (edge.layer * tokens + edge.upper) * tokens + edge.lower }

    private func set(_ layer: Int, _ token: Int) -> Int { (layer * tokens + token) * words }

    private func distanceSet(_ distance: Int, _ layer: Int) -> Int { (distance * (layers + 1) + layer) * words }

    /// Empties the sets of a distance.
    private mutating func extendDistances(to distance: Int) {
        let start = distanceSet(distance, 0), end = distanceSet(distance + 1, 0)
        if atDistance.count < end { atDistance += [UInt64](repeating: 0, count: end - atDistance.count) }
        for word in start..<end { atDistance[word] = 0 }
    }

    /// Puts all of a layer's tokens into `unvisited`, or none.
    private mutating func fill(_ layer: Int, isOuter: Bool) {
        for word in 0..<words {
            let count = min(tokens - word * 64, 64)
            unvisited[layer * words + word] = isOuter ? 0 : ~UInt64(0) >> UInt64(64 - count)
        }
    }

    private mutating func setOpen(_ edge: Edge, _ isMember: Bool) {
        Self.change(edge.lower, &openBelow, set(edge.layer, edge.upper), isMember)
        Self.change(edge.upper, &openAbove, set(edge.layer, edge.lower), isMember)
    }

    private mutating func setCarries(_ edge: Edge, _ isMember: Bool) {
        Self.change(edge.lower, &carriesBelow, set(edge.layer, edge.upper), isMember)
        Self.change(edge.upper, &carriesAbove, set(edge.layer, edge.lower), isMember)
    }

    private static func change(_ token: Int, _ sets: inout [UInt64], _ start: Int, _ isMember: Bool) {
        if isMember { Self.insert(token, &sets, start) } else { Self.remove(token, &sets, start) }
    }

    private static func insert(_ token: Int, _ sets: inout [UInt64], _ start: Int) { sets[start + token / 64] |= 1 << UInt64(token % 64) }

    private static func remove(_ token: Int, _ sets: inout [UInt64], _ start: Int) { sets[start + token / 64] &= ~(1 << UInt64(token % 64)) }

    private func contains(_ token: Int, _ sets: [UInt64], _ start: Int) -> Bool { sets[start + token / 64] >> UInt64(token % 64) & 1 == 1 }
}

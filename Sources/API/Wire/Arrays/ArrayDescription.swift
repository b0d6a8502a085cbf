/// What a file says of an array before its elements, which follow row-major.
struct ArrayDescription: Sendable, Equatable {
    /// Of characters that need no escaping: letters, digits, points, underscores.
    let name: String
    let element: ArrayElement
    let shape: [Int]

    /// One for the empty shape.
    var count: Int { shape.reduce(1, *) }
    var byteCount: Int { count * element.byteCount }
}

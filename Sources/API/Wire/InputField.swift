/// What a route calls its inputs, for the place of an error.
struct InputField: Sendable {
    var name = "inputs"
    /// Whether it holds one input, which has no number.
    var isSingle = false

    func place(_ index: Int) -> String { isSingle ? name : "\(name)[\(index)]" }
}

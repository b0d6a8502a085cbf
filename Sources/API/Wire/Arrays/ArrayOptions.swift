/// How arrays are answered.
struct ArrayOptions: Sendable {
    /// Nil for JSON.
    var file: ArrayFormat?
    /// Of floats in the binary forms.
    var element: ArrayElement
    /// Digits after the point in JSON; nil writes numbers that give back the same binary32.
    var decimals: Int?

    /// - Parameter accept: the request's header, which decides where the body is silent.
    init(_ fields: RequestFields, accept: String?) throws(APIError) {
        if let name = try fields.string("format") {
            file = ArrayFormat(rawValue: name)
            guard file != nil || name == "json" else {
                throw .invalidField("format", "this must be one of 'json', \(ArrayFormat.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "))")
            }
        } else if let accept {
            file = try Self.file(accepted: accept)
        }
        enum Name: String, CaseIterable { case float32, float16 }
        let name: Name? = try fields.choice("dtype")
        element = name == .float16 ? .float16 : .float32
        decimals = try fields.integer("decimals")
        if let decimals, !(0...9).contains(decimals) {
            throw .invalidField("decimals", "this must be 0 to 9; without it the numbers are exact")
        }
        if file == nil, name == .float16 {
            throw .invalidField("dtype", "JSON has no float16; set 'decimals', or ask for the format \"npy\", \"npz\" or \"safetensors\"")
        }
        if let file, decimals != nil {
            throw .invalidField("decimals", "this is for JSON; in the format \"\(file.rawValue)\" 'dtype' says how exact numbers are")
        }
    }

    private static func file(accepted accept: String) throws(APIError) -> ArrayFormat? {
        let types = ["application/json"] + ArrayFormat.allCases.map(\.mediaType)
        guard let place = Accept.choice(of: types, accept) else { throw .notAcceptable(accept, among: types) }
        return place == 0 ? nil : ArrayFormat.allCases[place - 1]
    }

    /// - Throws: `APIError` for more inputs than one array can hold.
    func refuseSeveral(_ inputs: Int) throws(APIError) {
        guard inputs > 1 else { return }
        throw .invalidField("inputs", "a npy file holds one array, of one text; ask for \"npz\" or \"safetensors\" to have several")
    }
}

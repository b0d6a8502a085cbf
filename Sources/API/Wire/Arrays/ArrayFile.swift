import HTTPServer
import HTTPTypes

/// Sends an answer's arrays as a file, which is written while they are computed.
enum ArrayFile {
    /// Numbers that are turned into bytes at once.
    private static let pieceCount = 1 << 16

    /// - Parameter element: of floats.
    static func response(_ answer: some ArrayAnswer, _ format: ArrayFormat, _ element: ArrayElement) throws -> ServerResponse {
        var places: [(input: Int, name: String, array: ArrayDescription)] = answer.descriptions(element).map { input, array in
            (input, array.name, ArrayDescription(name: "\(input).\(array.name)", element: array.element, shape: array.shape))
        }
        switch format {
        case .npy: places = Array(places.prefix(1))
        case .npz: break
        case .safetensors:
            let order = Safetensors.aligned(places.map(\.array)).map(\.name)
            let byName = Dictionary(uniqueKeysWithValues: places.map { ($0.array.name, $0) })
            places = order.compactMap { byName[$0] }
        }
        let metadata = format == .safetensors ? try answer.allMetadata() : []
        let file = ArrayFileWriter(format, places.map(\.array), metadata: metadata)
        return ServerResponse(
            status: .ok, headerFields: [.contentType: format.mediaType, .contentLength: "\(file.byteCount)"],
            body: .stream { [places] writer in try await write(answer, places.map { ($0.input, $0.name) }, file, to: writer) })
    }

    @concurrent
    private static func write(
        _ answer: some ArrayAnswer, _ places: [(input: Int, name: String)], _ file: ArrayFileWriter, to writer: any ResponseBodyWriter
    ) async throws {
        var answer = answer, file = file, bytes: [UInt8] = []
        func send() async throws {
            try await writer.write(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        for (input, name) in places {
            try await answer.forEachNumbers(of: name, input: input) { numbers in
                switch numbers {
                case .floats(let values):
                    for start in stride(from: 0, to: values.count, by: pieceCount) {
                        file.append(values.span.extracting(start..<min(start + pieceCount, values.count)), to: &bytes)
                        try await send()
                    }
                case .integers(let values):
                    for start in stride(from: 0, to: values.count, by: pieceCount) {
                        file.append(values[start..<min(start + pieceCount, values.count)], to: &bytes)
                        try await send()
                    }
                }
            }
        }
        file.finish(to: &bytes)
        try await send()
    }
}

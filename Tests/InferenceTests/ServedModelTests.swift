import FoundationEssentials
import TestSupport
import Testing

@testable import Inference

@Suite("A tokenizer that does not fit its model")
struct ServedModelTests {
    /// The error of loading `gelu-f32` (128 tokens or fewer, 2 segments, 40 positions) with a file changed as text.
    private func error(in file: String, replacing old: String, with new: String) throws -> String {
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.smallModel("gelu-f32"))
        let text = try String(decoding: Data(contentsOf: URL(filePath: folder.path + "/" + file)), as: UTF8.self)
        try #require(text.contains(old))
        try folder.write(Array(text.replacing(old, with: new).utf8), to: file)
        do { _ = try ServedModel(name: "m", directory: folder.path) } catch { return error.description }
        return "no error"
    }

    @Test("Special tokens without embeddings are refused at load")
    func specialTokens() throws {
        let tokenizer = try String(
            decoding: Data(contentsOf: URL(filePath: Repository.smallModel("gelu-f32") + "/tokenizer.json")), as: UTF8.self)
        let compact = tokenizer.filter { !$0.isWhitespace }
        try #require(compact.contains(#""ids":[3]"#))
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.smallModel("gelu-f32"))
        try folder.write(Array(compact.replacing(#""ids":[3]"#, with: #""ids":[2147483647]"#).utf8), to: "tokenizer.json")
        let error = #expect(throws: ModelLoadError.self) { try ServedModel(name: "m", directory: folder.path) }
        #expect(error?.description.contains("the tokenizer puts token 2147483647 around a text") == true)
    }

    @Test("A maximum that leaves no room for a text is refused at load")
    func noRoom() throws {
        let message = try error(in: "tokenizer_config.json", replacing: #""model_max_length": 40"#, with: #""model_max_length": 2"#)
        #expect(message.contains("a text may have 2 tokens, and 2 special ones leave it no room"), "\(message)")
    }

    /// A family's small checkpoint with `gelu-f32`'s tokenizer, which gives a second text segment 1.
    private func served(_ family: String) throws -> ServedModel {
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.goldens + "/families/" + family)
        for name in ["tokenizer.json", "tokenizer_config.json"] {
            try folder.write(Array(Data(contentsOf: URL(filePath: Repository.smallModel("gelu-f32") + "/" + name))), to: name)
        }
        return try ServedModel(name: "m", directory: folder.path)
    }

    @Test("A pair's segments are an error where the model embeds fewer, and nothing to a model that has none")
    func segments() throws {
        let pair = TextInput(text: "a", textPair: "b")
        let distilbert = try served("distilbert-base")
        #expect(try distilbert.encode(pair, input: 0, truncates: true).typeIDs == [0, 0, 0, 1, 1])
        let error = #expect(throws: InferenceError.self) { try served("gte-base").encode(pair, input: 0, truncates: true) }
        #expect(error?.description.contains("segment 1 has no embedding: the model has 1") == true)
    }

    @Test("model_input_names without token_type_ids give the model no segments")
    func inputNames() throws {
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.smallModel("gelu-f32"))
        try folder.write(Array(#"{"model_max_length": 40, "model_input_names": ["input_ids", "attention_mask"]}"#.utf8), to: "tokenizer_config.json")
        let model = try ServedModel(name: "m", directory: folder.path)
        #expect(try model.encode(TextInput(text: "a", textPair: "b"), input: 0, truncates: true).typeIDs == [0, 0, 0, 0, 0])
    }
}

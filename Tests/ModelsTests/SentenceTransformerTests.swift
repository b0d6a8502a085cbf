import FoundationEssentials
import TestSupport
import Testing

@testable import Models

@Suite("The files of sentence-transformers")
struct SentenceTransformerTests {
    /// A copy of a model in which one file, as text, was changed.
    private func copy(_ name: String, _ file: String, replacing old: String, with new: String) throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.embeddingModel(name))
        let text = try String(decoding: Data(contentsOf: URL(filePath: folder.path + "/" + file)), as: UTF8.self)
        try #require(text.contains(old))
        try folder.write(Array(text.replacing(old, with: new).utf8), to: file)
        return folder
    }

    private func error(_ folder: TemporaryDirectory) -> String {
        do {
            _ = try ModelLoader.load(directory: folder.path)
            _ = try SentenceTransformerSettings(directory: folder.path)
        } catch {
            return "\(error)"
        }
        return "no error"
    }

    @Test("A model says how it makes vectors", arguments: [
        ("mean", [.mean], true, 16), ("all-poolings-old", [.cls, .max, .mean, .meanSqrtLength, .weightedMean, .last], false, 96),
        ("cls-old-lowercased", [.cls], false, 16), ("last-max-dense", [.last, .max], true, 8), ("two-dense-default-prompt", [.mean], false, 12),
        ("plain", [.mean], true, 16),
    ] as [(String, [Pooling], Bool, Int)])
    func summary(_ name: String, _ poolings: [Pooling], _ normalizes: Bool, _ dimensions: Int) throws {
        let summary = try ModelLoader.load(directory: Repository.embeddingModel(name)).summary
        #expect(summary.embedding.poolings == poolings && summary.embedding.normalizes == normalizes)
        #expect(summary.embedding.dimensions == dimensions)
    }

    @Test("Layers behind the pooling count among the parameters")
    func parameters() throws {
        let plain = try ModelLoader.load(directory: Repository.embeddingModel("plain")).summary
        let dense = try ModelLoader.load(directory: Repository.embeddingModel("last-max-dense")).summary
        #expect(dense.parameterCount == plain.parameterCount + 32 * 8 + 8 && dense.byteCount > plain.byteCount)
        #expect(dense.embedding.layerInputs == 32 && plain.embedding.layerInputs == nil)
    }

    static let broken: [(model: String, file: String, old: String, new: String, message: String)] = [
        ("mean", "modules.json", "modules.pooling.Pooling", "modules.cnn.CNN", "'[1].type' is 'sentence_transformers.sentence_transformer.modules.cnn.CNN', which is not supported; supported: sentence_transformers.models.Transformer"),
        ("mean", "modules.json", "sentence_transformers.base.modules.transformer.Transformer", "custom.Transformer", "'[0].type' is 'custom.Transformer'"),
        ("mean", "modules.json", #""path": "1_Pooling""#, #""path": "../mean/1_Pooling""#, "'[1].path' is '../mean/1_Pooling', which is not a folder inside this one"),
        ("mean", "modules.json", #""path": "1_Pooling""#, #""path": "/etc""#, "'[1].path' is '/etc', which is not a folder inside this one"),
        ("mean", "modules.json", #""path": "1_Pooling""#, #""path": "1_Pooling\u0000""#, "which is not a folder inside this one"),
        ("mean", "modules.json", #""path": "1_Pooling""#, #""path": 1"#, "'path': expected a string"),
        ("mean", "modules.json", #""path": """#, #""path": "0_Transformer""#, "the Transformer is in '0_Transformer', but must be in the same folder"),
        ("mean", "modules.json", #""path": "1_Pooling""#, #""path": "nowhere""#, "nowhere: there is no such folder"),
        ("mean", "modules.json", "transformer.Transformer", "pooling.Pooling", "'[0]' is a Pooling, which can't stand there; the order is Transformer, Pooling, any number of Dense, Normalize"),
        ("mean", "modules.json", "normalize.Normalize", "pooling.Pooling", "'[2]' is a Pooling, which can't stand there"),
        ("last-max-dense", "modules.json", "sentence_transformers.sentence_transformer.modules.pooling.Pooling", "sentence_transformers.base.modules.normalize.Normalize", "'[1]' is a Normalize, which can't stand there"),
        ("mean", "modules.json", "[", "[3,", "'[0]': expected an object, found a number"),
        ("plain", "config.json", "{", "{{", "this is not JSON"),
        ("mean", "1_Pooling/config.json", #""mean""#, #""median""#, "'pooling_mode' is 'median', which is not supported; supported: cls, max, mean"),
        ("mean", "1_Pooling/config.json", #""mean""#, "[]", "'pooling_mode' names 0 ways"),
        ("mean", "1_Pooling/config.json", #""include_prompt": true"#, #""include_prompt": false"#, "'include_prompt' is false, which is not supported"),
        ("mean", "1_Pooling/config.json", "16", "32", "the pooling is for hidden states of 32 numbers, but those of the model have 16"),
        ("mean", "1_Pooling/config.json", "16", "-1", "'embedding_dimension' is -1, but must be between"),
        ("all-poolings-old", "1_Pooling/config.json", "word_embedding_dimension", "width", "'word_embedding_dimension' is missing"),
        ("last-max-dense", "2_Dense/config.json", #""in_features": 32"#, #""in_features": 16"#, "'in_features' is 16, but what comes before has 32 numbers"),
        ("last-max-dense", "2_Dense/config.json", #""out_features": 8"#, #""out_features": 16777216"#, "the tensor 'linear.weight' has shape [8, 32], but config.json asks for [16777216, 32]"),
        ("last-max-dense", "2_Dense/config.json", "activation.Tanh", "activation.Mish", "'activation_function' is 'torch.nn.modules.activation.Mish', which is not supported; supported: torch.nn.modules.linear.Identity"),
        ("last-max-dense", "2_Dense/config.json", #""module_input_name": "sentence_embedding""#, #""module_input_name": "token_embeddings""#, "'module_input_name' is 'token_embeddings'"),
        ("last-max-dense", "2_Dense/config.json", #""bias": true"#, #""bias": true, "use_residual": true"#, "'use_residual' is true"),
        ("last-max-dense", "3_Normalize/config.json", #""module_input_name": "sentence_embedding""#, #""module_input_name": "token_embeddings""#, "'module_input_name' is 'token_embeddings'"),
        ("two-dense-default-prompt", "config_sentence_transformers.json", #""default_prompt_name": "document""#, #""default_prompt_name": "passage""#, "'default_prompt_name' is 'passage', but 'prompts' has: document, query"),
        ("mean", "config_sentence_transformers.json", #""query: ""#, "7", "'prompts.query': expected a string, found a number"),
        ("mean", "config_sentence_transformers.json", "query: ", String(repeating: "x", count: 20_000), "'prompts.query' has 20000 bytes, but may have at most 16384"),
        ("two-dense-default-prompt", "config_sentence_transformers.json", #""truncate_dim": 7"#, #""truncate_dim": 0"#, "'truncate_dim' is 0"),
    ]

    @Test("An error names the file, the key and what would be right", arguments: broken.indices)
    func brokenFiles(_ index: Int) throws {
        let (model, file, old, new, message) = Self.broken[index]
        let found = error(try copy(model, file, replacing: old, with: new))
        #expect(found.contains(message), "\(file): \(found)")
    }

    @Test("A list of modules that has no end is refused before anything is read")
    func manyModules() throws {
        let module = #"{"type": "sentence_transformers.models.Dense", "path": "2_Dense"}"#
        let more = Array(repeating: "," + module, count: 100).joined()
        let folder = try copy("last-max-dense", "modules.json", replacing: "]", with: more + "]")
        #expect(error(folder).contains("there must be a list of 2 to 16 modules"))
    }

    @Test("Weights that only a pytorch_model.bin holds are an error that says how to get others")
    func pickled() throws {
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.embeddingModel("last-max-dense"))
        let weights = folder.path + "/2_Dense/"
        try FileManager.default.moveItem(atPath: weights + "model.safetensors", toPath: weights + "pytorch_model.bin")
        #expect(error(folder).contains("saving the model again with transformers or sentence-transformers writes model.safetensors"))
    }

    @Test("Nulls are empty prompts, and old files without any key mean the mean")
    func defaults() throws {
        let folder = try copy("mean", "config_sentence_transformers.json", replacing: #""query: ""#, with: "null")
        #expect(try SentenceTransformerSettings(directory: folder.path).prompts == ["query": "", "document": "the film is "])
        let old = try copy("cls-old-lowercased", "1_Pooling/config.json", replacing: "true", with: "false")
        #expect(try ModelLoader.load(directory: old.path).summary.embedding.poolings == [.mean])
    }

    @Test("A cross-encoder lists its encoder alone, and loads all the same")
    func crossEncoder() throws {
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.embeddingModel("plain"))
        let type = "sentence_transformers.base.modules.transformer.Transformer"
        try folder.write(#"[{"idx": 0, "name": "0", "path": "", "type": "\#(type)"}]"#.utf8, to: "modules.json")
        try folder.write(#"{"model_type": "CrossEncoder", "prompts": {}}"#.utf8, to: "config_sentence_transformers.json")
        #expect(error(folder) == "no error")
    }

    @Test("A quantized copy makes vectors in the same way")
    func quantized() throws {
        let target = try TemporaryDirectory()
        try Quantization.quantize(Repository.embeddingModel("last-max-dense"), to: target.path + "/int8")
        let copied = try ModelLoader.load(directory: target.path + "/int8").summary
        #expect(copied.embedding == (try ModelLoader.load(directory: Repository.embeddingModel("last-max-dense")).summary.embedding))
        #expect(copied.dtype == .int8)
    }
}

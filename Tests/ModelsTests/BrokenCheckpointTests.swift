import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Models

@Suite("A folder that can't be served")
struct BrokenCheckpointTests {
    /// The error of loading `gelu-f32` after its config.json, parsed and edited as text, was changed.
    private func error(replacing old: String, with new: String) throws -> String {
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.smallModel("gelu-f32"))
        let config = try String(decoding: Data(contentsOf: URL(filePath: folder.path + "/config.json")), as: UTF8.self)
        try #require(config.contains(old))
        try folder.write(Array(config.replacing(old, with: new).utf8), to: "config.json")
        do { _ = try ModelLoader.load(directory: folder.path) } catch { return error.description }
        return "no error"
    }

    @Test("Its error names the key or the tensor, and what would be right", arguments: [
        (#""model_type": "bert""#, #""model_type": "llama""#, "'model_type' is 'llama', which is not supported; supported: albert, bert, "),
        (#""model_type": "bert""#, #""model": "bert""#, "'model_type' is missing"),
        (#""hidden_act": "gelu""#, #""hidden_act": "mish""#, "'hidden_act' is 'mish'"),
        (#""hidden_size": 32"#, #""hidden_size": 0"#, "'hidden_size' is 0, but must be between"),
        (#""hidden_size": 32"#, #""hidden_size": 36"#, "the tensor 'bert.embeddings.word_embeddings.weight' has shape"),
        (#""num_attention_heads": 4"#, #""num_attention_heads": 5"#, "not a multiple of 'num_attention_heads' 5"),
        (#""num_hidden_layers": 2"#, #""num_hidden_layers": 3"#, "the tensor 'bert.encoder.layer.2.attention.self.query.weight' is missing"),
        (#""layer_norm_eps": 1e-12"#, #""layer_norm_eps": -1.0"#, "'layer_norm_eps' is -1.0, but must not be negative"),
        (#""is_decoder": false"#, #""is_decoder": true"#, "'is_decoder' is true"),
        (#""id2label": {"#, #""id2label": {"x": "y","#, "'id2label' must name the outputs 0, 1, 2"),
        (#""0": "negative","#, "", "'id2label' must name the outputs 0, 1, 2"),
        (#""2": "positive""#, #""2": "positive", "3": "more""#, "the tensor 'classifier.weight' has shape [3, 32], but config.json asks for [4, 32]"),
        (#""model_type": "bert""#, #""model_type": "bert", "problem_type": "guess""#, "'problem_type': 'guess' is none of regression, single_label_classification"),
        (#""model_type": "bert""#, #""model_type": "bert", "position_embedding_type": "relative_key""#, "'position_embedding_type' is 'relative_key'"),
    ])
    func config(_ old: String, _ new: String, _ expected: String) throws {
        let message = try error(replacing: old, with: new)
        #expect(message.contains(expected), "\(message)")
    }

    @Test("An architecture that the family does not have is refused with those that it has")
    func architecture() throws {
        let message = try error(replacing: "BertForSequenceClassification", with: "BertForMultipleChoice")
        #expect(message.contains("'architectures' is 'BertForMultipleChoice', which is not supported; supported: BertModel, BertForSequenceClassification"))
        let other = try error(replacing: "BertForSequenceClassification", with: "RobertaForSequenceClassification")
        #expect(other.contains("'architectures' is 'RobertaForSequenceClassification', which is not supported"))
    }

    /// Options that change the result and are not computed: each by its name, none ignored.
    @Test("An option of a family that is not computed is refused by name", arguments: [
        ("roberta-base", #""position_embedding_type": "relative_key""#, "'position_embedding_type' is 'relative_key'"),
        ("roberta-base", #""is_decoder": true"#, "'is_decoder' is true"),
        ("roberta-base", #""pad_token_id": 100000"#, "'pad_token_id' 100000 leaves no token a place"),
        ("electra-base", #""add_cross_attention": true"#, "'add_cross_attention' is true"),
        ("albert-base", #""num_hidden_groups": 100"#, "'num_hidden_groups' 100 is more than 'num_hidden_layers'"),
        ("mpnet-base", #""relative_attention_num_buckets": 16"#, "'relative_attention_num_buckets' is another number"),
        ("deberta-base", #""talking_head": true"#, "'talking_head' is true"),
        ("deberta-base", #""pos_att_type": "c2p|p2p""#, "'pos_att_type' is 'p2p'"),
        ("deberta-v2-base", #""conv_kernel_size": 4"#, "'conv_kernel_size' is 4"),
        ("deberta-v2-base", #""conv_groups": 2"#, "'conv_groups' is more than 1"),
        ("deberta-v2-base", #""attention_head_size": 5"#, "'attention_head_size' is not 'hidden_size' / 'num_attention_heads'"),
        ("albert-base", #""num_hidden_layers": 16777216"#, "'num_hidden_layers' is 16777216, but must be at most"),
        ("albert-base", #""inner_group_num": 16777216"#, "'inner_group_num' is 16777216, but must be at most"),
        ("modernbert-base", #""hidden_size": 16777216"#, "the tensor 'embeddings.tok_embeddings.weight' has shape"),
        ("nomic_bert-base", #""hidden_size": 16777216, "max_position_embeddings": 16777216"#, "the tensor 'embeddings.word_embeddings.weight' has shape"),
        ("modernbert-base", #""classifier_pooling": "max""#, "'classifier_pooling' is 'max'"),
        ("modernbert-base", #""layer_types": ["full_attention"]"#, "'layer_types' must name full_attention or sliding_attention for each"),
        ("modernbert-base", #""rope_parameters": {"full_attention": {"rope_type": "yarn"}}"#, "'rope_type' is 'yarn'"),
        ("nomic_bert-base", #""rotary_emb_fraction": 0.5"#, "'rotary_emb_fraction' is not 1"),
        ("nomic_bert-base", #""prenorm": true"#, "'prenorm' is true"),
        ("nomic_bert-base", #""num_experts": 8"#, "'num_experts' is more than 0"),
        ("gte-base", #""rope_scaling": {"type": "ntk"}"#, "'rope_scaling' is not supported"),
        ("gte-base", #""logn_attention_scale": true"#, "'logn_attention_scale' is true"),
        ("xlm-base", #""causal": true"#, "'causal' is true"),
        ("xlm-base", #""asm": true"#, "'asm' is true"),
        ("xlm-base", #""summary_type": "attn""#, "'summary_type' is 'attn'"),
        ("xlnet-base", #""attn_type": "uni""#, "'attn_type' is 'uni'"),
        ("xlnet-base", #""bi_data": true"#, "'bi_data' is true"),
        ("big_bird-base", #""attention_type": "other""#, "'attention_type' is 'other'"),
        ("big_bird-base", #""num_random_blocks": -1"#, "'num_random_blocks' is -1"),
    ])
    func options(_ name: String, _ option: String, _ expected: String) throws {
        let folder = try TemporaryDirectory()
        let source = Repository.goldens + "/families/" + name
        try folder.copy(filesOf: source)
        let config = try String(decoding: Data(contentsOf: URL(filePath: source + "/config.json")), as: UTF8.self)
        // The last of two equal names counts.
        let end = try #require(config.lastIndex(of: "}"))
        try folder.write(Array((config[..<end] + ", " + option + "}").utf8), to: "config.json")
        let error = #expect(throws: ModelError.self) { try ModelLoader.load(directory: folder.path) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "no error")")
    }

    @Test("Truncated weights are refused at every one of many lengths")
    func truncated() throws {
        let whole = try Data(contentsOf: URL(filePath: Repository.smallModel("gelu-f32") + "/model.safetensors"))
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.smallModel("gelu-f32"))
        for count in [0, 7, 8, 100, 5000, whole.count / 2, whole.count - 1] {
            try folder.write(whole.prefix(count), to: "model.safetensors")
            let error = #expect(throws: ModelError.self, "\(count) bytes") { try ModelLoader.load(directory: folder.path) }
            #expect(error?.description.hasPrefix(folder.path + "/model.safetensors: ") == true)
        }
    }

    @Test("A number of labels that no memory holds is refused before it is believed", arguments: [0, -1, Int.max, 1_000_000_000_000_000_000])
    func labels(_ count: Int) throws {
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.smallModel("regression"))
        try folder.write(Array(#"{"model_type": "bert", "architectures": ["BertForSequenceClassification"], "num_labels": \#(count)}"#.utf8), to: "config.json")
        let error = #expect(throws: ModelError.self) { try ModelLoader.load(directory: folder.path) }
        #expect(error?.description.contains("'num_labels' is \(count)") == true)
    }

    @Test("A FIFO in a file's place is refused instead of waited for", .timeLimit(.minutes(5)), arguments: ["config.json", "model.safetensors"])
    func fifo(_ name: String) throws {
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.smallModel("gelu-f32"))
        unlink(folder.path + "/" + name)
        try #require(mkfifo(folder.path + "/" + name, 0o600) == 0)
        let error = #expect(throws: ModelError.self) { try ModelLoader.load(directory: folder.path) }
        #expect(error?.description.contains("not a regular file") == true)
    }

    @Test("A folder that is not there is named")
    func missing() {
        let error = #expect(throws: ModelError.self) { try ModelLoader.load(directory: "/nowhere/at/all") }
        #expect(error?.description == "/nowhere/at/all: there is no such folder")
    }
}

import OrderedJSON

extension Tokenizer {
    /// Loads the tokenizer of a checkpoint's directory: tokenizer.json, else the files from before there was one, as the class of
    /// transformers reads them that tokenizer_config.json names, or that belongs to config.json's `model_type`:
    /// vocab.txt, vocab.json with merges.txt, or a SentencePiece model.
    ///
    /// - Throws: `TokenizerError`, which names the file and what is wrong with it.
    public init(directory: String) throws(TokenizerError) {
        let configuration = try TokenizerConfiguration(directory: directory)
        if let bytes = try RegularFile.readBytes("\(directory)/tokenizer.json") {
            try self.init(tokenizerJSON: bytes, configuration: configuration, file: "\(directory)/tokenizer.json")
        } else if let tokenizer = try Tokenizer(
            family: configuration.family ?? .bert, directory: directory, configuration: configuration)
        {
            self = tokenizer
        } else if let tokenizer = try Tokenizer(family: .bert, directory: directory, configuration: configuration) {
            self = tokenizer
        } else if configuration.family == nil, let name = configuration.familyName {
            throw .unsupported(
                file: directory, component: "tokenizer without tokenizer.json, of the", type: name, supported: TokenizerFamily.supported)
        } else {
            throw .noTokenizer(directory: directory)
        }
    }

    /// Loads a tokenizer from the bytes of a tokenizer.json, version 1.0. `truncation` and `padding` in it are leftovers
    /// of whoever saved it and are ignored.
    ///
    /// - Parameter file: the name that errors give.
    /// - Throws: `TokenizerError` for what is not JSON, lacks a field, or names a component that is not supported.
    public init(
        tokenizerJSON bytes: [UInt8], configuration: TokenizerConfiguration = TokenizerConfiguration(),
        file: String = "tokenizer.json"
    ) throws(TokenizerError) {
        try self.init(try JSONFile.parseObject(bytes, file: file), configuration: configuration)
    }

    /// Builds the tokenizer that the object of a tokenizer.json describes.
    init(_ fields: JSONFields, configuration: TokenizerConfiguration) throws(TokenizerError) {
        if let version = try fields.optionalString("version"), version != "1.0" {
            throw fields.invalid("version", "expected \"1.0\", found \"\(version)\"")
        }
        var addedTokens: [AddedToken] = []
        for (index, value) in (try fields.optionalArray("added_tokens") ?? []).enumerated() {
            addedTokens.append(try AddedToken(try fields.fields("added_tokens[\(index)]", value)))
        }
        try self.init(steps: fields, model: try fields.fields("model").makeModel(), addedTokens: addedTokens, configuration: configuration)
    }

    /// Puts the steps that the fields of a tokenizer.json describe around a model.
    init(
        steps fields: JSONFields, model: any TokenizerModel, addedTokens: [AddedToken], configuration: TokenizerConfiguration
    ) throws(TokenizerError) {
        self.init(
            normalizer: try fields.optionalObject("normalizer")?.makeNormalizer(),
            preTokenizer: try fields.optionalObject("pre_tokenizer")?.makePreTokenizer(),
            model: model,
            postProcessor: try fields.optionalObject("post_processor")?.makePostProcessor() ?? NoPostProcessing(),
            decoder: try fields.optionalObject("decoder")?.makeDecoder(), addedTokens: addedTokens, configuration: configuration)
    }
}

extension AddedToken {
    /// An element of `added_tokens` in tokenizer.json. All its fields are required there.
    fileprivate init(_ fields: JSONFields) throws(TokenizerError) {
        _ = try fields.id("id")
        self.init(
            content: try fields.string("content"),
            singleWord: try fields.bool("single_word"),
            lstrip: try fields.bool("lstrip"),
            rstrip: try fields.bool("rstrip"),
            normalized: try fields.bool("normalized"),
            special: try fields.bool("special"))
    }
}

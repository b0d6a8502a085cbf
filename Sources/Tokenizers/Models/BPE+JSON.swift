import OrderedJSON

extension BPE {
    /// The model that tokenizer.json describes.
    ///
    /// - Throws: `TokenizerError` for fields of the wrong type, a merge that is not two tokens or names one that is not in the
    ///   vocabulary, and what changes the result from call to call (`dropout`).
    init(_ fields: JSONFields) throws(TokenizerError) {
        var options = Options()
        options.unkToken = try fields.optionalString("unk_token")
        options.continuingSubwordPrefix = try fields.optionalString("continuing_subword_prefix") ?? ""
        options.endOfWordSuffix = try fields.optionalString("end_of_word_suffix") ?? ""
        options.fuseUnk = try fields.optionalBool("fuse_unk") ?? false
        options.byteFallback = try fields.optionalBool("byte_fallback") ?? false
        options.ignoreMerges = try fields.optionalBool("ignore_merges") ?? false
        if let dropout = fields["dropout"], !dropout.isNull, dropout.doubleValue != 0 {
            throw fields.invalid("dropout", "merges left out at random are for training; expected null or 0")
        }
        if options.byteFallback, !options.continuingSubwordPrefix.isEmpty || !options.endOfWordSuffix.isEmpty {
            throw fields.invalid(
                "byte_fallback",
                "bytes have no prefix and no suffix; expected false, or neither continuing_subword_prefix nor end_of_word_suffix")
        }
        let tokens = try fields.vocabulary("vocab")
        let merges = try fields.merges("merges")
        do throws(MergeError) {
            try self.init(tokens, merges: merges, options: options)
        } catch {
            throw fields.invalid("merges[\(error.index)]", error.reason)
        }
    }
}

extension JSONFields {
    /// Merges, each as `"a b"` or as `["a", "b"]`. Lines of merges.txt that give its version are no merges.
    fileprivate func merges(_ name: String) throws(TokenizerError) -> [BPE.Merge] {
        let values = try array(name)
        var merges: [BPE.Merge] = []
        merges.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            switch value {
            case .string(let line):
                if line.utf8.starts(with: "#version".utf8) { continue }
                guard let merge = BPE.Merge(line[...]) else {
                    throw invalid("\(name)[\(index)]", "expected two tokens with a space between, found \"\(line)\"")
                }
                merges.append(merge)
            case .array(let parts):
                guard parts.count == 2, let left = parts[0].stringValue, let right = parts[1].stringValue else {
                    throw invalid("\(name)[\(index)]", "expected two tokens")
                }
                merges.append(BPE.Merge(left: left.utf8[...], right: right.utf8[...]))
            default:
                throw invalid("\(name)[\(index)]", "expected two tokens, as a string or an array, found \(value.kind)")
            }
        }
        return merges
    }
}

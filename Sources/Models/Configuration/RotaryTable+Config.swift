import Tensors

extension RotaryTable {
    /// However many positions a config.json promises, no sequence may have more tokens than this.
    static let mostPositions = 1 << 15

    /// One table for all layers: `rope_theta` of `rope_parameters`, or of an older key. The width of a head should be known to be right.
    init(_ keys: ConfigKeys, _ config: EncoderConfig, positions: Int, older: String, default fallback: Float) throws(ModelError) {
        let parameters = try keys.optionalObject("rope_parameters")
        try parameters?.require("rope_type", oneOf: ["default"], default: "default")
        try keys.refuse("rope_scaling", because: "positions are computed without scaling here")
        let older = try keys.float(older, default: fallback)
        let base = try parameters?.float("rope_theta", default: older) ?? older
        guard base > 0, config.headSize % 2 == 0 else {
            throw .inconsistent(path: keys.path, reason: "heads of \(config.headSize) columns can't be turned with a base of \(base)")
        }
        self.init(positions: min(positions, Self.mostPositions), size: config.headSize, base: base)
    }
}

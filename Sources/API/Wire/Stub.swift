import Inference
import Tokenizers
extension Encoding { var wordIDs: [Int?] { [] }; var secondText: Range<Int>? { nil } }

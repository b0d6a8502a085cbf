import FoundationEssentials
import FuzzTargets
import TestSupport
import Testing

@Suite("What the fuzzer has found and what it starts from")
struct CorpusTests {
    @Test("Every input of the corpus keeps what must hold", arguments: FuzzTarget.allCases)
    func corpus(target: FuzzTarget) throws {
        let folder = "\(Repository.root)/Tests/FuzzCorpus/\(target.rawValue)"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(!names.isEmpty, "\(folder) holds no inputs")
        for name in names {
            let input = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            #expect(throws: Never.self, "\(folder)/\(name)") { try target.run([UInt8](input)) }
        }
    }

    @Test("Every folder of the corpus belongs to a target")
    func folders() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Repository.root + "/Tests/FuzzCorpus")
        #expect(Set(names) == Set(FuzzTarget.allCases.map(\.rawValue)))
    }
}

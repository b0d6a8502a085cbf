// swift-tools-version: 6.2
import PackageDescription

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")

// Tests check at run time that no two accesses to a value overlap; the release build of the server's hot paths trusts them.
let unchecked: [SwiftSetting] = [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

// Targets stand in the order of docs/architecture.md: each imports only what is named here, and arrows point one way.
let package = Package(
    name: "attendant",
    products: [.executable(name: "attendant", targets: ["attendant"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),

        .target(name: "OrderedJSON"),
        .target(name: "Tensors", dependencies: ["CKernels", "COpenBLAS"]),
        .target(name: "Checkpoints", dependencies: ["Tensors", "OrderedJSON"]),
        .target(name: "Tokenizers", dependencies: ["CPCRE2", "OrderedJSON"]),
        .target(name: "Models", dependencies: ["Tensors", "Checkpoints", "OrderedJSON"]),
        .target(
            name: "Inference",
            dependencies: ["Models", "Tokenizers", .product(name: "DequeModule", package: "swift-collections")]),

        .target(name: "HTTPCore", dependencies: ["CNGHTTP2", httpTypes], swiftSettings: unchecked),
        .target(name: "Transport", dependencies: ["CLinux", "COpenSSL"], swiftSettings: unchecked),
        .target(name: "HTTPServer", dependencies: ["HTTPCore", "Transport", httpTypes], swiftSettings: unchecked),

        .target(name: "CPage"),
        .target(
            name: "API", dependencies: ["CPage", "CZlib", "HTTPServer", "Inference", "OrderedJSON", "Tensors", httpTypes, log],
            exclude: ["Page/Assets"]),
        .executableTarget(
            name: "attendant",
            dependencies: [
                "API", "HTTPServer", "Inference", "Models", "Tokenizers", "Checkpoints", "Tensors", "OrderedJSON", log, .product(name: "Yams", package: "Yams"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .target(name: "TLSTestSupport", dependencies: ["COpenSSL", "TestSupport"], path: "Tests/TLSTestSupport"),
        .testTarget(name: "OrderedJSONTests", dependencies: ["OrderedJSON"]),
        .testTarget(name: "TokenizersTests", dependencies: ["Tokenizers", "OrderedJSON"]),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
        .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints", "TestSupport"]),
        .testTarget(name: "ModelsTests", dependencies: ["Models", "Tensors", "TestSupport"]),
        .testTarget(name: "InferenceTests", dependencies: ["Inference", "TestSupport"]),
        .testTarget(name: "APITests", dependencies: ["API", "TestSupport"]),
        .testTarget(name: "AttendantTests", dependencies: ["attendant", "TestSupport"]),
        .testTarget(name: "HTTPCoreTests", dependencies: ["HTTPCore", httpTypes]),
        .testTarget(name: "TransportTests", dependencies: ["Transport", "TLSTestSupport", "TestSupport"]),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: ["HTTPServer", "HTTPCore", "Transport", "CNGHTTP2", "TLSTestSupport", "TestSupport", httpTypes]),
        .target(name: "FuzzTargets", dependencies: ["HTTPCore", "Checkpoints", "Tokenizers", httpTypes], path: "Tests/FuzzTargets"),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)

// It calls libFuzzer, which only the build of scripts/fuzz links.
if Context.environment["ATTENDANT_FUZZ"] != nil {
    package.targets.append(.executableTarget(name: "FuzzDriver", dependencies: ["FuzzTargets"], path: "Tests/FuzzDriver"))
}

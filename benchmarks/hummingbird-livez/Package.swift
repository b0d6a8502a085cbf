// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what is measured against is no dependency of Attendant.
let package = Package(
    name: "livez",
    platforms: [.macOS(.v14)],
    dependencies: [.package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1")],
    targets: [.executableTarget(name: "livez", dependencies: [.product(name: "Hummingbird", package: "hummingbird")])])

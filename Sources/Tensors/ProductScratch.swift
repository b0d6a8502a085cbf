/// Memory for the rows of a product in the type that its kernel reads; it grows to the largest and is reused.
public final class ProductScratch {
    private var bytes = AlignedStorage<UInt8>(count: 0)
    private var pairs = AlignedStorage<UInt16>(count: 0)
    private var rowScales = AlignedStorage<Float>(count: 0)
    private var rowZeros = AlignedStorage<Int32>(count: 0)
    private var floats = AlignedStorage<Float>(count: 0)

    public init() {}

    func u8(count: Int) -> UnsafeMutablePointer<UInt8> { Self.grow(&bytes, count) }
    func bf16(count: Int) -> UnsafeMutablePointer<UInt16> { Self.grow(&pairs, count) }
    func scales(count: Int) -> UnsafeMutablePointer<Float> { Self.grow(&rowScales, count) }
    func zeros(count: Int) -> UnsafeMutablePointer<Int32> { Self.grow(&rowZeros, count) }
    func f32(count: Int) -> UnsafeMutablePointer<Float> { Self.grow(&floats, count) }

    private static func grow<Element>(_ storage: inout AlignedStorage<Element>, _ count: Int) -> UnsafeMutablePointer<Element> {
        if storage.count < count { storage = AlignedStorage(count: max(count, storage.count * 3 / 2)) }
        return storage.start
    }
}

internal import Foundation

/// An object of a SigMF description, with what it takes to say where something is wrong in it.
struct SigMFObject {
    private let fields: [String: Any]  // lookup only
    private let file: String
    /// Such as `captures[2].`; empty for the whole.
    private let path: String

    private init(_ fields: [String: Any], _ file: String, _ path: String) {
        self.fields = fields
        self.file = file
        self.path = path
    }

    /// The object that a file holds.
    init(file: String, mostBytes: Int) throws(MeasurementError) {
        guard let handle = FileHandle(forReadingAtPath: file), let data = try? handle.read(upToCount: mostBytes + 1)
        else { throw MeasurementError(file, "no file that can be read") }
        guard data.count <= mostBytes else {
            throw MeasurementError(file, "a description has \(mostBytes) bytes at most")
        }
        guard let fields = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw MeasurementError(file, "it holds no JSON object; SigMF describes recordings by one")
        }
        self.init(fields, file, "")
    }

    func flaw(_ key: String, _ what: String) -> MeasurementError { MeasurementError(file, "\(path)\(key): \(what)") }

    func object(_ key: String) throws(MeasurementError) -> SigMFObject {
        guard let value = fields[key] as? [String: Any] else { throw flaw(key, "an object must stand here") }
        return SigMFObject(value, file, "\(path)\(key).")
    }

    /// The objects of a list; none where the key is missing.
    func objects(_ key: String, most: Int) throws(MeasurementError) -> [SigMFObject] {
        guard let value = fields[key] else { return [] }
        guard let list = value as? [[String: Any]] else { throw flaw(key, "a list of objects must stand here") }
        guard list.count <= most else { throw flaw(key, "\(list.count) entries; \(most) are read at most") }
        return list.enumerated().map { SigMFObject($1, file, "\(path)\(key)[\($0)].") }
    }

    /// nil where the key is missing.
    func text(_ key: String) throws(MeasurementError) -> String? {
        guard let value = fields[key] else { return nil }
        guard let text = value as? String else { throw flaw(key, "a text must stand here") }
        return text
    }

    func number(_ key: String, in range: ClosedRange<Double>) throws(MeasurementError) -> Double {
        let wanted = "a number of \(range.lowerBound) to \(range.upperBound) Hz must stand here"
        guard let value = fields[key] as? NSNumber, !SigMFObject.isTruth(value) else { throw flaw(key, wanted) }
        guard range.contains(value.doubleValue) else { throw flaw(key, "\(value) is not it: \(wanted)") }
        return value.doubleValue
    }

    /// nil where the key is missing.
    func whole(_ key: String, in range: ClosedRange<Int>) throws(MeasurementError) -> Int? {
        guard let value = fields[key] else { return nil }
        guard let number = value as? NSNumber, !SigMFObject.isTruth(number),
            let whole = Int(exactly: number.doubleValue), range.contains(whole)
        else { throw flaw(key, "a whole number, \(range.lowerBound) at least, must stand here") }
        return whole
    }

    /// The sample at which an entry begins, counted from the first of the file.
    func start(_ offset: Int, before count: Int) throws(MeasurementError) -> Int {
        guard let start = try whole("core:sample_start", in: 0...Int.max / 2) else {
            throw flaw("core:sample_start", "it is missing")
        }
        guard start >= offset, start - offset < count else {
            throw flaw("core:sample_start", "\(start) is not among the \(count) samples, which begin at \(offset)")
        }
        return start - offset
    }

    func cell() throws(MeasurementError) -> Int? { try whole("dtnet:cell", in: 0...1_000_000) }

    /// JSON's true and false come as numbers of type `char`.
    private static func isTruth(_ number: NSNumber) -> Bool { number.objCType.pointee == CChar(UInt8(ascii: "c")) }
}

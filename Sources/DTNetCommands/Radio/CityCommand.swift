internal import ArgumentParser
internal import RadioPropagation
internal import SceneFiles

/// `dtnet radio city`: a generated scene to try things on.
struct CityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "city",
        abstract: "Generate a city of blocks and write it as Mitsuba XML with PLY meshes.",
        discussion: "The same options give the same files. Sionna RT reads them as well.")

    @Option(help: "Blocks along x.")
    var columns = 3

    @Option(help: "Blocks along y.")
    var rows = 2

    @Option(help: "Side of a block in metres.")
    var block = 40.0

    @Option(help: "Width of the streets in metres.")
    var street = 15.0

    @Option(help: "Lowest building in metres.")
    var lowest = 10.0

    @Option(help: "Highest building in metres.")
    var highest = 25.0

    @Option(help: "Materials of the walls, ITU-R P.2040 names separated by commas.")
    var materials = "itu_concrete,itu_brick,itu_glass,itu_marble"

    @Option(help: "Seed of heights, materials and setbacks.")
    var seed: UInt64 = 1

    @Option(help: "Folder to write into; the scene takes its name.", completion: .directory)
    var out: String

    func validate() throws {
        guard (1...100).contains(columns), (1...100).contains(rows) else {
            throw ValidationError("--columns and --rows are 1 to 100")
        }
        guard (8...1_000).contains(block) else { throw ValidationError("--block is 8 to 1000 m") }
        guard (1...200).contains(street) else { throw ValidationError("--street is 1 to 200 m") }
        guard lowest >= 1, highest <= 1_000, lowest < highest else {
            throw ValidationError("--lowest is 1 m or more and less than --highest, which is 1000 m or less")
        }
        guard !materials.split(separator: ",").isEmpty else { throw ValidationError("--materials names none") }
    }

    func run() async throws {
        var city = CityBlocks(columns: columns, rows: rows, seed: seed)
        city.blockMetres = block
        city.streetMetres = street
        city.heightsMetres = lowest..<highest
        city.wallMaterials = materials.split(separator: ",").map(String.init)
        do {
            let folder = out.count > 1 && out.hasSuffix("/") ? String(out.dropLast()) : out
            let name = folder.split(separator: "/").last.map(String.init) ?? "city"
            Terminal.result(try MitsubaWriter(try city.scene()).write(to: folder, name: name))
        } catch let error as RadioMaterialError {
            throw ToolFailure(.usage, error.description)
        } catch let error as SceneFileError {
            throw ToolFailure(.failed, error.description)
        }
    }
}

import FoundationEssentials
import Inference
import Logging
import Models
import Tensors

/// From the settings to loaded models.
enum ModelDiscovery {
    /// Loads what is named one by one, then every folder of the models directory that has a config.json.
    /// - Throws: `CommandFailure` if a model that was named can't be loaded, or the directory can't be read. One that
    ///   was only found is listed as failed instead.
    static func load(_ settings: Settings, logger: Logger) throws -> ModelRegistry {
        var registry = ModelRegistry()
        for model in settings.models {
            do {
                registry.add(model.name, .ready(try load(model, settings, logger)), created: now)
            } catch {
                throw CommandFailure("the model '\(model.name)' can't be loaded: \(error)")
            }
        }
        if let directory = settings.modelsDirectory {
            let taken = Set(settings.models.map(\.name))
            for model in try find(in: directory) where !taken.contains(model.name) {
                do throws(ModelLoadError) {
                    registry.add(model.name, .ready(try load(model, settings, logger)), created: now)
                } catch {
                    registry.add(model.name, .failed(error), created: now)
                    logger.error("a model is not served", metadata: ["model": "\(model.name)", "reason": "\(error)"])
                }
            }
            if registry.entries.isEmpty { throw CommandFailure("\(directory): no folder in it has a config.json") }
        }
        return registry
    }

    private static func load(_ model: NamedModel, _ settings: Settings, _ logger: Logger) throws(ModelLoadError) -> ServedModel {
        let start = ContinuousClock.now
        var options = (model.dtype ?? settings.dtype)?.options ?? LoadOptions()
        let loaded = try ThreadTeam.withHelpers(settings.workers - 1) { team throws(ModelLoadError) in
            options.team = team
            return try ServedModel(name: model.name, directory: model.path, options: options)
        }
        logger.info("model loaded", metadata: [
            "model": "\(model.name)", "architecture": "\(loaded.summary.architecture)",
            "parameters": "\(loaded.summary.parameterCount)", "dtype": "\(loaded.summary.dtype)", "milliseconds": "\(Int((.now - start) / .milliseconds(1)))",
        ])
        if !loaded.summary.unusedTensors.isEmpty {
            logger.warning("the model has no use for some tensors", metadata: [
                "model": "\(model.name)", "tensors": "\(loaded.summary.unusedTensors.joined(separator: ", "))",
            ])
        }
        return loaded
    }

    /// The folders in `directory` that look like models, by name.
    private static func find(in directory: String) throws -> [NamedModel] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw CommandFailure("\(directory): this is no folder that can be read")
        }
        return names.sorted().filter { !$0.hasPrefix(".") }
            .map { NamedModel(name: $0, path: directory + "/" + $0) }
            .filter { FileManager.default.fileExists(atPath: $0.path + "/config.json") }
    }

    private static var now: Int { Int(Date.now.timeIntervalSince1970) }
}

package convoy.jobs.registry.intake;

import convoy.architectures.tensor.Shape;
import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.metrics.MetricsLog;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.driver.network.KeptNetwork;
import convoy.jobs.registry.Addition;
import convoy.jobs.registry.Content;
import convoy.jobs.registry.Registry;
import convoy.jobs.registry.Version;
import convoy.jobs.registry.VersionOriginBuilder;
import convoy.jobs.runfile.RunFile;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Makes an addition to a registry of a run that was trained to its end, or of a model's file. */
public final class Intake {
    private static final String RUN_FILE = "run.yaml";
    private static final String EVALUATIONS = "evaluations";

    /** Beside the model, those of a run that are small and cannot be made again from it. */
    private static final List<String> KEPT = List.of(RUN_FILE, MetricsLog.FILE, KeptNetwork.FILE);

    private Intake() {}

    /**
     * Looks at a run, or at a model's file.
     *
     * @param hadoop settings of the file systems
     * @param source URI of the run's directory, or of a {@code .safetensors} file
     * @param registry in which versions are looked for that it was trained from; empty if there is none yet
     * @return what is to become a version
     * @throws BadInputException if it has no model, or the model does not say what it is
     */
    public static Addition of(Configuration hadoop, String source, Optional<Registry> registry) {
        Path path = Storage.path("model", source);
        FileSystem files = Storage.of(hadoop, "model", path);
        FileStatus status;
        try {
            status = files.getFileStatus(path);
        } catch (FileNotFoundException absent) {
            throw Storage.absent(files, "model", path, "give the directory of a run, or a .safetensors file", absent);
        } catch (IOException failure) {
            throw Storage.explained(files, "model", path, failure);
        }
        return status.isDirectory() ? ofRun(hadoop, source, registry) : ofFile(hadoop, files, path);
    }

    private static Addition ofFile(Configuration hadoop, FileSystem files, Path path) {
        describe(hadoop, Storage.uri(path));
        return Addition.of(
                Map.of(Addition.MODEL, Content.of(files, path)),
                Version.Origin.of(Storage.uri(files.makeQualified(path))),
                Intake::describe);
    }

    private static Addition ofRun(Configuration hadoop, String source, Optional<Registry> registry) {
        RunDirectory run = RunDirectory.existing(hadoop, source);
        Path model = run.path(RunDirectory.MODEL);
        if (!isThere(run, model)) {
            throw new BadInputException("run " + Storage.uri(run.root()) + " has no " + RunDirectory.MODEL
                    + ": train it to its end, or `convoy export` its newest checkpoint and add that file");
        }
        describe(hadoop, Storage.uri(model));
        SortedMap<String, Content> files = new TreeMap<>();
        files.put(Addition.MODEL, Content.of(run.fileSystem(), model));
        KEPT.stream()
                .filter(name -> isThere(run, run.path(name)))
                .forEach(name -> files.put(name, Content.of(run.fileSystem(), run.path(name))));
        evaluations(run).forEach(file -> files.put("evaluation-" + file.getName(), Content.of(run.fileSystem(), file)));
        return Addition.of(files, origin(hadoop, run, model, registry), Intake::describe);
    }

    private static boolean isThere(RunDirectory run, Path file) {
        try {
            return run.fileSystem().exists(file);
        } catch (IOException failure) {
            throw Storage.explained(run.fileSystem(), "run", file, failure);
        }
    }

    private static List<Path> evaluations(RunDirectory run) {
        Path folder = run.path(EVALUATIONS);
        try {
            return List.of(run.fileSystem().listStatus(folder)).stream()
                    .map(FileStatus::getPath)
                    .filter(file ->
                            file.getName().endsWith(".json") && !file.getName().startsWith("."))
                    .toList();
        } catch (FileNotFoundException none) {
            return List.of();
        } catch (IOException failure) {
            throw Storage.explained(run.fileSystem(), "run", folder, failure);
        }
    }

    /** What a model's file says of itself. */
    private static Version.Model describe(Configuration hadoop, String uri) {
        ModelDescription description = StoredModel.describe(hadoop, uri, Optional.empty());
        Shape.Image input = description.input();
        return new Version.Model(
                description.network(),
                description.classes(),
                description.classNames(),
                input.channels() + "x" + input.height() + "x" + input.width(),
                StoredModel.step(hadoop, uri));
    }

    private static Version.Origin origin(
            Configuration hadoop, RunDirectory run, Path model, Optional<Registry> registry) {
        String source = Storage.uri(run.root());
        Optional<RunConfiguration> configuration = run.read(run.path(RUN_FILE))
                .map(text ->
                        RunFile.read(RunConfiguration.class, run.path(RUN_FILE).toString(), text, List.of()));
        if (configuration.isEmpty()) {
            return Version.Origin.of(source);
        }
        long step = StoredModel.step(hadoop, Storage.uri(model));
        SortedMap<String, String> determinants = new Checkpoints(run)
                .newest()
                .filter(checkpoint -> checkpoint.step() == step)
                .map(Checkpoint::manifest)
                .map(manifest -> manifest.determinants())
                .orElseGet(TreeMap::new);
        Lineage lineage = new Lineage(hadoop, configuration.get(), determinants);
        Optional<Version.Weights> weights = lineage.weights();
        return VersionOriginBuilder.builder()
                .source(source)
                .weights(weights)
                .parent(registry.flatMap(there ->
                        weights.flatMap(Version.Weights::sha256).flatMap(sha256 -> Lineage.parent(there, sha256))))
                .data(lineage.data())
                .determinants(determinants)
                .build();
    }

    /**
     * {@return a check that a model has the classes of the registry's champion, where there is one}
     *
     * <p>Whoever serves the champion reads its answers by their places.
     */
    public static Addition.Check sameClasses() {
        return (registry, model) -> registry.standing().champion().ifPresent(champion -> {
            Version.Model serving = registry.version(champion).model();
            boolean named =
                    !serving.classNames().isEmpty() && !model.classNames().isEmpty();
            boolean same = serving.classes() == model.classes()
                    && (!named || serving.classNames().equals(model.classNames()));
            if (!same) {
                throw new BadInputException("the model has " + classes(model) + ", the champion, version " + champion
                        + " of registry " + registry.uri() + ", has " + classes(serving)
                        + ": train it on data of the same classes in the same order, or say --other-classes");
            }
        });
    }

    private static String classes(Version.Model model) {
        return model.classNames().isEmpty()
                ? Counts.plain(model.classes(), "class", "classes") + " without names"
                : "the classes " + String.join(", ", model.classNames());
    }
}

package convoy.jobs.reproduce;

import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.model.Origin;
import convoy.driver.model.StoredModel;
import convoy.driver.network.KeptNetwork;
import convoy.jobs.launch.Uris;
import convoy.jobs.registry.ModelReference;
import convoy.jobs.registry.Version;
import convoy.jobs.runfile.RunFile;
import convoy.records.BadInputException;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A trained model that is to be made again. It is read and never changed.
 *
 * @param model URI of its file
 * @param sha256 of that file
 * @param folder URI of the folder that it lies in: its run's, as a rule, with the run's figures
 * @param configuration of the run that trained it
 * @param origin what decided its bits; empty where nothing says it
 * @param reference the version of a registry that it is; empty: it is none
 */
record Original(
        String model,
        String sha256,
        String folder,
        RunConfiguration configuration,
        Optional<Origin> origin,
        Optional<ModelReference> reference) {
    /** What a run's directory has that a model alone lacks. */
    static final String RUN_FILE = "run.yaml";

    private static final String WANTED =
            "give a run's directory, its model.safetensors, or a version of a registry as URI#VERSION";

    /**
     * Reads what there is.
     *
     * @param asked a run's directory, a model's file, or a version of a registry, as a person typed it
     * @param runFile what trained it, if that does not lie beside it
     * @throws BadInputException if there is no trained model, or it is not known what trained it
     */
    static Original of(Configuration hadoop, String asked, Optional<String> runFile) {
        Optional<ModelReference> reference =
                ModelReference.parse(asked).filter(version -> !Uris.exists(hadoop, Uris.local(asked)));
        if (reference.isPresent()) {
            return ofVersion(hadoop, reference.get(), runFile);
        }
        String address = Uris.local(asked);
        Path path = Storage.path("model", address);
        FileSystem files = Storage.of(hadoop, "model", path);
        try {
            if (!files.exists(path)) {
                throw new BadInputException(Storage.where(files, path) + " does not exist: " + WANTED);
            }
            boolean isFolder = files.getFileStatus(path).isDirectory();
            Path folder = isFolder ? path : path.getParent();
            Path model = isFolder ? new Path(path, RunDirectory.MODEL) : path;
            Optional<Path> beside =
                    Optional.of(new Path(folder, RUN_FILE)).filter(file -> runFile.isEmpty() && isThere(files, file));
            if (isFolder) {
                requireRun(files, path, beside.isPresent() || runFile.isPresent());
                if (!files.exists(model)) {
                    throw new BadInputException("run " + Storage.where(files, path) + " has no " + RunDirectory.MODEL
                            + ": train it to its end first");
                }
            }
            return read(hadoop, Storage.uri(model), Storage.uri(folder), runFile.or(() -> beside.map(Storage::uri)));
        } catch (IOException failure) {
            throw Storage.explained(files, "model", path, failure);
        }
    }

    private static Original ofVersion(Configuration hadoop, ModelReference reference, Optional<String> runFile) {
        ModelReference.Found found = reference.find(hadoop);
        Original read = of(hadoop, found.folder(), runFile);
        Optional<Version.StoredFile> added =
                Optional.ofNullable(found.version().files().get(RunDirectory.MODEL));
        if (added.filter(file -> !file.sha256().equals(read.sha256())).isPresent()) {
            throw new BadInputException(read.model() + " is damaged: its SHA-256 is " + read.sha256()
                    + ", the registry says " + added.get().sha256() + "; restore it from a copy of the registry");
        }
        Version.Origin said = found.version().origin();
        Optional<Origin> origin = read.origin().or(() -> Optional.of(said.determinants())
                .filter(keys -> !keys.isEmpty())
                .map(keys -> new Origin(keys, said.weights().flatMap(Version.Weights::sha256))));
        return new Original(
                read.model(),
                read.sha256(),
                read.folder(),
                settled(read.configuration(), origin),
                origin,
                Optional.of(reference));
    }

    private static void requireRun(FileSystem files, Path folder, boolean hasRunFile) {
        if (!hasRunFile) {
            boolean isData = isThere(files, new Path(folder, DatasetInfo.FILE_NAME));
            throw new BadInputException(Storage.where(files, folder)
                    + (isData ? " is a data set and no run" : " is no run, for it has no " + RUN_FILE) + ": " + WANTED);
        }
    }

    private static boolean isThere(FileSystem files, Path path) {
        try {
            return files.exists(path);
        } catch (IOException failure) {
            throw Storage.explained(files, "file", path, failure);
        }
    }

    private static Original read(Configuration hadoop, String model, String folder, Optional<String> runFile) {
        Optional<Origin> said = StoredModel.origin(hadoop, model);
        requireWholeNumbers(hadoop, model);
        String file = runFile.orElseThrow(() -> new BadInputException("model " + model + " stands alone, without a "
                + RUN_FILE + " beside it: give the run file that trained it with --run-file"));
        RunConfiguration configuration = KeptNetwork.inPlaceOfFile(
                hadoop, folder, RunFile.read(RunConfiguration.class, file, Uris.read(file, hadoop), List.of()));
        Optional<Origin> origin = said.or(() -> newest(hadoop, folder));
        return new Original(
                model,
                StoredModel.sha256(hadoop, model),
                folder,
                settled(configuration, origin),
                origin,
                Optional.empty());
    }

    private static void requireWholeNumbers(Configuration hadoop, String model) {
        Optional<String> rounded = StoredModel.use(hadoop, model, files -> files.names().stream()
                .flatMap(name -> files.type(name).stream())
                .filter(type -> !type.equals("F32"))
                .findFirst());
        rounded.ifPresent(type -> {
            throw new BadInputException("model " + model + " has numbers of type " + type
                    + ", which were rounded when it was exported: give its run, or the run's own "
                    + RunDirectory.MODEL);
        });
    }

    /** Of a model that an earlier version exported, which does not say it itself. */
    private static Optional<Origin> newest(Configuration hadoop, String folder) {
        RunDirectory run = RunDirectory.existing(hadoop, folder);
        // Which weights it began with is what an earlier version did not write down.
        return new Checkpoints(run)
                .newest()
                .map(checkpoint -> new Origin(checkpoint.manifest().determinants(), Optional.empty()));
    }

    /** What a run file of a person's left to the machine, the machine of then has decided. */
    private static RunConfiguration settled(RunConfiguration run, Optional<Origin> origin) {
        if (run.computation().isSettled() || origin.isEmpty()) {
            return run;
        }
        String engine = origin.get()
                .determinants()
                .getOrDefault("engine", run.computation().engine());
        String device = origin.get()
                .determinants()
                .getOrDefault("device", run.computation().device());
        return run.withComputation(run.computation().by(engine).at(device));
    }

    /** The description of its training data as that was; empty where it was not kept. */
    Optional<DatasetInfo> data(Configuration hadoop) {
        Path file = Storage.child(Storage.path("run", folder), RunDirectory.DATA);
        FileSystem files = Storage.of(hadoop, "run", file);
        try {
            return files.exists(file) ? Optional.of(DatasetInfo.read(files, file)) : Optional.empty();
        } catch (IOException failure) {
            throw Storage.explained(files, "description", file, failure);
        }
    }
}

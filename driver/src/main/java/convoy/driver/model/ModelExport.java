package convoy.driver.model;

import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.Outputs.ExportFormat;
import convoy.driver.configuration.Outputs.OnDivergence;
import convoy.driver.replacing.Location;
import convoy.driver.replacing.Location.Relation;
import convoy.driver.replacing.WholeFile;
import convoy.driver.resolved.ResolvedRun;
import convoy.parameterserver.files.BadFileException;
import convoy.parameterserver.files.FileAccess;
import convoy.parameterserver.files.Safetensors;
import convoy.records.BadInputException;
import convoy.worker.engine.Engines;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Writes trained models in forms that others read. */
public final class ModelExport {
    /** The form that the engine on DL4J writes. */
    private static final String DL4J = "dl4j";

    private ModelExport() {}

    /**
     * Exports a run's newest whole checkpoint, be the run complete or not; or its model, where that has no checkpoints beside it.
     *
     * @param hadoop settings of the file systems
     * @param run URI of the run's directory
     * @param format of the file
     * @param precision of the numbers; DL4J's form has single precision alone
     * @param auxiliaryHeads whether they are kept, which only training needs; DL4J's form never has them
     * @param to URI of the file to write
     * @return the step of the exported model
     * @throws BadInputException if there is neither a whole checkpoint nor a model, or it is damaged
     */
    public static long run(
            Configuration hadoop,
            String run,
            ExportFormat format,
            Safetensors.Precision precision,
            boolean auxiliaryHeads,
            String to) {
        if (format == ExportFormat.DL4J && auxiliaryHeads) {
            throw new BadInputException("DL4J's form is written without auxiliary heads; leave --auxiliary-heads out");
        }
        if (format == ExportFormat.DL4J && precision != Safetensors.Precision.F32) {
            throw new BadInputException("dtype = " + precision + ": DL4J's form is written as f32; leave dtype out");
        }
        Path path = Storage.path("run", run);
        if (path.getParent() == null) {
            throw new BadInputException("'" + run + "' is no directory of a run: give one, as runs/my-run");
        }
        RunDirectory directory = RunDirectory.existing(hadoop, run);
        Optional<Checkpoint> checkpoint = new Checkpoints(directory).newest();
        StoredModel model = checkpoint.isPresent()
                ? StoredModel.read(hadoop, directory, checkpoint.get())
                : finished(hadoop, directory, run, auxiliaryHeads);
        Location target = Location.of(hadoop, "to", to);
        try {
            requireReplaceable(hadoop, target, Location.of(hadoop, "run", run), format);
            FileAccess.write(() -> WholeFile.write(
                    target.files(), target.path(), out -> write(model, format, precision, auxiliaryHeads, out)));
        } catch (IOException failure) {
            throw Storage.denied(target.files(), "to", target.path(), failure)
                    .orElseGet(() -> new BadInputException(
                            to + " cannot be written: " + FileAccess.reason(failure)
                                    + "; name another file, or make room",
                            failure));
        }
        return model.step();
    }

    /** The model that lies there alone: its checkpoints were left behind, as in a registry. */
    private static StoredModel finished(
            Configuration hadoop, RunDirectory directory, String run, boolean auxiliaryHeads) {
        Path file = directory.path(RunDirectory.MODEL);
        try {
            if (!directory.fileSystem().exists(file)) {
                throw new BadInputException(
                        run + " has no whole checkpoint: train it first, or give the directory of another run");
            }
        } catch (IOException failure) {
            throw Storage.explained(directory.fileSystem(), "model", file, failure);
        }
        if (auxiliaryHeads) {
            throw new BadInputException(run + " has a model and no checkpoint, and a model is without auxiliary heads;"
                    + " leave --auxiliary-heads out");
        }
        String uri = Storage.uri(file);
        return StoredModel.read(hadoop, uri, StoredModel.describe(hadoop, uri, Optional.empty()));
    }

    /** Only an earlier export may go: no directory, no file of the run, nothing that came from elsewhere. */
    private static void requireReplaceable(Configuration hadoop, Location target, Location run, ExportFormat format)
            throws IOException {
        FileStatus there;
        try {
            there = target.files().getFileStatus(target.path());
        } catch (FileNotFoundException nothing) {
            return;
        }
        Optional<String> what = Optional.empty();
        if (there.isDirectory()) {
            what = Optional.of("is a directory");
        } else if (target.relation(run) != Relation.APART) {
            what = Optional.of("is a file of the run itself");
        } else if (there.getLen() > 0 && !isExport(hadoop, target, format)) {
            what = Optional.of("is there and is no model that `convoy export` wrote in this format");
        }
        what.ifPresent(reason -> {
            throw new BadInputException("to = " + target + " " + reason + ": name another file");
        });
    }

    private static boolean isExport(Configuration hadoop, Location target, ExportFormat format) throws IOException {
        return switch (format) {
            case SAFETENSORS -> {
                try (Safetensors.Reader reader = Safetensors.open(hadoop, target.path())) {
                    yield reader.metadata().containsKey(StoredModel.STEP);
                } catch (BadFileException other) {
                    yield false;
                }
            }
            case DL4J -> {
                try (InputStream in = target.files().open(target.path())) {
                    yield Engines.form(DL4J).begins(in);
                }
            }
        };
    }

    /**
     * Writes what a run asks for into its directory, where it is not there yet or of an earlier step. The file that says its step is
     * written last, so that one of that step stands for all.
     *
     * @param hadoop settings of the file systems
     * @param directory of the run
     * @param checkpoint to be exported
     * @param resolved the run
     * @return URIs of the files, in the order in which the run file asks for them
     * @throws NoNumberException if a number of the model is none and the run is to stop at that
     */
    public static List<String> write(
            Configuration hadoop, RunDirectory directory, Checkpoint checkpoint, ResolvedRun resolved) {
        Optional<StoredModel> model = Optional.empty();
        List<ExportFormat> formats =
                new ArrayList<>(resolved.configuration().outputs().export());
        if (!formats.contains(ExportFormat.SAFETENSORS)) {
            formats.add(0, ExportFormat.SAFETENSORS);
        }
        List<ExportFormat> lastSaysStep = new ArrayList<>(formats);
        lastSaysStep.remove(ExportFormat.SAFETENSORS);
        lastSaysStep.add(ExportFormat.SAFETENSORS);
        boolean current = isOfStep(hadoop, directory, checkpoint.step());
        for (ExportFormat format : lastSaysStep) {
            Path file = directory.path(fileName(format));
            try {
                if (!current || !directory.fileSystem().exists(file)) {
                    StoredModel read =
                            model.isPresent() ? model.get() : StoredModel.read(hadoop, directory, checkpoint);
                    model = Optional.of(read);
                    if (resolved.configuration().outputs().onDivergence() == OnDivergence.STOP) {
                        read.requireNumbers();
                    }
                    directory.writeWhole(file, out -> write(read, format, Safetensors.Precision.F32, false, out));
                }
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot look at " + file, failure);
            }
        }
        return formats.stream()
                .map(format -> Storage.uri(directory.path(fileName(format))))
                .toList();
    }

    /** A file that cannot be read is no model of any step: it follows from the checkpoint, so that nothing is lost with it. */
    private static boolean isOfStep(Configuration hadoop, RunDirectory directory, long step) {
        Path file = directory.path(RunDirectory.MODEL);
        try {
            return directory.fileSystem().exists(file) && StoredModel.step(hadoop, Storage.uri(file)) == step;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot look at " + file, failure);
        } catch (BadInputException garbled) {
            return false;
        }
    }

    private static String fileName(ExportFormat format) {
        return switch (format) {
            case SAFETENSORS -> RunDirectory.MODEL;
            case DL4J -> "model.dl4j.zip";
        };
    }

    private static void write(
            StoredModel model,
            ExportFormat format,
            Safetensors.Precision precision,
            boolean auxiliaryHeads,
            OutputStream out)
            throws IOException {
        switch (format) {
            case SAFETENSORS -> model.writeSafetensors(out, precision, auxiliaryHeads);
            case DL4J -> Engines.form(DL4J).write(model.description().build(), model.values(), out);
        }
    }
}

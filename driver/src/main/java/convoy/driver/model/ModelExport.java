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
import convoy.onnx.out.OnnxExport;
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
     * @param form how it is written
     * @param to URI of the file to write
     * @return the step of the exported model
     * @throws BadInputException if there is neither a whole checkpoint nor a model, or it is damaged
     */
    public static long run(Configuration hadoop, String run, ExportForm form, String to) {
        return run(hadoop, run, form, to, OnnxExport.MOST_INSIDE);
    }

    /** The same with a limit of bytes beyond which an ONNX model's numbers lie beside it. */
    static long run(Configuration hadoop, String run, ExportForm form, String to, long mostInside) {
        Path path = Storage.path("run", run);
        if (path.getParent() == null) {
            throw new BadInputException("'" + run + "' is no directory of a run: give one, as runs/my-run");
        }
        RunDirectory directory = RunDirectory.existing(hadoop, run);
        Optional<Checkpoint> checkpoint = new Checkpoints(directory).newest();
        StoredModel model = checkpoint.isPresent()
                ? StoredModel.read(hadoop, directory, checkpoint.get())
                : finished(hadoop, directory, run, form.auxiliaryHeads());
        Location target = Location.of(hadoop, "to", to);
        try {
            Location source = Location.of(hadoop, "run", run);
            requireReplaceable(hadoop, target, source, form.format());
            if (form.format() == ExportFormat.ONNX) {
                OnnxForm onnx = new OnnxForm(model, form.normalization());
                if (!onnx.fits(mostInside)) {
                    writeInTwo(onnx, target, source);
                    return model.step();
                }
            }
            FileAccess.write(() -> WholeFile.write(target.files(), target.path(), out -> write(model, form, out)));
        } catch (IOException failure) {
            throw Storage.denied(target.files(), "to", target.path(), failure)
                    .orElseGet(() -> new BadInputException(
                            to + " cannot be written: " + FileAccess.reason(failure)
                                    + "; name another file, or make room",
                            failure));
        }
        return model.step();
    }

    /** Numbers first: a model that is there has its numbers. What is there of their name may only be those of an earlier export. */
    private static void writeInTwo(OnnxForm onnx, Location target, Location run) throws IOException {
        String numbers = OnnxForm.numbers(target.path().getName());
        Location beside = target.beside(numbers);
        if (beside.relation(run) != Relation.APART) {
            throw new BadInputException(
                    "to = " + target + ": " + numbers + " beside it is a file of the run itself: name another file");
        }
        if (beside.files().exists(beside.path()) && !target.files().exists(target.path())) {
            throw new BadInputException("to = " + target + ": " + numbers
                    + " beside it is there, and no model that it is of: name another file, or remove it");
        }
        FileAccess.write(() -> {
            WholeFile.write(beside.files(), beside.path(), onnx::writeNumbers);
            WholeFile.write(target.files(), target.path(), out -> onnx.write(out, numbers));
        });
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
            case ONNX -> {
                try (InputStream in = target.files().open(target.path())) {
                    yield OnnxForm.begins(in);
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
                    write(read, ExportForm.of(format), directory, file);
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
            case ONNX -> "model.onnx";
        };
    }

    private static void write(StoredModel model, ExportForm form, RunDirectory directory, Path file) {
        if (form.format() == ExportFormat.ONNX) {
            OnnxForm onnx = new OnnxForm(model, form.normalization());
            if (!onnx.fits(OnnxExport.MOST_INSIDE)) {
                String numbers = OnnxForm.numbers(file.getName());
                directory.writeWhole(Storage.child(file.getParent(), numbers), onnx::writeNumbers);
                directory.writeWhole(file, out -> onnx.write(out, numbers));
                return;
            }
        }
        directory.writeWhole(file, out -> write(model, form, out));
    }

    private static void write(StoredModel model, ExportForm form, OutputStream out) throws IOException {
        switch (form.format()) {
            case SAFETENSORS -> model.writeSafetensors(out, form.precision(), form.auxiliaryHeads());
            case DL4J -> Engines.form(DL4J).write(model.description().build(), model.values(), out);
            case ONNX -> new OnnxForm(model, form.normalization()).write(out);
        }
    }
}

package convoy.driver.model;

import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Surgery;
import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.Manifest;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.network.OnnxFiles;
import convoy.parameterserver.files.BadFileException;
import convoy.parameterserver.files.FileAccess;
import convoy.parameterserver.files.ModelFiles;
import convoy.parameterserver.files.Safetensors;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.layout.SharedTensors;
import convoy.parameterserver.range.SnapshotFile;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.Sha256;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * A trained model: what it is, and its flat vector of parameters and running statistics.
 *
 * @param description what the model is
 * @param step updates applied
 * @param values the flat vector
 * @param origin what it was made of; empty where that is not known
 */
@SuppressWarnings("ArrayRecordComponent") // Large, and never compared.
public record StoredModel(ModelDescription description, long step, float[] values, Optional<Origin> origin) {
    static final String STEP = "convoy.step";

    private static final int BUFFER = 1 << 20;

    /**
     * One of which it is not known what it was made of.
     *
     * @param description what the model is
     * @param step updates applied
     * @param values the flat vector
     */
    public StoredModel(ModelDescription description, long step, float[] values) {
        this(description, step, values, Optional.empty());
    }

    /**
     * {@return what a {@code model.safetensors} is, without reading its numbers}
     *
     * @param hadoop settings of the file systems
     * @param uri of the file or files
     * @param asked the network, where the file does not say; what else it leaves open the file must say
     * @throws BadInputException if it is missing, damaged, or of another network
     */
    public static ModelDescription describe(Configuration hadoop, String uri, Optional<ModelDescription> asked) {
        return use(hadoop, uri, files -> {
            ModelDescription description = ModelDescription.fromMetadata(files.metadata(), uri)
                    .or(() -> asked)
                    .orElseThrow(() -> new BadInputException(
                            uri + " does not say which network it is of: name the network, its classes and its input"));
            Network network = description.build();
            TensorFit.of(SharedPrefix.without(files, network), network)
                    .orWithoutAuxiliaryHeads()
                    .requireAll();
            return description;
        });
    }

    /**
     * Reads a {@code model.safetensors} that {@link #describe} described.
     *
     * @param hadoop settings of the file systems
     * @param uri of the file or files
     * @param description of it
     * @return the model
     */
    public static StoredModel read(Configuration hadoop, String uri, ModelDescription description) {
        return use(
                hadoop,
                uri,
                files -> new StoredModel(
                        description,
                        Long.parseLong(files.metadata().getOrDefault(STEP, "-1")),
                        values(SharedPrefix.without(files, description.build()), NetworkLayout.of(description.build())),
                        Origin.of(files.metadata(), uri)));
    }

    /**
     * {@return what a model says that it was made of; empty where it does not}
     *
     * @param hadoop settings of the file systems
     * @param uri of the file or files
     * @throws BadInputException if they are missing or damaged
     */
    public static Optional<Origin> origin(Configuration hadoop, String uri) {
        return use(hadoop, uri, files -> Origin.of(files.metadata(), uri));
    }

    /**
     * {@return the SHA-256 of a model's file, in hexadecimal; of several files that of the SHA-256 of each, one after the other as text,
     * the index first and then its shards by their names}
     *
     * @param hadoop settings of the file systems
     * @param uri of the file or files
     * @throws BadInputException if they are missing or damaged
     */
    public static String sha256(Configuration hadoop, String uri) {
        return use(hadoop, uri, files -> {
            List<String> sums = new ArrayList<>();
            for (Path path : files.paths()) {
                sums.add(sha256(path.getFileSystem(hadoop), path));
            }
            return sums.size() == 1 ? sums.get(0) : Sha256.digits(String.join("", sums));
        });
    }

    private static String sha256(FileSystem files, Path path) throws IOException {
        MessageDigest digest = Sha256.begin();
        try (InputStream in = files.open(path)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return Sha256.digits(digest);
    }

    /**
     * {@return the flat vector of a network with tensors of the model's: of a part of its network, or of one that puts out more}
     *
     * @param hadoop settings of the file systems
     * @param uri of the file or files
     * @param description of it
     * @param network whose tensors are all the model's
     */
    public static float[] values(Configuration hadoop, String uri, ModelDescription description, Network network) {
        return use(
                hadoop,
                uri,
                files -> values(SharedPrefix.without(files, description.build()), NetworkLayout.of(network)));
    }

    /**
     * {@return the flat vector of tensors that {@link TensorFit fit}; zeros for those that are not there}
     *
     * @param files with the tensors
     * @param layout of the flat vector
     * @throws IOException if the files cannot be read
     */
    public static float[] values(ModelFiles files, ParameterLayout layout) throws IOException {
        float[] values = new float[layout.size()];
        for (Segment segment : layout.segments()) {
            if (files.shape(segment.name()).isPresent()) {
                files.read(segment.name(), values, segment.begin());
            }
        }
        return values;
    }

    /**
     * What is done with open files.
     *
     * @param <T> what comes of it
     */
    @FunctionalInterface
    public interface Use<T> {
        /**
         * Does something with them.
         *
         * @param files open for the call
         * @return what comes of it
         * @throws IOException if they cannot be read
         */
        T apply(ModelFiles files) throws IOException;
    }

    /**
     * Opens a model's file or files and does something with them.
     *
     * @param <T> what comes of it
     * @param hadoop settings of the file systems
     * @param uri of the file or files
     * @param use called once, while they are open
     * @return what comes of it
     * @throws BadInputException if they are missing, damaged or cannot be read
     */
    public static <T> T use(Configuration hadoop, String uri, Use<T> use) {
        if (OnnxFiles.isNamedSo(uri)) {
            return OnnxWeights.use(hadoop, uri, use);
        }
        Path path = Storage.path("model", uri);
        FileSystem files = Storage.of(hadoop, "model", path);
        requireModel(files, path);
        try {
            return FileAccess.read(() -> {
                try (ModelFiles opened = ModelFiles.open(hadoop, path)) {
                    return use.apply(opened);
                }
            });
        } catch (BadInputException refused) {
            throw refused;
        } catch (BadFileException damaged) {
            throw new BadInputException(
                    OtherFormat.of(hadoop, path, Storage.where(files, path))
                            .orElse(List.of(String.valueOf(damaged.getMessage()))),
                    damaged);
        } catch (AccessControlException closed) {
            throw Storage.explained(files, "model", path, closed);
        } catch (IOException failure) {
            String reason = Storage.hindrance(hadoop, files.makeQualified(path))
                    .filter(itself -> !isFolder(files, path))
                    .orElseGet(() -> " cannot be read: " + FileAccess.reason(failure));
            throw new BadInputException("model " + Storage.where(files, path) + reason, failure);
        }
    }

    private static boolean isFolder(FileSystem files, Path path) {
        try {
            return files.getFileStatus(path).isDirectory();
        } catch (IOException failure) {
            return false;
        }
    }

    private static void requireModel(FileSystem files, Path path) {
        String advice = "give the URI of a model.safetensors";
        if (!isFolder(files, path)) {
            Storage.requireFile(files, "model", path, advice);
            return;
        }
        boolean held = Arrays.stream(Storage.requireFolder(files, "model", path, advice))
                .anyMatch(
                        file -> ModelFiles.IN_DIRECTORY.contains(file.getPath().getName()));
        if (!held) {
            throw new BadInputException("model " + Storage.where(files, path) + " is a folder with neither "
                    + String.join(" nor ", ModelFiles.IN_DIRECTORY)
                    + ": name the file itself, or a run that was trained to its end");
        }
    }

    /**
     * {@return how the tensors' names were changed to fit a network, in one line; empty if they fit as they are}
     *
     * @param hadoop settings of the file systems
     * @param uri of the file or files
     * @param network whose names are wanted
     */
    public static Optional<String> notice(Configuration hadoop, String uri, Network network) {
        return use(hadoop, uri, files -> SharedPrefix.notice(files, network));
    }

    /**
     * {@return the step that a {@code model.safetensors} is of; -1 where it does not say}
     *
     * @param hadoop settings of the file systems
     * @param uri of the file or files
     */
    public static long step(Configuration hadoop, String uri) {
        return use(hadoop, uri, files -> Long.parseLong(files.metadata().getOrDefault(STEP, "-1")));
    }

    /**
     * Reads a checkpoint, checking it against its manifest.
     *
     * @param hadoop settings of the file systems
     * @param directory of the run
     * @param checkpoint one that is whole
     * @return the model
     */
    public static StoredModel read(Configuration hadoop, RunDirectory directory, Checkpoint checkpoint) {
        new Checkpoints(directory).verify(checkpoint);
        String where = checkpoint.directory().toString();
        ModelDescription description = ModelDescription.fromMetadata(
                        checkpoint.manifest().model(), where)
                .orElseThrow(() -> new BadInputException(where + " does not say which network it is of"));
        ParameterLayout whole = NetworkLayout.of(description.build());
        List<String> leftOut =
                checkpoint.manifest().leftOut().map(Manifest.LeftOut::tensors).orElse(List.of());
        ParameterLayout held = whole.without(Set.copyOf(leftOut));
        float[] values = new float[checkpoint.manifest().size()];
        if (values.length != held.size()) {
            throw new BadInputException(
                    where + " holds " + Counts.plain(values.length, "number") + ", " + description.network() + " has "
                            + held.size() + ": it was written by another version of that network");
        }
        for (SnapshotFile file : checkpoint.manifest().ranges()) {
            try {
                FileAccess.write(() -> {
                    try (Safetensors.Reader reader =
                            Safetensors.open(hadoop, new Path(checkpoint.directory(), file.name()))) {
                        reader.read("values", values, file.range().begin());
                    }
                });
            } catch (BadFileException damaged) {
                throw new BadInputException(String.valueOf(damaged.getMessage()), damaged);
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot read " + file.name() + " of " + where, failure);
            }
        }
        Optional<Origin> origin = Optional.of(
                new Origin(checkpoint.manifest().determinants(), InitialValues.ancestor(hadoop, directory)));
        if (checkpoint.manifest().leftOut().isEmpty()) {
            return new StoredModel(description, checkpoint.step(), values, origin);
        }
        String initial =
                Storage.uri(directory.path(checkpoint.manifest().leftOut().get().file()));
        float[] all = use(hadoop, initial, files -> {
            TensorFit.of(files, description.build()).requireAll();
            return values(files, whole);
        });
        SharedTensors.of(held, whole).copy(values, all);
        return new StoredModel(description, checkpoint.step(), all, origin);
    }

    /**
     * Writes torchvision's names and PyTorch's layouts. PyTorch's {@code num_batches_tracked} is left out: a strict
     * {@code load_state_dict} of a plain dictionary fills it in.
     *
     * @param out closed by the caller
     * @param precision of the numbers
     * @param auxiliaryHeads whether their tensors are written too, which only training needs
     * @throws BadInputException if a number is too large for the precision
     * @throws IOException if it cannot be written
     */
    public void writeSafetensors(OutputStream out, Safetensors.Precision precision, boolean auxiliaryHeads)
            throws IOException {
        Network network = description.build();
        Set<String> leftOut = auxiliaryHeads ? Set.of() : Surgery.auxiliaryTensors(network);
        List<Safetensors.Tensor> written = tensors(NetworkLayout.of(network), values).stream()
                .filter(tensor -> !leftOut.contains(tensor.name()))
                .toList();
        SortedMap<String, String> metadata = metadata();
        metadata.put("format", "pt");
        try {
            Safetensors.write(out, metadata, written, precision);
        } catch (ArithmeticException tooLarge) {
            throw new BadInputException(
                    "the model cannot be written: " + tooLarge.getMessage() + "; write it as f32", tooLarge);
        }
    }

    /** {@return what goes along with the numbers in a file: what the model is, its step, what it was made of} */
    SortedMap<String, String> metadata() {
        SortedMap<String, String> metadata = description.toMetadata();
        metadata.put(STEP, Long.toString(step));
        origin.ifPresent(known -> known.addTo(metadata));
        return metadata;
    }

    /**
     * Looks at every number.
     *
     * @throws NoNumberException if one is none, or infinite
     */
    void requireNumbers() {
        for (Segment segment : NetworkLayout.of(description.build()).segments()) {
            for (int i = segment.begin(); i < segment.begin() + segment.size(); i++) {
                if (!Float.isFinite(values[i])) {
                    throw new NoNumberException(segment.name() + " holds " + values[i]);
                }
            }
        }
    }

    /**
     * {@return the tensors of a flat vector, in its order}
     *
     * @param layout of the flat vector
     * @param values the flat vector
     */
    public static List<Safetensors.Tensor> tensors(ParameterLayout layout, float[] values) {
        return layout.segments().stream()
                .map(segment -> new Safetensors.Tensor(
                        segment.name(), TensorFit.longs(segment.shape()), values, segment.begin()))
                .toList();
    }
}

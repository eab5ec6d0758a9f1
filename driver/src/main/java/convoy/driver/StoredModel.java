package convoy.driver;

import convoy.architectures.BadInputException;
import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.parameterserver.BadFileException;
import convoy.parameterserver.ParameterLayout;
import convoy.parameterserver.Safetensors;
import convoy.parameterserver.Segment;
import convoy.parameterserver.SnapshotFile;
import convoy.worker.NetworkLayout;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A trained model: what it is, and its flat vector of parameters and running statistics.
 *
 * @param description what the model is
 * @param step updates applied
 * @param values the flat vector
 */
@SuppressWarnings("ArrayRecordComponent") // Large, and never compared.
record StoredModel(ModelDescription description, long step, float[] values) {
    private static final String STEP = "convoy.step";

    /**
     * What a {@code model.safetensors} is, without reading its numbers.
     *
     * @param asked the network, where the file does not say; what else it leaves open the file must say
     * @throws BadInputException if it is missing, damaged, or of another network
     */
    static ModelDescription describe(Configuration hadoop, String uri, Optional<ModelDescription> asked) {
        return use(hadoop, uri, reader -> {
            ModelDescription description = ModelDescription.fromMetadata(reader.metadata(), uri)
                    .or(() -> asked)
                    .orElseThrow(() -> new BadInputException(
                            uri + " does not say which network it is of: name the network, its classes and its input"));
            for (Segment segment : NetworkLayout.of(description.build()).segments()) {
                List<Long> wanted =
                        segment.shape().stream().map(Integer::longValue).toList();
                Optional<List<Long>> found = reader.shape(segment.name());
                if (found.isEmpty() || !found.get().equals(wanted)) {
                    throw new BadInputException(uri + " is no model of " + description.network() + ": tensor "
                            + segment.name() + " "
                            + found.map(shape -> "has shape " + shape).orElse("is missing")
                            + ", the network wants " + wanted);
                }
            }
            return description;
        });
    }

    /** Reads a {@code model.safetensors} that {@link #describe} described. */
    static StoredModel read(Configuration hadoop, String uri, ModelDescription description) {
        return use(hadoop, uri, reader -> {
            ParameterLayout layout = NetworkLayout.of(description.build());
            float[] values = new float[layout.size()];
            for (Segment segment : layout.segments()) {
                reader.read(segment.name(), values, segment.begin());
            }
            return new StoredModel(description, Long.parseLong(reader.metadata().getOrDefault(STEP, "-1")), values);
        });
    }

    /** What is done with an open file. */
    private interface Use<T> {
        T apply(Safetensors.Reader reader) throws IOException;
    }

    private static <T> T use(Configuration hadoop, String uri, Use<T> use) {
        try (Safetensors.Reader reader = Safetensors.open(hadoop, new Path(uri))) {
            return use.apply(reader);
        } catch (FileNotFoundException absent) {
            throw new BadInputException(uri + " is not there: give the URI of a model.safetensors", absent);
        } catch (BadFileException damaged) {
            throw new BadInputException(String.valueOf(damaged.getMessage()), damaged);
        } catch (IOException | IllegalArgumentException failure) {
            throw new BadInputException(
                    uri + " cannot be read: "
                            + String.valueOf(failure.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse(failure.toString())
                            + "; give the URI of a model.safetensors",
                    failure);
        }
    }

    /** The step that a {@code model.safetensors} is of; -1 where it does not say. */
    static long step(Configuration hadoop, String uri) {
        return use(hadoop, uri, reader -> Long.parseLong(reader.metadata().getOrDefault(STEP, "-1")));
    }

    /** Reads a checkpoint, checking it against its manifest. */
    static StoredModel read(Configuration hadoop, RunDirectory directory, Checkpoint checkpoint) {
        new Checkpoints(directory).verify(checkpoint);
        String where = checkpoint.directory().toString();
        ModelDescription description = ModelDescription.fromMetadata(
                        checkpoint.manifest().model(), where)
                .orElseThrow(() -> new BadInputException(where + " does not say which network it is of"));
        float[] values = new float[checkpoint.manifest().size()];
        int expected = NetworkLayout.of(description.build()).size();
        if (values.length != expected) {
            throw new BadInputException(where + " holds " + values.length + " numbers, " + description.network()
                    + " has " + expected + ": it was written by another version of that network");
        }
        for (SnapshotFile file : checkpoint.manifest().ranges()) {
            try (Safetensors.Reader reader = Safetensors.open(hadoop, new Path(checkpoint.directory(), file.name()))) {
                reader.read("values", values, file.range().begin());
            } catch (BadFileException damaged) {
                throw new BadInputException(String.valueOf(damaged.getMessage()), damaged);
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot read " + file.name() + " of " + where, failure);
            }
        }
        return new StoredModel(description, checkpoint.step(), values);
    }

    /**
     * Writes torchvision's names and PyTorch's layouts. PyTorch's {@code num_batches_tracked} is left out: a strict
     * {@code load_state_dict} of a plain dictionary fills it in.
     */
    void writeSafetensors(OutputStream out) throws IOException {
        SortedMap<String, String> metadata = description.toMetadata();
        metadata.put("format", "pt");
        metadata.put(STEP, Long.toString(step));
        List<Safetensors.Tensor> tensors = new ArrayList<>();
        for (Segment segment : NetworkLayout.of(description.build()).segments()) {
            tensors.add(new Safetensors.Tensor(
                    segment.name(),
                    segment.shape().stream().map(Integer::longValue).toList(),
                    values,
                    segment.begin()));
        }
        Safetensors.write(out, metadata, tensors);
    }
}

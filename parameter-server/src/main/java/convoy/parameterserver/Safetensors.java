package convoy.parameterserver;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The safetensors file format: tensors that PyTorch, and anybody else, can read, and that execute nothing. */
@SuppressWarnings("DoNotCallSuggester")
public final class Safetensors {
    private Safetensors() {}

    /**
     * A tensor to write: part of an array, without a copy.
     *
     * @param name unique in its file
     * @param shape dimensions, row-major; their product many floats are written
     * @param values where the floats are
     * @param offset of the first
     */
    @SuppressWarnings("ArrayRecordComponent") // a view of a large buffer, never compared
    public record Tensor(String name, List<Long> shape, float[] values, int offset) {
        /** Copies the shape. */
        public Tensor {
            shape = List.copyOf(shape);
        }
    }

    /** Writes a file of F32 tensors in the given order; equal arguments give equal bytes. Does not close {@code out}. */
    public static void write(OutputStream out, Map<String, String> metadata, List<Tensor> tensors) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }

    /** Opens a file and reads its header; a malformed one is refused with {@link BadFileException}. */
    public static Reader open(Configuration hadoop, Path path) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }

    /** An open file. */
    public static final class Reader implements AutoCloseable {
        private Reader() {}

        /** What the writer noted. */
        public Map<String, String> metadata() {
            throw new UnsupportedOperationException("not yet");
        }

        /** The tensors' names, in the order of their data. */
        public Set<String> names() {
            throw new UnsupportedOperationException("not yet");
        }

        /** A tensor's dimensions; empty when there is no such tensor. */
        public Optional<List<Long>> shape(String name) {
            throw new UnsupportedOperationException("not yet");
        }

        /** Reads a tensor as floats (F32 as it is, F16 and BF16 widened) into {@code into[offset…]}. */
        public void read(String name, float[] into, int offset) throws IOException {
            throw new UnsupportedOperationException("not yet");
        }

        @Override
        public void close() throws IOException {
            throw new UnsupportedOperationException("not yet");
        }
    }
}

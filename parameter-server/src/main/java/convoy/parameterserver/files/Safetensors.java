package convoy.parameterserver.files;

import convoy.parameterserver.layout.KeyRange;
import convoy.records.text.Counts;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The safetensors file format: tensors that PyTorch, and anybody else, can read, and that execute nothing. The layout is
 * drawn at {@link SafetensorsHeader}.
 */
public final class Safetensors {
    /** Bytes converted at once: a multiple of every element size, within the second-level cache. */
    private static final int CHUNK = 64 << 10;

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
        /** Refuses a shape that does not fit the array. */
        public Tensor {
            shape = List.copyOf(shape);
            long size = 1;
            for (long dimension : shape) {
                if (dimension < 0 || (dimension > 0 && size > Integer.MAX_VALUE / dimension)) {
                    throw new IllegalArgumentException("tensor '" + name + "' has the impossible shape " + shape);
                }
                size *= dimension;
            }
            if (name.equals("__metadata__") || offset < 0 || offset + size > values.length) {
                throw new IllegalArgumentException("tensor '" + name + "' of shape " + shape + " at " + offset
                        + " does not fit an array of " + values.length);
            }
        }

        int size() {
            long size = 1;
            for (long dimension : shape) {
                size *= dimension;
            }
            return (int) size;
        }
    }

    /** What a float becomes in a file. */
    public enum Precision {
        /** As it is. */
        F32(SafetensorsHeader.Type.F32),
        /** IEEE 754 binary16: 11 significant bits, up to 65,504. */
        F16(SafetensorsHeader.Type.F16),
        /** The upper half of a binary32: 8 significant bits, the whole range. */
        BF16(SafetensorsHeader.Type.BF16);

        private final SafetensorsHeader.Type type;

        Precision(SafetensorsHeader.Type type) {
            this.type = type;
        }
    }

    /**
     * Writes a file of F32 tensors in the given order; equal arguments give equal bytes. Does not close {@code out}.
     *
     * @param out takes the whole file
     * @param metadata what is noted in the header
     * @param tensors in the order in which they will lie in the file
     * @throws IOException if the file system fails
     */
    public static void write(OutputStream out, Map<String, String> metadata, List<Tensor> tensors) throws IOException {
        write(out, metadata, tensors, Precision.F32);
    }

    /**
     * Writes a file of tensors of a precision, to which numbers are rounded (to nearest, ties to even).
     *
     * @param out takes the whole file
     * @param metadata what is noted in the header
     * @param tensors in the order in which they will lie in the file
     * @param precision of all numbers in the file
     * @throws ArithmeticException if a number is finite and would not be so in the file; what is written until then is no
     *     whole file
     * @throws IOException if the file system fails
     */
    public static void write(OutputStream out, Map<String, String> metadata, List<Tensor> tensors, Precision precision)
            throws IOException {
        List<SafetensorsHeader.Entry> entries = new ArrayList<>(tensors.size());
        Set<String> names = new HashSet<>();
        long offset = 0;
        for (Tensor tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("tensor '" + tensor.name() + "' occurs twice");
            }
            long end = offset + (long) precision.type.bytes * tensor.size();
            entries.add(new SafetensorsHeader.Entry(tensor.name(), precision.type, tensor.shape(), offset, end));
            offset = end;
        }
        out.write(SafetensorsHeader.write(metadata, entries));
        for (Tensor tensor : tensors) {
            KeyRange range = new KeyRange(tensor.offset(), tensor.offset() + tensor.size());
            switch (precision) {
                case F32 -> writeFloats(out, tensor.values(), range);
                case F16, BF16 -> writeHalves(out, tensor, range, precision);
            }
        }
    }

    private static void writeHalves(OutputStream out, Tensor tensor, KeyRange range, Precision precision)
            throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = range.begin(); at < range.end(); ) {
            int count = Math.min(CHUNK / 2, range.end() - at);
            for (int i = 0; i < count; i++) {
                float value = tensor.values()[at + i];
                short bits = precision == Precision.F16 ? toHalf(value) : toBrain(value);
                float back = precision == Precision.F16 ? half(bits) : brain(bits);
                if (Float.isInfinite(back) && !Float.isInfinite(value)) {
                    throw new ArithmeticException(
                            "tensor '" + tensor.name() + "' holds " + value + ", which is too large for " + precision);
                }
                chunk.putShort(2 * i, bits);
            }
            out.write(chunk.array(), 0, 2 * count);
            at += count;
        }
    }

    /** Writes part of an array, little-endian. */
    static void writeFloats(OutputStream out, float[] values, KeyRange range) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = range.begin(); at < range.end(); ) {
            int count = Math.min(CHUNK / 4, range.end() - at);
            chunk.asFloatBuffer().put(values, at, count);
            out.write(chunk.array(), 0, 4 * count);
            at += count;
        }
    }

    /** Reads as many little-endian floats as {@code range} has into that part of an array. */
    static void readFloats(InputStream in, float[] into, KeyRange range) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = range.begin(); at < range.end(); ) {
            int count = Math.min(CHUNK / 4, range.end() - at);
            if (in.readNBytes(chunk.array(), 0, 4 * count) < 4 * count) {
                throw new EOFException("the file ends within a tensor");
            }
            chunk.asFloatBuffer().get(into, at, count);
            at += count;
        }
    }

    /**
     * Opens a file and reads its header.
     *
     * @param hadoop how to reach file systems
     * @param path the file
     * @return to be closed
     * @throws BadFileException if the header is malformed
     * @throws IOException if the file system fails
     */
    public static Reader open(Configuration hadoop, Path path) throws IOException {
        FileSystem fileSystem = path.getFileSystem(hadoop);
        long length = fileSystem.getFileStatus(path).getLen();
        FSDataInputStream in = fileSystem.open(path);
        try {
            return new Reader(path.toString(), in, SafetensorsHeader.read(in, path.toString(), length));
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** An open file. Not thread-safe. */
    public static final class Reader implements AutoCloseable {
        private final String file;
        private final FSDataInputStream in;
        private final SafetensorsHeader header;

        private Reader(String file, FSDataInputStream in, SafetensorsHeader header) {
            this.file = file;
            this.in = in;
            this.header = header;
        }

        /** {@return what the writer noted} */
        public Map<String, String> metadata() {
            return Map.copyOf(header.metadata());
        }

        /** {@return the tensors' names, in the order of their data} */
        public List<String> names() {
            return List.copyOf(header.entries().keySet());
        }

        /**
         * {@return a tensor's dimensions; empty when there is no such tensor}
         *
         * @param name the tensor's name
         */
        public Optional<List<Long>> shape(String name) {
            return Optional.ofNullable(header.entries().get(name)).map(SafetensorsHeader.Entry::shape);
        }

        /**
         * {@return a tensor's element type, as {@code F32} or {@code I64}; empty when there is no such tensor}
         *
         * @param name the tensor's name
         */
        public Optional<String> type(String name) {
            return Optional.ofNullable(header.entries().get(name))
                    .map(entry -> entry.type().name());
        }

        /**
         * Reads a tensor as floats (F32 as it is, F16 and BF16 widened) into {@code into[offset…]}.
         *
         * @param name the tensor's name
         * @param into takes the numbers
         * @param offset the place of the first number in {@code into}
         * @throws BadFileException if there is no such tensor, it does not fit, or it is not of floats
         * @throws IOException if the file system fails
         */
        public void read(String name, float[] into, int offset) throws IOException {
            SafetensorsHeader.Entry entry = header.entries().get(name);
            if (entry == null) {
                throw new BadFileException(file + " has no tensor '" + name + "'");
            }
            if (entry.elements() > into.length - offset) {
                throw new BadFileException(file + ": tensor '" + name + "' has "
                        + Counts.plain(entry.elements(), "element") + ", " + (into.length - offset) + " fit");
            }
            in.seek(header.dataStart() + entry.begin());
            KeyRange range = new KeyRange(offset, offset + (int) entry.elements());
            switch (entry.type()) {
                case F32 -> readFloats(in, into, range);
                case F16 -> readHalves(into, range, false);
                case BF16 -> readHalves(into, range, true);
                case F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
                    throw new BadFileException(file + ": tensor '" + name + "' has type " + entry.type()
                            + ": F32, F16 and BF16 can be read as parameters");
            }
        }

        private void readHalves(float[] into, KeyRange range, boolean brain) throws IOException {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = range.begin(); at < range.end(); ) {
                int count = Math.min(CHUNK / 2, range.end() - at);
                if (in.readNBytes(chunk.array(), 0, 2 * count) < 2 * count) {
                    throw new EOFException("the file ends within a tensor");
                }
                for (int i = 0; i < count; i++) {
                    short bits = chunk.getShort(2 * i);
                    into[at + i] = brain ? brain(bits) : half(bits);
                }
                at += count;
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** IEEE 754 binary16 to binary32, exactly. */
    static float half(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            // Zero and subnormals: fraction * 2^-24 is exact in single precision.
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }

    /** binary32 to binary16, rounded to the nearest, ties to even; too large ones become infinite. */
    static short toHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7e00);
        }
        // From halfway between the largest half, 65,504, and 2^16 on.
        if (magnitude >= 65_520f) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x1p-14f) {
            // Subnormal: between 1/2 and 1 floats lie 2^-24 apart, as subnormal halves do; so the addition rounds.
            return (short) (sign | Float.floatToRawIntBits(magnitude + 0.5f) - Float.floatToRawIntBits(0.5f));
        }
        int wide = bits & 0x7fffffff;
        int rounded = wide + 0xfff + (wide >>> 13 & 1);
        return (short) (sign | ((rounded - ((127 - 15) << 23)) >>> 13));
    }

    /** binary32 to its upper half, rounded to the nearest, ties to even; too large ones become infinite. */
    static short toBrain(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }

    /** A brain float to binary32, exactly. */
    static float brain(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}

package convoy.onnx.in;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import convoy.onnx.ModelFolder;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A model's tensors as values. What a tensor says of its size is compared with its bytes before any memory is taken for it. */
final class Constants {
    /** Whole numbers in one tensor: of shapes, axes, pads. */
    private static final int MOST_INTEGERS = 4096;

    private final ModelFolder folder;
    /** Bytes of each file that tensors have taken: more than it has would be memory on a file's word. */
    private final Map<String, Long> taken = new HashMap<>();

    Constants(ModelFolder folder) {
        this.folder = folder;
    }

    /**
     * {@return a tensor as a value}
     *
     * @throws BadInputException if it is not of numbers, or its bytes are not as many as its extents say
     */
    Value value(String name, TensorProto tensor) {
        List<Integer> dims = new ArrayList<>();
        tensor.getDimsList().forEach(dim -> dims.add(Extent.of(dim)));
        long size = Extent.product(dims);
        DataType type = DataType.forNumber(tensor.getDataType());
        if (type == null) {
            throw new BadInputException("is of an unknown type, " + tensor.getDataType());
        }
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> new Value.Constant(numbers(name, tensor, type, dims));
            case INT64, INT32, BOOL -> integers(tensor, type, size, dims.isEmpty());
            default ->
                throw new BadInputException("holds " + type
                        + "; only FLOAT, DOUBLE, FLOAT16, BFLOAT16, and INT64 and INT32 of shapes are read");
        };
    }

    private Value integers(TensorProto tensor, DataType type, long size, boolean scalar) {
        if (size > MOST_INTEGERS) {
            throw new BadInputException("holds " + Counts.plain(size, "whole number") + ", more than " + MOST_INTEGERS
                    + ": no shape has as many, and weights have to be FLOAT");
        }
        List<Long> values = new ArrayList<>();
        int width = type == DataType.INT64 ? Long.BYTES : type == DataType.INT32 ? Integer.BYTES : 1;
        if (isExternal(tensor) || tensor.hasRawData()) {
            ByteBuffer bytes = bytes(tensor, size * width);
            for (int i = 0; i < size; i++) {
                values.add(
                        switch (width) {
                            case Long.BYTES -> bytes.getLong();
                            case Integer.BYTES -> (long) bytes.getInt();
                            default -> (long) bytes.get();
                        });
            }
        } else if (type == DataType.INT64) {
            require(tensor.getInt64DataCount(), size);
            values.addAll(tensor.getInt64DataList());
        } else {
            require(tensor.getInt32DataCount(), size);
            tensor.getInt32DataList().forEach(value -> values.add((long) value));
        }
        if (values.contains(Value.Extents.BATCH)) {
            throw new BadInputException("holds " + Value.Extents.BATCH + ", which is no extent");
        }
        return new Value.Extents(values, scalar);
    }

    private static void require(long count, long size) {
        if (count != size) {
            throw new BadInputException("holds " + Counts.plain(count, "number") + " where its extents say " + size);
        }
    }

    private Numbers numbers(String name, TensorProto tensor, DataType type, List<Integer> dims) {
        int size = Math.toIntExact(Extent.product(dims));
        if (isExternal(tensor) || tensor.hasRawData()) {
            int width = type == DataType.DOUBLE ? Double.BYTES : type == DataType.FLOAT ? Float.BYTES : Short.BYTES;
            check(tensor, (long) size * width);
            return new Numbers(name, dims, () -> floats(bytes(tensor, (long) size * width), type, size));
        }
        switch (type) {
            case FLOAT -> require(tensor.getFloatDataCount(), size);
            case DOUBLE -> require(tensor.getDoubleDataCount(), size);
            default -> require(tensor.getInt32DataCount(), size);
        }
        return new Numbers(name, dims, () -> listed(tensor, type, size));
    }

    private static float[] listed(TensorProto tensor, DataType type, int size) {
        float[] floats = new float[size];
        for (int i = 0; i < size; i++) {
            floats[i] = switch (type) {
                case FLOAT -> tensor.getFloatData(i);
                case DOUBLE -> (float) tensor.getDoubleData(i);
                case FLOAT16 -> half((short) tensor.getInt32Data(i));
                default -> Float.intBitsToFloat(tensor.getInt32Data(i) << 16);
            };
        }
        return floats;
    }

    private static float[] floats(ByteBuffer bytes, DataType type, int size) {
        float[] floats = new float[size];
        for (int i = 0; i < size; i++) {
            floats[i] = switch (type) {
                case FLOAT -> bytes.getFloat();
                case DOUBLE -> (float) bytes.getDouble();
                case FLOAT16 -> half(bytes.getShort());
                default -> Float.intBitsToFloat(bytes.getShort() << 16);
            };
        }
        return floats;
    }

    /** IEEE 754's binary16: 1 bit for the sign, 5 for the exponent, 10 for the fraction. */
    private static float half(short bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        float magnitude = exponent == 0
                ? fraction * 0x1p-24f
                : exponent == 31
                        ? (fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN)
                        : Float.intBitsToFloat((exponent + 112) << 23 | fraction << 13);
        return bits < 0 ? -magnitude : magnitude;
    }

    private static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    /** Refuses bytes that are not there. */
    private void check(TensorProto tensor, long length) {
        if (isExternal(tensor)) {
            Place.of(tensor, length).check(folder, taken);
        } else {
            require(tensor, length);
        }
    }

    private static void require(TensorProto tensor, long length) {
        if (tensor.getRawData().size() != length) {
            throw new BadInputException(
                    "has " + Counts.plain(tensor.getRawData().size(), "byte") + " where its extents say " + length);
        }
    }

    private ByteBuffer bytes(TensorProto tensor, long length) {
        if (!isExternal(tensor)) {
            require(tensor, length);
            return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }
        Place place = Place.of(tensor, length);
        place.check(folder, new HashMap<>());
        byte[] bytes = new byte[Math.toIntExact(length)];
        try {
            folder.read(place.file, place.offset, bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(place.file + " cannot be read", failure);
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Where a tensor's bytes lie outside of the model.
     *
     * @param file beside the model
     * @param offset of the first byte
     * @param length in bytes
     */
    private record Place(String file, long offset, long length) {
        static Place of(TensorProto tensor, long length) {
            Map<String, String> said = new HashMap<>();
            for (StringStringEntryProto entry : tensor.getExternalDataList()) {
                said.put(entry.getKey(), entry.getValue());
            }
            String file = said.getOrDefault("location", "");
            boolean below = !file.isEmpty()
                    && file.chars().noneMatch(c -> c < ' ' || c == '\\' || c == ':')
                    && List.of(file.split("/", -1)).stream()
                            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
            if (!below) {
                throw new BadInputException("has its bytes in '" + file
                        + "', which is no file in the model's folder: only there are they looked for");
            }
            long offset = number(said.getOrDefault("offset", "0"), "offset");
            long stated = number(said.getOrDefault("length", Long.toString(length)), "length");
            if (stated != length) {
                throw new BadInputException(
                        "has " + Counts.plain(stated, "byte") + " in " + file + " where its extents say " + length);
            }
            return new Place(file, offset, length);
        }

        private static long number(String text, String what) {
            if (!text.matches("[0-9]{1,18}")) {
                throw new BadInputException(what + " = '" + text + "' of its bytes is no whole number");
            }
            return Long.parseLong(text);
        }

        void check(ModelFolder folder, Map<String, Long> taken) {
            OptionalLong there;
            try {
                there = folder.length(file);
            } catch (IOException failure) {
                throw new UncheckedIOException(file + " cannot be looked at", failure);
            }
            if (there.isEmpty()) {
                throw new BadInputException(
                        "has its bytes in " + file + ", and there is no such file in the model's folder: put it there");
            }
            long all = taken.merge(file, length, Long::sum);
            if (offset > there.getAsLong() - length || all > there.getAsLong()) {
                throw new BadInputException("has its " + Counts.plain(length, "byte") + " from " + offset + " on in "
                        + file + ", which has " + there.getAsLong() + " for all tensors");
            }
        }
    }
}

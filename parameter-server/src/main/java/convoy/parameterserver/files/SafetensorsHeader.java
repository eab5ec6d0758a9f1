package convoy.parameterserver.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import convoy.records.text.Counts;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The beginning of a safetensors file.
 *
 * <pre>
 *  offset  size  content
 *  0       8     n, length of the header, little-endian
 *  8       n     header: a JSON object, padded with blanks
 *                {"__metadata__": {"key": "text", …},
 *                 "tensor": {"dtype": "F32", "shape": [64, 3, 3, 3], "data_offsets": [begin, end]}, …}
 *  8 + n   …     data: row-major, little-endian; offsets count from here, leave no gap and reach to the end
 * </pre>
 *
 * @param metadata what the writer noted
 * @param entries the tensors by name, in the order of their data
 * @param dataStart offset of the data in the file
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, Entry> entries, long dataStart) {
    /** The limit of the reference implementation: 100 MB. */
    static final long MAX_HEADER = 100_000_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Element types and their size in bytes. */
    enum Type {
        F64(8),
        F32(4),
        F16(2),
        BF16(2),
        F8_E4M3(1),
        F8_E5M2(1),
        I64(8),
        I32(4),
        I16(2),
        I8(1),
        U64(8),
        U32(4),
        U16(2),
        U8(1),
        BOOL(1);

        final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /**
     * One tensor.
     *
     * @param begin offset of its first byte in the data
     * @param end the offset behind its last
     */
    record Entry(String name, Type type, List<Long> shape, long begin, long end) {
        long elements() {
            return (end - begin) / type.bytes;
        }
    }

    /**
     * Reads and checks a header; nothing is allocated because the file says so, only for bytes that were read.
     *
     * @param file how messages name the file
     * @param length of the whole file in bytes, as the file system knows it
     */
    static SafetensorsHeader read(InputStream in, String file, long length) throws IOException {
        if (length < 8) {
            throw new BadFileException(file + " has " + Counts.plain(length, "byte")
                    + ": a safetensors file begins with 8 bytes of header length (is it cut off?)");
        }
        byte[] size = in.readNBytes(8);
        if (size.length < 8) {
            throw new BadFileException(file + " ends after " + Counts.plain(size.length, "byte") + ": it is cut off");
        }
        long headerLength = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (headerLength < 2 || headerLength > MAX_HEADER || headerLength > length - 8) {
            throw new BadFileException(
                    file + " announces a header of " + Long.toUnsignedString(headerLength) + " bytes: 2 to "
                            + Math.min(MAX_HEADER, length - 8) + " are possible (no safetensors file, or cut off)");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        List<Entry> entries = new ArrayList<>();
        Bounded bounded = new Bounded(in, headerLength);
        try (JsonParser json = JSON.createParser(bounded)) {
            json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            parse(json, file, metadata, entries);
        } catch (JsonProcessingException e) {
            throw new BadFileException(
                    file + ": its header is no JSON object of tensors: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        }
        if (bounded.left > 0) {
            throw new BadFileException(file + " ends within its header: it is cut off");
        }
        return new SafetensorsHeader(metadata, checked(entries, file, length - 8 - headerLength), 8 + headerLength);
    }

    private static void parse(JsonParser json, String file, Map<String, String> metadata, List<Entry> entries)
            throws IOException {
        expect(json, json.nextToken(), JsonToken.START_OBJECT, file, "the header");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            expect(json, json.nextToken(), JsonToken.START_OBJECT, file, "'" + name + "'");
            if (name.equals("__metadata__")) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String key = json.currentName();
                    expect(json, json.nextToken(), JsonToken.VALUE_STRING, file, "metadata '" + key + "'");
                    metadata.put(key, json.getText());
                }
            } else {
                entries.add(entry(json, file, name));
            }
        }
        if (json.nextToken() != null) {
            throw new BadFileException(file + ": something follows the header's JSON object");
        }
    }

    private static Entry entry(JsonParser json, String file, String name) throws IOException {
        String what = "tensor '" + name + "'";
        String dtype = "";
        List<Long> shape = List.of();
        List<Long> offsets = List.of();
        boolean shaped = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            JsonToken token = json.nextToken();
            switch (key) {
                case "dtype" -> {
                    expect(json, token, JsonToken.VALUE_STRING, file, what + " dtype");
                    dtype = json.getText();
                }
                case "shape" -> {
                    expect(json, token, JsonToken.START_ARRAY, file, what + " shape");
                    shape = longs(json, file, what + " shape");
                    shaped = true;
                }
                case "data_offsets" -> {
                    expect(json, token, JsonToken.START_ARRAY, file, what + " data_offsets");
                    offsets = longs(json, file, what + " data_offsets");
                }
                default -> throw new BadFileException(file + ": " + what + " has the unknown key '" + key + "'");
            }
        }
        if (!shaped || offsets.size() != 2) {
            throw new BadFileException(file + ": " + what + " needs dtype, shape and two data_offsets");
        }
        Type type = type(file, what, dtype);
        long begin = offsets.get(0);
        long end = offsets.get(1);
        long elements = 1;
        for (long dimension : shape) {
            if (elements != 0 && dimension > Long.MAX_VALUE / 8 / elements) {
                throw new BadFileException(file + ": " + what + " has the impossible shape " + shape);
            }
            elements *= dimension;
        }
        if (end < begin || end - begin != elements * type.bytes) {
            throw new BadFileException(file + ": " + what + " of shape " + shape + " and type " + dtype + " has "
                    + Counts.plain(elements * type.bytes, "byte") + ", but its data_offsets are " + offsets);
        }
        return new Entry(name, type, shape, begin, end);
    }

    private static Type type(String file, String what, String dtype) {
        for (Type type : Type.values()) {
            if (type.name().equals(dtype.toUpperCase(Locale.ROOT)) && dtype.equals(type.name())) {
                return type;
            }
        }
        throw new BadFileException(file + ": " + what + " has the unknown dtype '" + dtype + "'");
    }

    private static List<Long> longs(JsonParser json, String file, String what) throws IOException {
        List<Long> values = new ArrayList<>();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            expect(json, token, JsonToken.VALUE_NUMBER_INT, file, what);
            if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
                throw new BadFileException(file + ": " + what + " has the impossible number " + json.getText());
            }
            values.add(json.getLongValue());
        }
        return List.copyOf(values);
    }

    private static void expect(JsonParser json, JsonToken found, JsonToken wanted, String file, String what) {
        if (found != wanted) {
            throw new BadFileException(file + ": " + what + " is "
                    + (found == null
                            ? "cut off"
                            : "a " + found.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                    + ", expected a " + wanted.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " (at byte "
                    + (8 + json.currentLocation().getByteOffset()) + ")");
        }
    }

    /** No gap, no overlap, and the data end where the file ends. */
    private static Map<String, Entry> checked(List<Entry> entries, String file, long dataLength) {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        Map<String, Entry> byName = new LinkedHashMap<>();
        long next = 0;
        for (Entry entry : sorted) {
            if (entry.begin != next) {
                throw new BadFileException(file + ": tensor '" + entry.name + "' begins at " + entry.begin
                        + ", the tensors before it end at " + next + ": they must neither overlap nor leave a gap");
            }
            next = entry.end;
            byName.put(entry.name, entry);
        }
        if (next != dataLength) {
            throw new BadFileException(file + " has " + Counts.plain(dataLength, "byte") + " of data, its tensors need "
                    + next + (next > dataLength ? ": it is cut off" : ": something follows them"));
        }
        return byName;
    }

    /** Length and header as bytes, padded so that the data are aligned to 8 bytes; metadata in the order of their keys. */
    static byte[] write(Map<String, String> metadata, List<Entry> entries) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(new byte[8]);
        try (JsonGenerator json = JSON.createGenerator(header)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart("__metadata__");
                for (Map.Entry<String, String> note : new TreeMap<>(metadata).entrySet()) {
                    json.writeStringField(note.getKey(), note.getValue());
                }
                json.writeEndObject();
            }
            for (Entry entry : entries) {
                json.writeObjectFieldStart(entry.name);
                json.writeStringField("dtype", entry.type.name());
                json.writeArrayFieldStart("shape");
                for (long dimension : entry.shape) {
                    json.writeNumber(dimension);
                }
                json.writeEndArray();
                json.writeArrayFieldStart("data_offsets");
                json.writeNumber(entry.begin);
                json.writeNumber(entry.end);
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        while (header.size() % 8 != 0) {
            header.write(' ');
        }
        byte[] bytes = header.toByteArray();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length - 8);
        return bytes;
    }

    /** The next {@code left} bytes of a stream, and not one more. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long length) {
            super(in);
            left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(into, offset, (int) Math.min(left, length));
            if (count < 0) {
                throw new EOFException("the file ends " + Counts.plain(left, "byte") + " before its header does");
            }
            left -= count;
            return count;
        }
    }
}

package convoy.parameterserver.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file format, and every way in which a file can be wrong. */
final class SafetensorsTest {
    private static final Configuration HADOOP = new Configuration();

    private final Path directory;

    SafetensorsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void whatIsWrittenCanBeRead() throws IOException {
        float[] flat = new float[70_000];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) Math.sin(i);
        }
        flat[3] = Float.NaN;
        flat[4] = Float.NEGATIVE_INFINITY;
        byte[] bytes = written(
                Map.of("format", "pt"),
                List.of(
                        new Safetensors.Tensor("conv.weight", List.of(3L, 2L, 1L, 2L), flat, 0),
                        new Safetensors.Tensor("scalar", List.of(), flat, 12),
                        new Safetensors.Tensor("none", List.of(0L, 5L), flat, 13),
                        new Safetensors.Tensor("long \"name\" ü", List.of(69_000L), flat, 13)));
        try (Safetensors.Reader reader = open(bytes)) {
            assertThat(reader.metadata()).containsExactly(Map.entry("format", "pt"));
            assertThat(reader.names()).containsExactly("conv.weight", "scalar", "none", "long \"name\" ü");
            assertThat(reader.shape("conv.weight")).contains(List.of(3L, 2L, 1L, 2L));
            assertThat(reader.shape("missing")).isEmpty();
            float[] read = new float[flat.length];
            reader.read("long \"name\" ü", read, 13);
            reader.read("scalar", read, 12);
            reader.read("none", read, 0);
            reader.read("conv.weight", read, 0);
            assertThat(Arrays.copyOf(read, 69_013)).isEqualTo(Arrays.copyOf(flat, 69_013));
            assertThatThrownBy(() -> reader.read("missing", read, 0)).hasMessageContaining("has no tensor 'missing'");
            assertThatThrownBy(() -> reader.read("conv.weight", read, read.length - 3))
                    .hasMessageContaining("has 12 elements, 3 fit");
        }
    }

    /** Byte for byte what the format's own library expects: aligned, without gaps, in the given order. */
    @Test
    void theBytesAreThese() throws IOException {
        byte[] bytes = written(
                Map.of("b", "2", "a", "1"), List.of(new Safetensors.Tensor("w", List.of(2L), new float[] {1, -2}, 0)));
        String header = "{\"__metadata__\":{\"a\":\"1\",\"b\":\"2\"},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        int padded = (header.length() + 7) / 8 * 8;
        ByteBuffer expected = ByteBuffer.allocate(8 + padded + 8).order(ByteOrder.LITTLE_ENDIAN);
        expected.putLong(padded).put(header.getBytes(StandardCharsets.UTF_8));
        while (expected.position() < 8 + padded) {
            expected.put((byte) ' ');
        }
        expected.putFloat(1).putFloat(-2);
        assertThat(bytes).isEqualTo(expected.array());
    }

    @Test
    void halvesAreWidened() throws IOException {
        short[] halves = {0x0000, (short) 0x8000, 0x3c00, (short) 0xc000, 0x7bff, 0x0400, 0x0001, 0x03ff, 0x7c00, 0x7e00
        };
        float[] values = {
            0f, -0f, 1f, -2f, 65504f, 0x1p-14f, 0x1p-24f, 1023 * 0x1p-24f, Float.POSITIVE_INFINITY, Float.NaN
        };
        short[] brains = {0x3f80, (short) 0xc000, 0x7f80, 0x0001};
        ByteBuffer data = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
        data.asShortBuffer().put(halves).put(brains);
        String header = "{\"h\":{\"dtype\":\"F16\",\"shape\":[10],\"data_offsets\":[0,20]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[20,28]}}";
        try (Safetensors.Reader reader = open(file(header, data.array()))) {
            float[] read = new float[10];
            reader.read("h", read, 0);
            assertThat(read).isEqualTo(values);
            reader.read("b", read, 0);
            assertThat(Arrays.copyOf(read, 4))
                    .isEqualTo(new float[] {1, -2, Float.POSITIVE_INFINITY, Float.intBitsToFloat(0x10000)});
        }
    }

    /** Every half there is survives, and what lies between two goes to the nearer one, or to the even one of equally near. */
    @Test
    void halvesAreRoundedToTheNearestEven() {
        for (int bits = 0; bits < 0x10000; bits++) {
            float wide = Safetensors.half((short) bits);
            float brain = Safetensors.brain((short) bits);
            if (!Float.isNaN(wide)) {
                assertThat(Safetensors.toHalf(wide)).isEqualTo((short) bits);
            }
            if (!Float.isNaN(brain)) {
                assertThat(Safetensors.toBrain(brain)).isEqualTo((short) bits);
            }
        }
        for (int bits = 0; bits < 0x7bff; bits++) {
            float below = Safetensors.half((short) bits);
            float above = Safetensors.half((short) (bits + 1));
            float middle = (below + above) / 2;
            int even = bits % 2 == 0 ? bits : bits + 1;
            assertThat(Safetensors.toHalf(middle)).isEqualTo((short) even);
            assertThat(Safetensors.toHalf(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(Safetensors.toHalf(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
            assertThat(Safetensors.toHalf(-middle)).isEqualTo((short) (even | 0x8000));
        }
        assertThat(Safetensors.toHalf(65_519.996f)).isEqualTo((short) 0x7bff);
        assertThat(Safetensors.toHalf(65_520)).isEqualTo((short) 0x7c00);
        assertThat(Safetensors.toHalf(1e-30f)).isEqualTo((short) 0);
        assertThat(Safetensors.half(Safetensors.toHalf(Float.NaN))).isNaN();
        assertThat(Safetensors.brain(Safetensors.toBrain(Float.NaN))).isNaN();
        assertThat(Safetensors.brain(Safetensors.toBrain(Float.intBitsToFloat(0x7f800001))))
                .isNaN();
        assertThat(Safetensors.toBrain(Float.intBitsToFloat(0x3f808000))).isEqualTo((short) 0x3f80);
        assertThat(Safetensors.toBrain(Float.intBitsToFloat(0x3f818000))).isEqualTo((short) 0x3f82);
        assertThat(Safetensors.toBrain(Float.intBitsToFloat(0x3f808001))).isEqualTo((short) 0x3f81);
    }

    @Test
    void tensorsAreWrittenInEveryPrecision() throws IOException {
        float[] values = {1, -2.5f, 0.1f, Float.POSITIVE_INFINITY};
        for (Safetensors.Precision precision : Safetensors.Precision.values()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Safetensors.write(
                    out, Map.of(), List.of(new Safetensors.Tensor("w", List.of(2L, 2L), values, 0)), precision);
            try (Safetensors.Reader reader = open(out.toByteArray())) {
                assertThat(reader.type("w")).contains(precision.name());
                assertThat(reader.type("v")).isEmpty();
                float[] read = new float[4];
                reader.read("w", read, 0);
                float tenth =
                        switch (precision) {
                            case F32 -> 0.1f;
                            case F16 -> 0.099975586f;
                            case BF16 -> 0.100097656f;
                        };
                assertThat(read).containsExactly(1, -2.5f, tenth, Float.POSITIVE_INFINITY);
            }
        }
    }

    @Test
    void aNumberThatBecomesInfiniteIsNotWritten() {
        float[] values = {1e5f, Float.MAX_VALUE};
        Safetensors.Tensor large = new Safetensors.Tensor("large", List.of(1L), values, 0);
        Safetensors.Tensor largest = new Safetensors.Tensor("largest", List.of(1L), values, 1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(() -> Safetensors.write(out, Map.of(), List.of(large), Safetensors.Precision.F16))
                .hasMessage("tensor 'large' holds 100000.0, which is too large for F16");
        assertThatThrownBy(() -> Safetensors.write(out, Map.of(), List.of(largest), Safetensors.Precision.BF16))
                .hasMessageContaining("too large for BF16");
    }

    @Test
    void namesCannotBreakTheLineOfAMessage() {
        assertThatThrownBy(() -> open(file("{\"a\\nb\":5}", new byte[0])))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("'a?b' is a value number int")
                .hasMessageNotContaining("\n");
    }

    /** A checkpoint of PyTorch's has integers beside the weights: they may be there, but are no parameters. */
    @Test
    void otherTypesAreKnownButNotRead() throws IOException {
        String header = "{\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}";
        try (Safetensors.Reader reader = open(file(header, new byte[8]))) {
            assertThat(reader.names()).containsExactly("n");
            assertThatThrownBy(() -> reader.read("n", new float[1], 0))
                    .isInstanceOf(BadFileException.class)
                    .hasMessageContaining("tensor 'n' has type I64: F32, F16 and BF16 can be read");
        }
    }

    static Stream<Arguments> malformed() {
        String w = "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
        return Stream.of(
                Arguments.of("empty", new byte[0], "has 0 bytes"),
                Arguments.of("shorter than a length", new byte[5], "has 5 bytes"),
                Arguments.of(
                        "absurd length", length(Long.MAX_VALUE), "announces a header of 9223372036854775807 bytes"),
                Arguments.of("negative length", length(-1), "announces a header of 18446744073709551615 bytes"),
                Arguments.of("length beyond the file", length(1_000), "announces a header of 1000 bytes: 2 to 0"),
                Arguments.of("no JSON", file("pickled!", new byte[0]), "is no JSON object"),
                Arguments.of("JSON cut off", file("{" + w, new byte[8]), "its header is no JSON object"),
                Arguments.of(
                        "an array", file("[1]", new byte[0]), "the header is a start array, expected a start object"),
                Arguments.of("more than one object", file("{} {}", new byte[0]), "something follows"),
                Arguments.of("duplicate names", file("{" + w + "," + w + "}", new byte[8]), "Duplicate field 'w'"),
                Arguments.of(
                        "unknown type",
                        file("{" + w.replace("F32", "F31") + "}", new byte[8]),
                        "tensor 'w' has the unknown dtype 'F31'"),
                Arguments.of(
                        "type in lower case",
                        file("{" + w.replace("F32", "f32") + "}", new byte[8]),
                        "has the unknown dtype 'f32'"),
                Arguments.of(
                        "cut file",
                        file("{" + w + "}", new byte[7]),
                        "needs 8: it is cut off".replace("needs", "need")),
                Arguments.of("something behind", file("{" + w + "}", new byte[9]), "need 8: something follows"),
                Arguments.of(
                        "overlap",
                        file(
                                "{" + w + ",\"v\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
                                new byte[12]),
                        "tensor 'v' begins at 4, the tensors before it end at 8"),
                Arguments.of(
                        "gap",
                        file(
                                "{" + w + ",\"v\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}",
                                new byte[16]),
                        "tensor 'v' begins at 12, the tensors before it end at 8"),
                Arguments.of(
                        "offsets beyond the file",
                        file(
                                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2000000000],\"data_offsets\":[0,8000000000]}}",
                                new byte[8]),
                        "need 8000000000: it is cut off"),
                Arguments.of(
                        "offsets against the shape",
                        file("{" + w.replace("[0,8]", "[0,12]") + "}", new byte[12]),
                        "of shape [2] and type F32 has 8 bytes, but its data_offsets are [0, 12]"),
                Arguments.of(
                        "offsets the wrong way round",
                        file("{" + w.replace("[0,8]", "[8,0]") + "}", new byte[8]),
                        "data_offsets are [8, 0]"),
                Arguments.of(
                        "one offset", file("{" + w.replace("[0,8]", "[0]") + "}", new byte[8]), "needs dtype, shape"),
                Arguments.of(
                        "negative dimension",
                        file("{" + w.replace("[2]", "[-2]") + "}", new byte[8]),
                        "shape has the impossible number -2"),
                Arguments.of(
                        "shape overflows",
                        file("{" + w.replace("[2]", "[4294967296,4294967296]") + "}", new byte[8]),
                        "has the impossible shape [4294967296, 4294967296]"),
                Arguments.of(
                        "dimension beyond a long",
                        file("{" + w.replace("[2]", "[18446744073709551618]") + "}", new byte[8]),
                        "has the impossible number 18446744073709551618"),
                Arguments.of(
                        "a float",
                        file("{" + w.replace("[2]", "[2.0]") + "}", new byte[8]),
                        "expected a value number int"),
                Arguments.of(
                        "no shape",
                        file("{\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", new byte[8]),
                        "needs dtype"),
                Arguments.of(
                        "unknown key", file("{" + w.replace("shape", "form") + "}", new byte[8]), "unknown key 'form'"),
                Arguments.of(
                        "a number",
                        file("{\"w\":5}", new byte[0]),
                        "'w' is a value number int, expected a start object"),
                Arguments.of(
                        "metadata that is no text",
                        file("{\"__metadata__\":{\"a\":1}," + w + "}", new byte[8]),
                        "metadata 'a' is a value number int"),
                Arguments.of(
                        "deeply nested",
                        file("{\"w\":" + "[".repeat(100_000) + "}", new byte[0]),
                        "'w' is a start array, expected a start object"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void malformedFilesAreNamed(String what, byte[] bytes, String message) {
        assertThatThrownBy(() -> open(bytes))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("malformed.safetensors")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    /** Whatever one byte of the header becomes, and wherever the file ends: an answer or a refusal, nothing else. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void damagedFilesAreReadOrRefused(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] good = written(
                Map.of("k", "v"),
                List.of(
                        new Safetensors.Tensor("a", List.of(3L, 2L), new float[6], 0),
                        new Safetensors.Tensor("b", List.of(4L), new float[4], 0)));
        for (int trial = 0; trial < 300; trial++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int changes = 1 + random.nextInt(3); changes > 0 && bad.length > 0; changes--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try (Safetensors.Reader reader = open(bad)) {
                for (String name : reader.names()) {
                    reader.read(name, new float[64], 0);
                }
            } catch (BadFileException e) {
                assertThat(e.getMessage()).contains("malformed.safetensors").doesNotContain("\n");
            }
        }
    }

    @Test
    void refusesToWriteWhatCannotBeRead() {
        assertThatThrownBy(() -> new Safetensors.Tensor("w", List.of(3L), new float[2], 0))
                .hasMessageContaining("does not fit an array of 2");
        assertThatThrownBy(() -> new Safetensors.Tensor("w", List.of(1L << 40, 1L << 40), new float[2], 0))
                .hasMessageContaining("impossible shape");
        assertThatThrownBy(() -> new Safetensors.Tensor("__metadata__", List.of(1L), new float[2], 0))
                .isInstanceOf(IllegalArgumentException.class);
        Safetensors.Tensor tensor = new Safetensors.Tensor("w", List.of(1L), new float[2], 0);
        assertThatThrownBy(() -> written(Map.of(), List.of(tensor, tensor))).hasMessage("tensor 'w' occurs twice");
    }

    private static byte[] written(Map<String, String> metadata, List<Safetensors.Tensor> tensors) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Safetensors.write(out, metadata, tensors);
        return out.toByteArray();
    }

    private Safetensors.Reader open(byte[] bytes) throws IOException {
        Path file = directory.resolve("malformed.safetensors");
        Files.write(file, bytes);
        return Safetensors.open(HADOOP, new org.apache.hadoop.fs.Path(file.toUri()));
    }

    private static byte[] length(long length) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
    }

    private static byte[] file(String header, byte[] data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data)
                .array();
    }
}

package convoy.parameterserver.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A model in one file or in shards, and every way in which an index can be wrong. */
final class ModelFilesTest {
    private static final Configuration HADOOP = new Configuration();
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    private final Path directory;

    ModelFilesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void writeShards() throws IOException {
        write(FIRST, Map.of("format", "pt"), tensor("a", 1, 2, 3), tensor("b", 4));
        write(SECOND, Map.of("format", "other"), tensor("c", 5, 6));
    }

    private static Safetensors.Tensor tensor(String name, float... values) {
        return new Safetensors.Tensor(name, List.of((long) values.length), values, 0);
    }

    private void write(String name, Map<String, String> metadata, Safetensors.Tensor... tensors) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Safetensors.write(out, metadata, List.of(tensors));
        Files.write(directory.resolve(name), out.toByteArray());
    }

    private ModelFiles open(String name) throws IOException {
        return ModelFiles.open(
                HADOOP, new org.apache.hadoop.fs.Path(directory.resolve(name).toUri()));
    }

    private void index(String json) throws IOException {
        Files.writeString(directory.resolve("model.safetensors.index.json"), json);
    }

    private static String map(String a, String b, String c) {
        return "{\"metadata\":{\"total_size\":24},\"weight_map\":{\"a\":\"" + a + "\",\"b\":\"" + b + "\",\"c\":\"" + c
                + "\"}}";
    }

    @Test
    void shardsAreReadAsOneModel() throws IOException {
        index(map(FIRST, FIRST, SECOND));
        for (String given : List.of("model.safetensors.index.json", "")) {
            try (ModelFiles files = open(given)) {
                assertThat(files.names()).containsExactly("a", "b", "c");
                assertThat(files.metadata()).containsExactly(Map.entry("format", "pt"));
                assertThat(files.shape("a")).contains(List.of(3L));
                assertThat(files.type("c")).contains("F32");
                assertThat(files.shape("d")).isEmpty();
                assertThat(files.type("d")).isEmpty();
                float[] read = new float[4];
                files.read("a", read, 1);
                files.read("c", read, 0);
                assertThat(read).containsExactly(5, 6, 2, 3);
                assertThatThrownBy(() -> files.read("d", read, 0)).hasMessageContaining("has no tensor 'd'");
            }
        }
    }

    @Test
    void oneFileIsAModelToo() throws IOException {
        try (ModelFiles files = open(SECOND)) {
            assertThat(files.names()).containsExactly("c");
            assertThat(files.uri()).endsWith(SECOND);
        }
        Files.move(directory.resolve(SECOND), directory.resolve("model.safetensors"));
        index(map(FIRST, FIRST, SECOND));
        try (ModelFiles files = open("")) {
            assertThat(files.names()).as("the single file comes first").containsExactly("c");
        }
    }

    @Test
    void aDirectoryWithoutAModelSaysWhatIsMissing() {
        assertThatThrownBy(() -> open(""))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("neither model.safetensors nor model.safetensors.index.json is in");
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("empty", "", "the index is cut off"),
                Arguments.of("no JSON", "pickle", "is no index of a model"),
                Arguments.of("an array", "[]", "the index is a start array, expected a start object"),
                Arguments.of("no map", "{\"metadata\":{}}", "weight_map is missing or lists no tensor"),
                Arguments.of("empty map", "{\"weight_map\":{}}", "weight_map is missing or lists no tensor"),
                Arguments.of("a list of tensors", "{\"weight_map\":[]}", "weight_map is a start array"),
                Arguments.of(
                        "no name of a shard",
                        "{\"weight_map\":{\"a\":1}}",
                        "shard of tensor 'a' is a value number int"),
                Arguments.of("cut off", map(FIRST, FIRST, SECOND).substring(0, 60), "is no index of a model"),
                Arguments.of(
                        "duplicate names",
                        "{\"weight_map\":{\"a\":\"" + FIRST + "\",\"a\":\"" + FIRST + "\"}}",
                        "Duplicate field 'a'"),
                Arguments.of("leads elsewhere", map("../secret", FIRST, SECOND), "said to be in '../secret'"),
                Arguments.of("leads to a root", map("/etc/passwd", FIRST, SECOND), "said to be in '/etc/passwd'"),
                Arguments.of("leads to a host", map("hdfs://x/y", FIRST, SECOND), "said to be in 'hdfs://x/y'"),
                Arguments.of("hidden", map(".x", FIRST, SECOND), "said to be in '.x'"),
                Arguments.of(
                        "missing shard", map("x.safetensors", FIRST, SECOND), "x.safetensors, which is not beside"),
                Arguments.of("wrong shard", map(SECOND, FIRST, SECOND), "tensor 'a' is not in " + SECOND),
                Arguments.of(
                        "tensor that no shard has",
                        "{\"weight_map\":{\"z\":\"" + FIRST + "\"}}",
                        "tensor 'z' is not in " + FIRST),
                Arguments.of(
                        "tensor that is not listed",
                        "{\"weight_map\":{\"a\":\"" + FIRST + "\"}}",
                        "does not list tensor 'b'"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void malformedIndexesAreNamed(String what, String json, String message) throws IOException {
        index(json);
        assertThatThrownBy(() -> open("model.safetensors.index.json"))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("model.safetensors.index.json")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aTensorInTwoShardsIsRefused() throws IOException {
        write(SECOND, Map.of(), tensor("c", 5, 6), tensor("a", 1, 2, 3));
        index(map(FIRST, FIRST, SECOND));
        assertThatThrownBy(() -> open(""))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("tensor 'a' is in two shards");
    }

    @Test
    void anIndexOfAbsurdSizeIsNotRead() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(
                directory.resolve("model.safetensors.index.json").toFile(), "rw")) {
            file.setLength(200_000_000);
        }
        assertThatThrownBy(() -> open("model.safetensors.index.json"))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("has 200000000 bytes: an index has at most 100000000");
    }

    @Test
    void namesOfAFileCannotBreakTheLineOfAMessage() throws IOException {
        index("{\"weight_map\":{\"a\\nsecond line\":\"no\\nfile\"}}");
        assertThatThrownBy(() -> open("model.safetensors.index.json"))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("a?second line")
                .hasMessageNotContaining("\n");
        index("{\"weight_map\":{\"" + "x".repeat(100_000) + "\":\"" + FIRST + "\"}}");
        assertThatThrownBy(() -> open("model.safetensors.index.json"))
                .satisfies(failure ->
                        assertThat(String.valueOf(failure.getMessage())).hasSizeLessThan(5_000));
    }
}

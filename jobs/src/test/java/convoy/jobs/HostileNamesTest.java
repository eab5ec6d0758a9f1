package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.data.format.DatasetInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name that ends a line and clears the screen, wherever a name can stand: it is told in the one line that there is. */
final class HostileNamesTest {
    private static final String NAME = "a\nb\r\u001b[2Jc";
    private static final String SHOWN = "a\\nb\\x0d\\x1b[2Jc";

    private final Path directory;

    HostileNamesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private static Ran refused(int lines, String... words) {
        Ran ran = Ran.convoy(words);
        assertThat(ran.status()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).endsWith("\n").hasLineCount(lines).doesNotContain("\r", "\u001b");
        assertThat(ran.out()).doesNotContain("\r", "\u001b");
        return ran;
    }

    /** N is the name, D/ the directory. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "N",
                "models N",
                "describe N",
                "describe resnet20_cifar --N",
                "describe resnet20_cifar --input N",
                "describe --data D/N",
                "benchmark --network N",
                "gpu-check --device cpu --steps N",
                "gpu-check --device N",
                "predict --model D/N --network resnet20_cifar x.png",
                "predict --model D/page.safetensors --network resnet20_cifar D/N",
                "export D/N --to D/x",
                "evaluate D/N",
                "train D/N --check",
                "train D/empty.yaml --set N=1 --check",
                "train D/empty.yaml --set name=N/N --check",
                "train D/empty.yaml --set network.name=N --check",
                "train D/empty.yaml --set optimizer.kind=N --check",
                "train D/empty.yaml --set epochs=N --check",
                "import --format N --from D/ --to D/x",
            })
    void inAWordOfTheCommandLine(String words) throws IOException {
        Files.writeString(directory.resolve("page.safetensors"), "<!DOCTYPE html>");
        Files.writeString(directory.resolve("empty.yaml"), """
                name: a
                data: {train: /nowhere}
                network: {name: resnet20_cifar}
                epochs: 1
                micro-batch: 8
                micro-batches: 4
                schedule: {rate: 0.05}
                """);
        refused(
                1,
                Stream.of(words.split(" "))
                        .map(word -> word.replace("D/", directory + "/").replace("N", NAME))
                        .toArray(String[]::new));
    }

    @Test
    void inAFileThatIsRead() throws IOException {
        String shown = path(SHOWN);
        Path file = directory.resolve(NAME);
        Files.writeString(file, "\"x\\ny\\e[2J\": 1\n\"z\\nz\": 2\n");
        Ran keys = refused(2, "train", file.toString(), "--check");
        assertThat(keys.err()).contains(shown + ":1: x\\ny\\x1b[2J is no key", shown + ":2: z\\nz is no key");
        Files.writeString(file, "[");
        assertThat(refused(1, "train", file.toString(), "--check").err()).contains(shown + ":");
        Files.write(file, new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 10});
        Ran pickled = refused(3, "predict", "--model", file.toString(), "--network", "resnet20_cifar", "x.png");
        assertThat(pickled.err()).contains(shown + " is a file of PyTorch's own", "torch.load(\"" + SHOWN + "\"");
        String header = "{\"x\\ny\\u001b[2J\":{\"dtype\":\"F3\\n2\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        byte[] tensors = new byte[8 + header.length() + 4];
        tensors[0] = (byte) header.length();
        System.arraycopy(header.getBytes(StandardCharsets.US_ASCII), 0, tensors, 8, header.length());
        Files.write(file, tensors);
        refused(1, "predict", "--model", file.toString(), "--network", "resnet20_cifar", "x.png");
    }

    @Test
    void inADataSet() throws IOException {
        Path data = Files.createDirectory(directory.resolve(NAME));
        refused(1, "describe", "--data", data.toString());
        DatasetInfo info = DatasetInfo.of(
                List.of("x\ny\u001b[2J", "b"),
                List.of(),
                List.of(),
                DatasetInfo.Encoding.ENCODED,
                0,
                0,
                3,
                List.of(new DatasetInfo.DataFile("part-00000-of-00001.parquet", 7, "", List.of(1))));
        Files.writeString(data.resolve("dataset.json"), info.toJson());
        Files.writeString(data.resolve("part-00000-of-00001.parquet"), "PAR1 no");
        Ran described = Ran.convoy("describe", "--data", data.toString());
        assertThat(described.status()).as(described.err()).isZero();
        assertThat(described.out()).isNotEmpty().doesNotContain("\r", "\u001b");
        refused(1, "describe", "--data", data.toString(), "--preview", path("x.png"));
    }
}

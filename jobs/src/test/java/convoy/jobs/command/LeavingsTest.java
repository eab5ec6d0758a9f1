package convoy.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LeavingsTest {
    private static final List<String> WRITTEN = List.of(
            "quickstart-data/shapes.tar",
            "quickstart-data/.shapes.tar.crc",
            "quickstart-data/train/dataset.json",
            "quickstart-data/train/part-00000-of-00001.parquet",
            "quickstart-data/train/.part-00000-of-00001.parquet.crc",
            "quickstart-data/test/dataset.json",
            "quickstart-data/test/rows.crc32c",
            "quickstart-data/.train.importing/.rows.crc32c.draft",
            "quickstart-data/.test.importing/.part-00000-of-00001.parquet.5",
            "quickstart-data/.test.importing/..part-00000-of-00001.parquet.5.crc",
            "quickstart/run.yaml",
            "quickstart/metrics.jsonl",
            "quickstart/data.crc32c",
            "quickstart/.lease/00000001-52b926bee9885f57",
            "quickstart/.lease/00000001-52b926bee9885f57.sign-41",
            "quickstart/.lease/.00000001-52b926bee9885f57.over.crc",
            "quickstart/.metrics.jsonl.next",
            "quickstart/.metrics.jsonl.12.next",
            "quickstart/.metrics.jsonl.12.next.old",
            "quickstart/checkpoints/step-00000040/.manifest.json.3.tmp",
            "quickstart/events.out.tfevents.0123456789.convoy.0",
            "quickstart/checkpoints/step-00000040/manifest.json",
            "quickstart/checkpoints/step-00000040/range-0.safetensors",
            "quickstart/model.safetensors");

    private final Path directory;

    LeavingsTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        for (String file : WRITTEN) {
            write(file);
        }
        write("quickstart/run.yaml", "data: {train: runs/quickstart-data/train}");
        write("other-run/run.yaml");
    }

    private void write(String file) throws IOException {
        write(file, "x");
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private Leavings leavings() {
        return Leavings.ofQuickstart(
                new Configuration(), directory.toString(), directory + "/quickstart-data", directory + "/quickstart");
    }

    @Test
    void whatQuickstartWroteGoesAndNothingElse() {
        leavings().delete();
        assertThat(directory.resolve("quickstart-data")).doesNotExist();
        assertThat(directory.resolve("quickstart")).doesNotExist();
        assertThat(directory.resolve("other-run/run.yaml")).exists();
        leavings().delete();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quickstart-data/thesis.txt",
                "quickstart-data/pics/1.png",
                "quickstart/notes.md",
                "quickstart/.lease/mine",
                "quickstart/checkpoints/best/model.safetensors",
                "quickstart/checkpoints/step-00000040/mine.txt"
            })
    void aStrangerKeepsEverything(String stranger) throws IOException {
        write(stranger);
        assertThatThrownBy(this::leavings)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("--fresh would delete ")
                .hasMessageContaining("which quickstart did not write")
                .hasMessageNotContaining("\n");
        assertThat(WRITTEN).allMatch(file -> Files.exists(directory.resolve(file)));
    }

    @Test
    void aRunOfTheSameNameOnOtherDataStays() throws IOException {
        write("quickstart/run.yaml", "data: {train: hdfs://host/cifar10/train}");
        assertThatThrownBy(this::leavings)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("which is not of quickstart's pictures");
        assertThat(WRITTEN).allMatch(file -> Files.exists(directory.resolve(file)));
    }
}

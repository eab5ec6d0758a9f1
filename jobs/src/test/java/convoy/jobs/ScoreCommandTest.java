package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.tensor.Shape;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.parameterserver.files.Safetensors;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import convoy.worker.data.transform.Normalize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScoreCommandTest {
    private final Path directory;
    private final String data;
    private final String model;

    ScoreCommandTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        List<ImageRow> rows = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            byte[] planes = new byte[3 * 32 * 32];
            new Random(i).nextBytes(planes);
            rows.add(new ImageRow(i, planes, i % 3, 32, 32, 3));
        }
        RawData.write(directory.resolve("data"), List.of("a", "b", "c"), rows, 20);
        data = directory.resolve("data").toString();
        List<Double> figures = List.of(0.5, 0.5, 0.5);
        ModelDescription description = ModelDescription.of("lenet5", 3, new Shape.Image(3, 32, 32), figures, figures)
                .withTransforms(List.of(new Normalize(figures, figures)));
        Path file = directory.resolve("model.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            new StoredModel(description, 1, description.build().initialize(1))
                    .writeSafetensors(out, Safetensors.Precision.F32, true);
        }
        model = file.toString();
    }

    private Ran score(String to, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "score",
                "--model",
                model,
                "--data",
                data,
                "--to",
                directory.resolve(to).toString()));
        words.addAll(List.of(more));
        return Ran.convoy(words.toArray(String[]::new));
    }

    @Test
    void whatWasScoredIsSaidAndScoredOnce() {
        Ran first = score("scores", "--top", "2", "--features", "--tasks", "2");
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out())
                .startsWith("70 rows in 1 file in ")
                .contains("best class is the label: ")
                .doesNotContain("scored before");
        Ran again = score("scores", "--top", "2", "--features", "--json");
        assertThat(again.status()).isZero();
        assertThat(again.out())
                .contains(
                        "\"rows\" : 70",
                        "\"before\" : 70",
                        "\"features\" : 84",
                        "\"problems\" : 0",
                        "\"model-sha256\"");
        assertThat(directory.resolve("scores")).isDirectoryContaining("glob:**/_SUCCESS");
    }

    @Test
    void whatCannotWorkIsOneLineAndStatusTwo() throws IOException {
        refused(score("bad", "--top", "4"), "top = 4, must lie in [1, 3]");
        refused(score("bad", "--top", "0"), "top = 0 < 1");
        refused(score("bad", "--engine", "abacus"), "abacus");
        refused(score("data"), "are the same place");
        Files.writeString(Files.createDirectories(directory.resolve("full")).resolve("letter"), "mine");
        refused(score("full", "--overwrite"), "holds letter, which is no part of scores");
        refused(
                Ran.convoy("score", "--model", model, "--data", data),
                "convoy score: Missing required option: '--to=URI'");
        assertThat(directory.resolve("bad")).doesNotExist();
    }

    private static void refused(Ran ran, String words) {
        assertThat(ran.status()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).contains(words).hasLineCount(1);
        assertThat(ran.out()).isEmpty();
    }
}

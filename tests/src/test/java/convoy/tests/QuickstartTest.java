package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.driver.attribution.PlaceMap;
import convoy.tests.Command.Ran;
import convoy.worker.data.drawn.DrawnShapes;
import convoy.worker.groups.LongTest;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing that a person types. */
final class QuickstartTest {
    private static final Path ROOT =
            Path.of(System.getProperty("convoy.root", "..")).toAbsolutePath().normalize();
    private static final int SIDE = 32;
    private static final int PICTURES = 40;
    private static final Pattern SCORE =
            Pattern.compile("evaluated \\S+/model\\.safetensors: accuracy ([0-9.]+) %.* on 1,000 images");

    /** One pass over the pictures in place of three, which is enough to tell it from chance. */
    @Test
    void endsWithAModelThatHasLearnedAndTheSecondTimeWithWhatIsThere(@TempDir Path directory) throws Exception {
        learn(directory, 30, "--epochs=1");
    }

    @Test
    @LongTest
    void byItselfItLearnsMore(@TempDir Path directory) throws Exception {
        learn(directory, 60);
    }

    private static void learn(Path directory, double percent, String... options) throws Exception {
        Path asked = directory.resolve("chmod-was-asked");
        Path tools = Files.createDirectory(directory.resolve("tools"));
        Path chmod = Files.writeString(tools.resolve("chmod"), "#!/bin/sh\necho \"$*\" >>" + asked + "\n");
        Files.setPosixFilePermissions(chmod, PosixFilePermissions.fromString("rwxr-xr-x"));
        String path = tools + ":" + System.getenv("PATH");
        // What is so small is over before the optimizing compiler has paid for itself.
        Command shell = new Command(
                directory, Map.of("PATH", path, "SPARK_SUBMIT_OPTS", Command.SHORT_LIVED), Duration.ofMinutes(10));
        String convoy = ROOT.resolve("convoy").toString();

        String[] quickstart = Stream.concat(Stream.of(convoy, "quickstart"), Stream.of(options))
                .toArray(String[]::new);
        Ran first = shell.run(quickstart);
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.err()).contains("2 workers, 2 servers", "images/s");
        Matcher score = SCORE.matcher(first.out());
        assertThat(score.find()).as(first.out()).isTrue();
        assertThat(Double.parseDouble(score.group(1)))
                .as("per cent right, of ten classes")
                .isGreaterThan(percent);
        Path run = directory.resolve("runs/quickstart");
        assertThat(run.resolve("model.safetensors")).isNotEmptyFile();
        assertThat(run.resolve("metrics.jsonl")).isNotEmptyFile();
        assertThat(run.resolve("run.yaml")).isNotEmptyFile();
        // Hadoop would start a process for every file of every checkpoint.
        assertThat(asked).doesNotExist();

        Ran kept = shell.run(convoy, "evaluate", "runs/quickstart", "--keep");
        assertThat(kept.status()).as(kept.err()).isZero();
        assertThat(kept.out()).startsWith("accuracy " + score.group(1));
        Ran report = shell.run(convoy, "report", "runs/quickstart");
        assertThat(report.status()).as(report.err()).isZero();
        assertThat(report.out())
                .isEqualTo("the report is reports/quickstart/report.html, with Markdown and CSV beside it\n");
        assertThat(directory.resolve("reports/quickstart/report.html"))
                .content()
                .contains("Confusion matrix of quickstart", "data:image/png;base64,", "It is complete.");
        assertThat(rights(Files.readAllLines(directory.resolve("reports/quickstart/classes.csv"))))
                .as("images that are right, of 1,000")
                .isEqualTo(Math.round(10 * Double.parseDouble(score.group(1))));

        assertThat(lookedAt(shell, convoy, directory))
                .as("how much brighter class maps are on the shape than elsewhere")
                .isGreaterThan(1.5);

        Ran second = shell.run(quickstart);
        assertThat(second.status()).as(second.err()).isZero();
        assertThat(second.out())
                .contains("the pictures are there already", "the run was complete already", score.group());

        Files.writeString(directory.resolve("runs/mine.txt"), "beside it");
        String evaluations = "runs/quickstart/evaluations";
        assertThat(shell.run("rm", "-r", evaluations).status())
                .as("was asked for")
                .isZero();
        Ran anew = shell.run(convoy, "quickstart", "--fresh", "--images=40", "--epochs=1");
        assertThat(anew.status()).as(anew.err()).isZero();
        assertThat(anew.out()).as("all that it wrote is known to it").doesNotContain("already");
        assertThat(directory.resolve("runs/mine.txt")).exists();
    }

    /**
     * Of pictures that were never trained on: the mean of the class map where the shape was drawn, over the mean of the map where it was
     * not. A map of no meaning has 1.
     */
    private static double lookedAt(Command shell, String convoy, Path directory) throws Exception {
        List<String> words = new ArrayList<>(List.of(convoy, "explain-image", "--model", "runs/quickstart", "--json"));
        List<DrawnShapes.Drawn> drawn = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            DrawnShapes.Drawn picture = DrawnShapes.test(99, i);
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            for (int p = 0; p < SIDE * SIDE; p++) {
                int red = picture.planes()[p] & 0xFF;
                int green = picture.planes()[SIDE * SIDE + p] & 0xFF;
                int blue = picture.planes()[2 * SIDE * SIDE + p] & 0xFF;
                image.setRGB(p % SIDE, p / SIDE, red << 16 | green << 8 | blue);
            }
            Path file = directory.resolve("drawn-" + i + ".png");
            ImageIO.write(image, "png", file.toFile());
            words.add(file.toString());
            drawn.add(picture);
        }
        Ran explained = shell.run(words.toArray(String[]::new));
        assertThat(explained.status()).as(explained.err()).isZero();
        JsonNode images = new ObjectMapper().readTree(explained.out()).path("images");
        double inside = 0;
        double outside = 0;
        double covered = 0;
        double free = 0;
        for (int i = 0; i < PICTURES; i++) {
            PlaceMap map = map(images.path(i).path("classes").path(0).path("map"));
            PlaceMap heat = map.positive().scaled(SIDE, SIDE);
            for (int p = 0; p < SIDE * SIDE; p++) {
                float cover = drawn.get(i).cover()[p];
                double share = heat.values()[p] / Math.max(1e-9, heat.largest());
                inside += cover * share;
                outside += (1 - cover) * share;
                covered += cover;
                free += 1 - cover;
            }
        }
        assertThat(directory.resolve("explanations/report.html")).content().contains("data:image/png;base64,");
        double ratio = (inside / covered) / (outside / free);
        System.out.printf("class maps are %.2f times as bright on the shape%n", ratio);
        return ratio;
    }

    private static PlaceMap map(JsonNode rows) {
        int height = rows.size();
        int width = rows.path(0).size();
        float[] values = new float[height * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) rows.path(i / width).path(i % width).asDouble();
        }
        return new PlaceMap(height, width, values);
    }

    /** Of a table of classes, whose names have no commas here. */
    private static long rights(List<String> lines) {
        return lines.stream()
                .skip(1)
                .map(line -> List.of(line.split(",", -1)))
                .mapToLong(cells -> Long.parseLong(cells.get(3)))
                .sum();
    }
}

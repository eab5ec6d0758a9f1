package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.architectures.tensor.Shape;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.parameterserver.files.Safetensors;
import convoy.worker.data.transform.Normalize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExplainImageCommandTest {
    private final Path directory;
    private final String model;
    private final String picture;

    ExplainImageCommandTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        List<Double> half = List.of(0.5, 0.5, 0.5);
        ModelDescription description = ModelDescription.of("resnet20_cifar", 3, new Shape.Image(3, 32, 32), half, half)
                .with()
                .classNames(List.of("ape", "bee", "<b>cat</b>"))
                .transforms(List.of(new Normalize(half, half)))
                .build();
        Path file = directory.resolve("model.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            new StoredModel(description, 12, description.build().initialize(3))
                    .writeSafetensors(out, Safetensors.Precision.F32, false);
        }
        model = file.toString();
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 32 * 32; i++) {
            image.setRGB(i % 32, i / 32, i * 2654435 & 0xFFFFFF);
        }
        Path png = directory.resolve("a.png");
        ImageIO.write(image, "png", png.toFile());
        picture = png.toString();
    }

    private Ran explain(String... more) {
        String[] words = {
            "explain-image", "--model", model, "--out", directory.resolve("out").toString()
        };
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Ran.convoy(all);
    }

    @Test
    void aPageHasEachPictureWithItsMaps() throws IOException {
        Ran ran = explain("--top", "2", "--maps", "--filters", "--occlude", "8", picture);
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).contains(picture, " %  ", "the page is ").contains("report.html");
        String page = Files.readString(directory.resolve("out/report.html"));
        assertThat(page)
                .contains("Layer layer3.2.relu2", "CAM, Zhou et al. 2015", "conv1.weight", "64 maps of layer3.2.relu2")
                .doesNotContain("<b>cat</b>");
        assertThat(page.split("data:image/png;base64,", -1))
                .as("input, two classes with an occlusion each, maps, filters")
                .hasSize(1 + 7);
    }

    @Test
    void jsonHasTheMapsThemselves() throws IOException {
        Ran ran = explain("--json", "--class", "bee", "--layer", "layer2.0.conv1", "--occlude", "16", picture);
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode object = new ObjectMapper().readTree(ran.out());
        assertThat(object.path("method").asText()).isEqualTo("grad-cam");
        assertThat(object.path("layer").asText()).isEqualTo("layer2.0.conv1");
        JsonNode one = object.path("images").path(0).path("classes").path(0);
        assertThat(one.path("class").asText()).isEqualTo("bee");
        assertThat(one.path("map")).hasSize(16);
        assertThat(one.path("map").path(0)).hasSize(16);
        assertThat(one.path("occlusion")).hasSize(3);
        assertThat(Ran.convoy("predict", "--model", model, "--json", picture).out())
                .as("the probability that predict prints")
                .contains(one.path("probability").asText());
    }

    @Test
    void picturesMayBeFilesOfTheirOwn() throws IOException {
        Ran ran = explain("--png", "--class", "2", picture, picture);
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("4 pictures are in ");
        for (String name : List.of("1-0.png", "1-1.png", "2-0.png", "2-1.png")) {
            BufferedImage written =
                    ImageIO.read(directory.resolve("out").resolve(name).toFile());
            assertThat(written.getWidth()).isEqualTo(32);
        }
    }

    /** A picture that cannot be read keeps no other from being explained. */
    @Test
    void badPicturesAreToldOfAndTheOthersExplained() throws IOException {
        String bad =
                Files.writeString(directory.resolve("bad.png"), "no picture").toString();
        Ran ran = explain(bad, picture);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("bad.png").hasLineCount(1);
        assertThat(directory.resolve("out/report.html")).isNotEmptyFile();
    }

    @ParameterizedTest
    @CsvSource({
        "--top, 0, '--top = 0 < 1: ask for one class or more'",
        "--class, be, '--class = be is no class of'",
        "--class, be, 'did you mean bee?'",
        "--layer, layer3.2.rel, 'did you mean layer3.2.relu1?'",
        "--layer, fc, 'which has no places: name one that puts out an image, as layer3.2.relu2'",
        "--occlude, 0, 'occlude = 0, must lie in [1, 32]'",
        "--occlude, 33, 'occlude = 33, must lie in [1, 32]'"
    })
    void whatCannotBeDoneIsSaidInOneLine(String option, String value, String message) {
        Ran ran = explain(option, value, picture);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains(message).hasLineCount(1);
    }

    @Test
    void aFileInPlaceOfTheFolderIsRefusedBeforeAnything() throws IOException {
        Files.writeString(directory.resolve("out"), "a file");
        Ran ran = explain(picture);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("is a file: name a folder").hasLineCount(1);
    }
}

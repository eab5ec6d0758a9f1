package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.parameterserver.files.Safetensors;
import convoy.worker.engine.NetworkLayout;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PredictCommandTest {
    private final Path directory;
    private final String model;
    private final String good;

    PredictCommandTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        Network network = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());
        float[] values = network.initialize(1);
        Path file = directory.resolve("w.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            Safetensors.write(
                    out,
                    Map.of(),
                    NetworkLayout.of(network).segments().stream()
                            .map(segment -> new Safetensors.Tensor(
                                    segment.name(),
                                    segment.shape().stream()
                                            .map(Integer::longValue)
                                            .toList(),
                                    values,
                                    segment.begin()))
                            .toList());
        }
        model = file.toString();
        Path picture = directory.resolve("good.png");
        ImageIO.write(new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        good = picture.toString();
    }

    private Ran predict(String... more) {
        String[] words = {"predict", "--model", model, "--network", "resnet20_cifar", "--top", "1"};
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Ran.convoy(all);
    }

    @Test
    void picturesThatCanBeReadAreNamedWhateverTheOthersAre() throws IOException {
        String bad =
                Files.writeString(directory.resolve("bad.png"), "no picture").toString();
        String absent = directory.resolve("absent.png").toString();
        Ran ran = predict(bad, good, absent, good);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.out().lines().filter(line -> line.equals(good))).hasSize(2);
        assertThat(ran.err().lines())
                .satisfiesExactly(
                        first -> assertThat(first).contains("bad.png"),
                        second -> assertThat(second).contains("absent.png").contains("does not exist"));
        Ran json = predict("--json", bad, good);
        assertThat(json.status()).isEqualTo(2);
        JsonNode list = new ObjectMapper().readTree(json.out());
        assertThat(list.path(0).path("error").asText()).contains("bad.png");
        assertThat(list.path(1).path("top")).hasSize(1);
    }

    @Test
    void aPictureInPlaceOfAModelIsCalledAPicture() {
        Ran ran = Ran.convoy("predict", "--model", good, "--network", "resnet20_cifar", good);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err())
                .contains("good.png is a PNG picture, no safetensors file: name the file of the weights")
                .hasLineCount(1);
    }
}

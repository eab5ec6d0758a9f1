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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    @Test
    void classesAreNamedByAFile() throws IOException {
        String ten =
                IntStream.range(0, 10).mapToObj(i -> "kind " + i / 2 + "\n").collect(Collectors.joining());
        Path names = Files.writeString(directory.resolve("names.txt"), ten);
        Ran ran = predict("--classes", names.toString(), good);
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).containsPattern(" %  kind [0-4]\\n");
        assertNames("a\nb\n", "names.txt has 2 lines, the model tells apart 10 classes: write one name a line");
        assertNames(ten.replace("kind 1\nkind 1\n", "kind 1\n\n"), "names.txt, line 4 is empty");
        assertNames("", "names.txt", "is empty");
        Files.write(names, new byte[] {'a', '\n', (byte) 0xFF});
        assertThat(predict("--classes", names.toString(), good).err())
                .contains("names.txt is not in UTF-8: convert it")
                .hasLineCount(1);
        assertThat(predict("--classes", directory.resolve("none.txt").toString(), good)
                        .err())
                .contains("none.txt does not exist")
                .hasLineCount(1);
        Path large = directory.resolve("large.txt");
        Files.write(large, new byte[(16 << 20) + 1]);
        assertThat(predict("--classes", large.toString(), good).err()).contains("is longer than 16777216 bytes");
    }

    private void assertNames(String text, String... complaints) throws IOException {
        Path names = Files.writeString(directory.resolve("names.txt"), text);
        Ran ran = predict("--classes", names.toString(), good);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).hasLineCount(1);
        for (String complaint : complaints) {
            assertThat(ran.err()).contains(complaint);
        }
    }
}

package convoy.architectures.file;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The networks of the guide, with the figures that are published of them. */
final class ExampleNetworksTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Path EXAMPLES = DOCS.resolve("examples/networks");

    private static NetworkFile read(Path file) throws IOException {
        return NetworkFile.read(file.getFileName().toString(), Files.readString(file), new TreeMap<>());
    }

    /** Parameters to the last one; multiply-adds in millions, as far as they are published: of torchvision, and of timm. */
    @ParameterizedTest
    @CsvSource({
        "convnext-tiny, 28589128, 4456",
        "regnet-x-400mf, 5495976, 414",
        "resnet-50-d, 25576264, 4350",
        "u-shaped, 488154, 0",
        "all-cnn-c-one-pool, 1286698, 0",
    })
    void haveThePublishedFigures(String name, int parameters, long millions) throws IOException {
        Network network = read(EXAMPLES.resolve(name + ".yaml")).build(NetworkArguments.defaults());
        assertThat(network.parameterCount()).isEqualTo(parameters);
        if (millions > 0) {
            assertThat(network.multiplyAdds() / 1e6).isCloseTo((double) millions, Percentage.withPercentage(0.5));
        }
        assertThat(network.initialize(1)).isNotEmpty();
    }

    @Test
    void everyExampleIsTested() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(List.of(
                            "convnext-tiny.yaml",
                            "regnet-x-400mf.yaml",
                            "resnet-50-d.yaml",
                            "u-shaped.yaml",
                            "all-cnn-c-one-pool.yaml"));
        }
    }

    @Test
    void theGuidesExampleIsANetwork() throws IOException {
        Matcher example = Pattern.compile("## An example\n\n```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCS.resolve("own-network.md")));
        assertThat(example.find()).isTrue();
        Network network = NetworkFile.read("own-network.md", example.group(1), new TreeMap<>())
                .build(NetworkArguments.defaults().withClasses(7).withInput(new Image(1, 28, 28)));
        assertThat(network.classes()).isEqualTo(7);
        assertThat(network.tensors().stream().map(tensor -> tensor.name()))
                .contains("conv1.weight", "layer2.0.conv1.weight", "layer2.0.downsample.0.weight");
    }

    /** Whoever looks a kind up finds it. */
    @Test
    void theGuideNamesEveryKind() throws IOException {
        String guide = Files.readString(DOCS.resolve("own-network.md"));
        assertThat(OperationText.kinds().stream()
                        .filter(kind -> !kind.equals("pooling") && !kind.equals("activation"))
                        .filter(kind -> !guide.contains("`" + kind + "`")))
                .isEmpty();
    }
}

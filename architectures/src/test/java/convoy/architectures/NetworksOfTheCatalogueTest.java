package convoy.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What graphs as large as the catalogue's show of networks: auxiliary heads, images that are too small, too many parameters. */
final class NetworksOfTheCatalogueTest {
    @Test
    void inferenceDropsAuxiliaryHeadsAndWhatOnlyTheyNeed() {
        Network googlenet = Catalogue.build("googlenet", NetworkArguments.defaults());
        Network inference = googlenet.inference();
        assertThat(googlenet.heads()).extracting(Head::name).containsExactly("main", "aux1", "aux2");
        assertThat(googlenet.heads()).extracting(Head::weight).containsExactly(1.0, 0.3, 0.3);
        assertThat(inference.heads()).containsExactly(Head.main("fc"));
        assertThat(inference.nodes()).noneMatch(node -> node.name().startsWith("aux"));
        assertThat(inference.parameterCount()).isEqualTo(6_624_904);
        assertThat(googlenet.parameterCountWithoutAuxiliary()).isEqualTo(6_624_904);
        assertThat(Catalogue.build("googlenet", NetworkArguments.defaults().withoutAuxiliary()))
                .isEqualTo(inference);
        // Values follow from a tensor's name, so that what both have begins alike.
        assertThat(Arrays.mismatch(
                        Arrays.copyOf(googlenet.initialize(3), 1000), Arrays.copyOf(inference.initialize(3), 1000)))
                .isNegative();
        assertThat(inference.inference()).isSameAs(inference);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vgg16 | 3x31x31 | network vgg16: node features.30: a pooling of 2x2 gets 512x1x1, which is smaller"
                        + " than its window; the input 3x31x31 is too small, the least side is 32",
                "vgg11 | 3x64x20 | network vgg11: node features.20: a pooling of 2x2 gets 512x4x1, which is smaller"
                        + " than its window; the input 3x64x20 is too small, the least side is 32",
                "lenet5 | 1x11x28 | network lenet5: node pool2: a pooling of 2x2 gets 16x1x10, which is smaller than"
                        + " its window; the input 1x11x28 is too small, the least side is 12",
                "googlenet | 3x8x8 | network googlenet: node maxpool3: a pooling of 3x3 gets 480x1x1, which is smaller"
                        + " than its window; the input 3x8x8 is too small, the least side is 15",
            })
    void saysHowLargeAnImageMustBe(String name, String input, String message) {
        NetworkArguments arguments = NetworkArguments.defaults().withInput(Image.parse(input));
        assertThatThrownBy(() -> Catalogue.build(name, arguments))
                .isInstanceOf(BadInputException.class)
                .hasMessage(message);
    }

    @Test
    void theLeastSideIsEnough() {
        Image least = new Image(3, 32, 32);
        assertThat(Catalogue.build("vgg19_bn", NetworkArguments.defaults().withInput(least))
                        .input())
                .isEqualTo(least);
    }

    @Test
    void refusesMoreParametersThanAnIndexCounts() {
        assertThatThrownBy(() ->
                        Catalogue.build("vgg16", NetworkArguments.defaults().withClasses(500_000)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("more than 2,147,483,647");
        assertThatThrownBy(() ->
                        Catalogue.build("lenet5", NetworkArguments.defaults().withInput(new Image(1, 5000, 5000))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("tensor fc1.weight");
    }
}

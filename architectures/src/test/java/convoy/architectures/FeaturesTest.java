package convoy.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Features;
import convoy.records.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FeaturesTest {
    private static Network network(String name) {
        return Catalogue.build(name, NetworkArguments.defaults());
    }

    /** The widths are those of the papers' last layers; dropout before or behind a layer changes nothing. */
    @ParameterizedTest
    @CsvSource({
        "lenet5, 84",
        "mnist_cnn, 128",
        "resnet20_cifar, 64",
        "resnet50, 2048",
        "vgg16, 4096",
        "alexnet, 4096",
        "mobilenet_v2, 1280",
        "googlenet, 1024"
    })
    void theLastDenseLayerReadsTheFeatures(String name, int count) {
        Features features = Features.of(network(name));
        Network inference = network(name).inference();
        assertThat(features.count()).isEqualTo(count);
        assertThat(features.classes()).isEqualTo(inference.classes());
        assertThat(features.network().classes()).isEqualTo(inference.classes() + count);
        assertThat(features.network().tensors()).isEqualTo(inference.tensors());
    }

    @Test
    void aNetworkThatEndsInNoDenseLayerIsRefused() {
        assertThatThrownBy(() -> Features.of(network("all_cnn_c")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("all_cnn_c does not end in a dense layer");
    }
}

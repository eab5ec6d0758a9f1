package convoy.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of the catalogue in other widths and depths. */
final class ScaledNetworksTest {
    private static Network scaled(String name, Map<String, String> parameters) {
        return Catalogue.scaled(name, parameters).build(NetworkArguments.defaults());
    }

    /** Torchvision 0.14.1's {@code MobileNetV2(width_mult)}, {@code MNASNet(alpha)} and EfficientNet with its multipliers. */
    @ParameterizedTest
    @CsvSource({
        "mobilenet_v2, width, 0.35, 1677128",
        "mobilenet_v2, width, 0.5, 1968680",
        "mobilenet_v2, width, 1.4, 6108776",
        "mnasnet1_0, width, 0.35, 1788232",
        "mnasnet1_0, width, 2, 12469944",
        "efficientnet_b0, phi, 0.5, 8441486",
        "efficientnet_b0, phi, 1.5, 10994222",
        "efficientnet_b0, width, 0.5, 1712522",
    })
    void countsParametersAsTorchvision(String name, String key, String value, int parameters) {
        assertThat(scaled(name, Map.of(key, value)).parameterCount()).isEqualTo(parameters);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mobilenet_v2", "mnasnet1_0", "efficientnet_b2", "resnet18", "wide_resnet50_2", "resnet20_cifar"
            })
    void ofWidthAndDepthOneIsTheCataloguesOwn(String name) {
        assertThat(scaled(name, Map.of("width", "1", "depth", "1.0")).fingerprint())
                .isEqualTo(Catalogue.build(name, NetworkArguments.defaults()).fingerprint());
    }

    private static Map<String, List<Integer>> shapes(Network network) {
        Map<String, List<Integer>> shapes = new HashMap<>();
        for (Tensor tensor : network.parameters()) {
            shapes.put(tensor.name(), tensor.shape());
        }
        return shapes;
    }

    @Test
    void residualNetworksGetWiderAndDeeper() {
        Network narrow = scaled("resnet18", new TreeMap<>(Map.of("width", "0.5", "depth", "1.5")));
        assertThat(narrow.name()).isEqualTo("resnet18-width0.5-depth1.5");
        assertThat(shapes(narrow))
                .containsEntry("conv1.weight", List.of(32, 3, 7, 7))
                .containsEntry("layer4.2.conv2.weight", List.of(256, 256, 3, 3))
                .doesNotContainKey("layer4.3.conv2.weight");
        assertThat(shapes(scaled("resnet50", Map.of("width", "1.5"))))
                .containsEntry("layer1.0.conv1.weight", List.of(96, 96, 1, 1))
                .containsEntry("fc.weight", List.of(1000, 3072));
        // A width at which the number of channels between two stages is odd.
        Network cifar = scaled("resnet20_cifar", Map.of("width", "0.7"));
        assertThat(shapes(cifar)).containsEntry("layer3.0.conv1.weight", List.of(48, 24, 3, 3));
    }

    @Test
    void whatCannotBeIsRefusedInOneLine() {
        refused(
                "resnext50_32x4d",
                Map.of("width", "2"),
                "comes in one size: leave them out, or take one of CIFAR ResNet,");
        refused("resnet18", Map.of("phi", "1"), "network.parameters.phi = 1.0, and resnet18 is of a family without");
        refused(
                "efficientnet_b3",
                Map.of("phi", "1"),
                "is counted from efficientnet_b0, and network.name = efficientnet_b3");
        refused("efficientnet_b0", Map.of("phi", "1", "width", "2"), "and width or depth is given too");
        refused("efficientnet_b0", Map.of("phi", "11"), "network.parameters.phi = 11.0, must lie in [-5.0, 10.0]");
        refused("resnet18", Map.of("width", "1e9"), "network.parameters.width = 1.0E9, must lie in [0.05, 16.0]");
        refused("resnet18", Map.of("depth", "NaN"), "network.parameters.depth = NaN, must lie in [0.05, 16.0]");
        refused("resnet18", Map.of("width", "wide"), "network.parameters.width = wide is no number");
        refused(
                "resnet18",
                Map.of("widht", "2"),
                "network.parameters.widht is none of a network of the catalogue; did you mean width?");
        refused("mnasnet0_5", Map.of("width", "2"), "network.name = mnasnet0_5 has a width of its own");
    }

    private static void refused(String name, Map<String, String> parameters, String message) {
        assertThatThrownBy(() -> Catalogue.scaled(name, parameters))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }
}

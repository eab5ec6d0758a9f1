package convoy.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Tensor;
import convoy.architectures.tensor.Tensor.Role;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InitializationTest {
    /** The values that a tensor of a network starts with. */
    private static float[] values(String network, String tensor, long seed) {
        return values(Catalogue.build(network, NetworkArguments.defaults()), tensor, seed);
    }

    private static float[] values(Network network, String name, long seed) {
        // Of one node alone, since all of VGG would not fit in the tests' memory.
        List<Tensor> tensors = network.tensors();
        Tensor wanted = tensors.stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow();
        List<Tensor> node = tensors.stream()
                .filter(tensor -> tensor.node().equals(wanted.node()))
                .toList();
        float[] flat = new float[node.stream().mapToInt(Tensor::size).sum()];
        network.initialization().fill(seed, node, flat, 0);
        int begin = node.stream()
                .takeWhile(tensor -> !tensor.equals(wanted))
                .mapToInt(Tensor::size)
                .sum();
        return Arrays.copyOfRange(flat, begin, begin + wanted.size());
    }

    private static double deviation(float[] values) {
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        double mean = sum / values.length;
        return Math.sqrt(squares / values.length - mean * mean);
    }

    @Test
    void isAFunctionOfSeedAndTensorAlone() {
        Network network = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());
        Network deeper =
                Catalogue.build("resnet32_cifar", NetworkArguments.defaults().withClasses(3));
        assertThat(network.initialize(7)).isEqualTo(network.initialize(7)).isNotEqualTo(network.initialize(8));
        assertThat(values(network, "conv1.weight", 7)).isNotEqualTo(values(network, "conv1.weight", 8));
        assertThat(values(network, "layer1.0.conv1.weight", 7))
                .isNotEqualTo(values(network, "layer1.0.conv2.weight", 7));
        assertThat(values(deeper, "layer2.2.conv2.weight", 7)).isEqualTo(values(network, "layer2.2.conv2.weight", 7));
        assertThat(values(deeper, "fc.weight", 7)).isNotEqualTo(values(network, "fc.weight", 7));
    }

    @Test
    void isLaidOutAsParametersThenStatistics() {
        Network network = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());
        float[] flat = network.initialize(3);
        int offset = 0;
        for (Tensor tensor : Stream.concat(network.parameters().stream(), network.statistics().stream())
                .toList()) {
            assertThat(Arrays.copyOfRange(flat, offset, offset + tensor.size()))
                    .as(tensor.name())
                    .isEqualTo(values(network, tensor.name(), 3));
            offset += tensor.size();
        }
        assertThat(offset).isEqualTo(flat.length).isEqualTo(269_722 + 2 * (7 * 16 + 6 * 32 + 6 * 64));
    }

    @Test
    void valuesNeverChange() {
        // Literal: a change here changes every training run that starts from a seed.
        float[] flat =
                Catalogue.build("resnet20_cifar", NetworkArguments.defaults()).initialize(1);
        assertThat(Arrays.hashCode(flat)).isEqualTo(-1043339284);
        assertThat(flat[0]).isEqualTo(0.1410433f);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -5})
    void residualNetworksStartAsTorchvisions(long seed) {
        // He normal by fan-out: 512 * 9 outputs reached by an input.
        assertThat(deviation(values("resnet18", "layer4.1.conv1.weight", seed)))
                .isCloseTo(Math.sqrt(2.0 / 4608), within(1e-4));
        assertThat(deviation(values("resnet18", "conv1.weight", seed)))
                .isCloseTo(Math.sqrt(2.0 / (64 * 49)), within(1e-3));
        float bound = (float) (1 / Math.sqrt(512));
        assertThat(deviation(values("resnet18", "fc.weight", seed))).isCloseTo(bound / Math.sqrt(3), within(1e-4));
        float[] bias = values("resnet18", "fc.bias", seed);
        for (float value : bias) {
            assertThat(value).isBetween(-bound, bound);
        }
        assertThat(deviation(bias)).isCloseTo(bound / Math.sqrt(3), within(2e-3));
    }

    @Test
    void normalizationStartsAsIdentity() {
        assertThat(values("mnist_cnn", "bn2.weight", 3)).hasSize(64).containsOnly(1);
        assertThat(values("mnist_cnn", "bn2.bias", 3)).hasSize(64).containsOnly(0);
        assertThat(values("mnist_cnn", "bn2.running_mean", 3)).hasSize(64).containsOnly(0);
        assertThat(values("mnist_cnn", "bn2.running_var", 3)).hasSize(64).containsOnly(1);
    }

    @ParameterizedTest
    @CsvSource({
        "all_cnn_c, features.2.weight, 0.0481125, 5e-4", // sqrt(2 / (96 * 9))
        "lenet5, fc1.weight, 0.05, 5e-4", // sqrt(1 / 400)
        "mnist_cnn, conv2.weight, 0.0833333, 1e-3", // sqrt(2 / (32 * 9))
        "googlenet, inception5b.branch2.1.conv.weight, 0.01, 1e-4",
        "googlenet, fc.bias, 0.0180422, 1e-3", // 1 / sqrt(3 * 1024)
        "vgg11, classifier.3.weight, 0.01, 1e-4",
        "vgg11, features.18.weight, 0.0208333, 1e-4", // sqrt(2 / (512 * 9))
        "vgg11, features.18.bias, 0, 0",
        "squeezenet1_0, classifier.1.weight, 0.01, 1e-4",
        "mobilenet_v2, features.18.0.weight, 0.0395285, 2e-4", // sqrt(2 / 1280)
        "inception_v3, Mixed_7a.branch3x3_2.conv.weight, 0.0879626, 1e-3", // 0.1 cut at two deviations
        "inception_v3, AuxLogits.fc.weight, 0.000879626, 1e-5",
        "efficientnet_b0, classifier.1.weight, 0.0182574, 1e-4", // sqrt(1 / (3 * 1000))
        "mnasnet1_0, classifier.1.weight, 0.0316228, 1e-4", // sqrt(1 / 1000)
        "squeezenet1_0, features.3.expand3x3.weight, 0.117851, 2e-3", // sqrt(2 / (16 * 9))
    })
    void everyFamilyStartsAtItsOwnScale(String network, String tensor, double deviation, double tolerance) {
        assertThat(deviation(values(network, tensor, 1))).isCloseTo(deviation, within(tolerance));
    }

    @Test
    void singleTensorsMayBeExceptions() {
        assertThat(values("alexnet_2012", "features.0.bias", 1)).containsOnly(0);
        assertThat(values("alexnet_2012", "features.3.bias", 1)).hasSize(256).containsOnly(1);
        assertThat(values("alexnet_2012", "classifier.6.bias", 1)).containsOnly(0);
    }

    /** Goyal et al. 2017, section 5.1: the last batch norm of each block, and nothing of its shortcut. */
    @Test
    void residualBranchesMayStartAtZero() {
        Network network = Catalogue.build("resnet50", NetworkArguments.defaults());
        Network zeroed = network.withZeroInitializedBranches();
        assertThat(values(zeroed, "layer1.0.bn3.weight", 1)).hasSize(256).containsOnly(0);
        assertThat(values(zeroed, "layer1.0.bn3.bias", 1)).containsOnly(0);
        assertThat(values(zeroed, "layer1.0.downsample.1.weight", 1)).containsOnly(1);
        assertThat(values(zeroed, "layer1.0.bn2.weight", 1)).containsOnly(1);
        assertThat(values(zeroed, "layer1.0.conv3.weight", 1)).isEqualTo(values(network, "layer1.0.conv3.weight", 1));
        assertThat(zeroed.initialization().exceptions()).hasSize(16);
        assertThat(zeroed.fingerprint()).isEqualTo(network.fingerprint());
        Network inverted = Catalogue.build("efficientnet_b0", NetworkArguments.defaults());
        // Of the 16 blocks 9 have a shortcut; stochastic depth stands between the batch norm and the addition.
        assertThat(inverted.withZeroInitializedBranches().initialization().exceptions())
                .hasSize(9)
                .containsKey("features.2.1.block.3.1.weight");
    }

    @Test
    void fansAreThoseOfPyTorch() {
        Tensor weight = new Tensor("w", List.of(8, 3, 5, 7), Role.CONVOLUTION_WEIGHT, "n");
        assertThat(weight.fanIn()).isEqualTo(3 * 5 * 7);
        assertThat(weight.fanOut()).isEqualTo(8 * 5 * 7);
        Tensor dense = new Tensor("d", List.of(10, 4), Role.DENSE_WEIGHT, "n");
        assertThat(dense.fanIn()).isEqualTo(4);
        assertThat(dense.fanOut()).isEqualTo(10);
    }
}

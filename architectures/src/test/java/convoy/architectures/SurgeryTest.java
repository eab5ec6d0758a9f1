package convoy.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.surgery.Surgery;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cuts at every network of the catalogue, and what patterns name. */
final class SurgeryTest {
    static Stream<String> names() {
        return Catalogue.all().stream().map(Entry::name);
    }

    private static Map<String, List<Integer>> shapes(Network network) {
        return network.tensors().stream().collect(Collectors.toMap(Tensor::name, Tensor::shape));
    }

    private static Set<String> differences(Network one, Network other) {
        Map<String, List<Integer>> before = shapes(one);
        Map<String, List<Integer>> after = shapes(other);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        Set<String> different = new HashSet<>();
        before.forEach((name, shape) -> {
            if (!shape.equals(after.get(name))) {
                different.add(name);
            }
        });
        return different;
    }

    @ParameterizedTest
    @MethodSource("names")
    void aReplacedHeadIsTheOneThatTheCatalogueBuilds(String name) {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        Network seven = Surgery.replaceHead(network, 7);
        Network built = Catalogue.build(name, NetworkArguments.defaults().withClasses(7));
        assertThat(seven.nodes()).isEqualTo(built.nodes());
        assertThat(seven.heads()).isEqualTo(built.heads());
        assertThat(seven.classes()).isEqualTo(7);
        assertThat(differences(network, seven)).isEqualTo(Surgery.headTensors(network));
        assertThat(Surgery.headTensors(seven)).isEqualTo(Surgery.headTensors(network));
        // Weight and bias of one layer; of Network in Network's for ImageNet the whole last block has an output for
        // each class.
        int layers = Set.of("nin", "nin_dropout").contains(name)
                ? 3
                : network.heads().size();
        assertThat(Surgery.headTensors(network)).hasSize(2 * layers);
    }

    @Test
    void aHeadMayBeMoreThanOneLayer() {
        Network nin = Catalogue.build("nin", NetworkArguments.defaults());
        assertThat(Surgery.headTensors(nin))
                .containsExactlyInAnyOrder(
                        "features.21.weight",
                        "features.21.bias",
                        "features.23.weight",
                        "features.23.bias",
                        "features.25.weight",
                        "features.25.bias");
        assertThat(nin.fingerprint())
                .as("what a head's layers are called is not computed")
                .isEqualTo(new Network("nin", nin.input(), nin.nodes(), List.of(Head.main("flatten"))).fingerprint());
        assertThatThrownBy(() -> new Network(
                        "nin",
                        nin.input(),
                        nin.nodes(),
                        List.of(Head.main("flatten").withLayers(List.of("features.22")))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("head main names features.22 a layer of its own");
    }

    @ParameterizedTest
    @MethodSource("names")
    void otherChannelsChangeTheLayersThatReadTheInputAlone(String name) {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        Image image = (Image) network.input();
        int channels = image.channels() == 1 ? 3 : 1;
        Network other = Surgery.replaceInput(network, channels);
        assertThat(other.input()).isEqualTo(new Image(channels, image.height(), image.width()));
        assertThat(differences(network, other))
                .isEqualTo(Surgery.inputTensors(network))
                .isNotEmpty();
    }

    @Test
    void meansAreTakenOverTheOldChannels() {
        float[] filters = {1, 2, 3, 4, 10, 20, 30, 40};
        assertThat(Surgery.meanOverChannels(filters, List.of(2, 2, 1, 2), 1)).containsExactly(2, 3, 20, 30);
        assertThat(Surgery.meanOverChannels(filters, List.of(2, 2, 1, 2), 3))
                .containsExactly(2, 3, 2, 3, 2, 3, 20, 30, 20, 30, 20, 30);
        assertThat(Surgery.meanOverChannels(filters, List.of(1, 4, 2, 1), 1)).containsExactly(11, 16.5f);
    }

    @Test
    void whatCannotBeCutIsRefused() {
        Network network = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());
        assertThatThrownBy(() -> Surgery.replaceHead(network, 0))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("classes = 0");
        assertThatThrownBy(() -> Surgery.replaceInput(network, 0)).isInstanceOf(BadInputException.class);
        Network normed = new Network(
                "normed",
                new Image(3, 4, 4),
                List.of(
                        new Node("flatten", new Flatten(), List.of(Network.INPUT)),
                        new Node("fc", new Dense(4, true), List.of("flatten")),
                        new Node("bn", new BatchNorm(1e-5, 0.1), List.of("fc"))),
                List.of(Head.main("bn")));
        assertThatThrownBy(() -> Surgery.replaceHead(normed, 3))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("bn stands between the logits and the last layer");
        Network vectors = new Network(
                "vectors",
                new Shape.Vector(3),
                List.of(new Node("fc", new Dense(4, true), List.of(Network.INPUT))),
                List.of(Head.main("fc")));
        assertThatThrownBy(() -> Surgery.replaceInput(vectors, 3))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("has no channels to change");
        assertThat(Surgery.inputTensors(vectors)).isEmpty();
    }

    @Test
    void patternsNameTensorsModulesOrWildcards() {
        Network network = Catalogue.build("resnet18", NetworkArguments.defaults());
        List<String> all = network.parameters().stream().map(Tensor::name).toList();
        assertThat(Surgery.matching(network, "*", "freeze")).containsExactlyElementsOf(all);
        assertThat(Surgery.matching(network, "fc", "freeze")).containsExactly("fc.weight", "fc.bias");
        assertThat(Surgery.matching(network, "fc.bias", "freeze")).containsExactly("fc.bias");
        assertThat(Surgery.matching(network, "*.bias", "freeze"))
                .containsExactlyElementsOf(
                        all.stream().filter(name -> name.endsWith(".bias")).toList());
        assertThat(Surgery.matching(network, "layer1", "freeze"))
                .containsExactlyElementsOf(
                        all.stream().filter(name -> name.startsWith("layer1.")).toList());
        assertThat(Surgery.matching(network, "layer?.0.bn1", "freeze")).hasSize(8);
        List<String> nothing =
                new ArrayList<>(List.of("layer", "layer11", "fc.", "layer1.0.bn1.running_mean", "", "f.c"));
        nothing.add("[a-z]+");
        for (String pattern : nothing) {
            assertThatThrownBy(() -> Surgery.matching(network, pattern, "fine-tuning.freeze.0"))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage(
                            "fine-tuning.freeze.0 = '" + pattern + "' names no tensor of resnet18; its tensors begin"
                                    + " with conv1, bn1, layer1, layer2, layer3, layer4, fc");
        }
    }
}

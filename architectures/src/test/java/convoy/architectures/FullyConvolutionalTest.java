package convoy.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.surgery.FullyConvolutional;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FullyConvolutionalTest {
    static List<String> names() {
        return Catalogue.all().stream().map(Entry::name).toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyNetworkHasTheSameFlatVectorAndTakesLargerImages(String name) {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        Network converted = FullyConvolutional.of(network);
        assertThat(converted.nodes()).noneMatch(node -> node.operation() instanceof Dense);
        assertThat(converted.parameters()).extracting(Tensor::name).isEqualTo(names(network.parameters()));
        assertThat(converted.parameters()).extracting(Tensor::size).isEqualTo(sizes(network.parameters()));
        assertThat(converted.statistics()).isEqualTo(network.statistics());
        assertThat(converted.multiplyAdds()).isEqualTo(network.multiplyAdds());
        Image image = (Image) network.input();
        Network larger = converted.withInput(new Image(image.channels(), image.height() + 64, image.width() + 96));
        assertThat(larger.classes()).isEqualTo(network.classes());
        assertThat(larger.tensors()).isEqualTo(converted.tensors());
    }

    private static List<String> names(List<Tensor> tensors) {
        return tensors.stream().map(Tensor::name).toList();
    }

    private static List<Integer> sizes(List<Tensor> tensors) {
        return tensors.stream().map(Tensor::size).toList();
    }

    @Test
    void theFirstDenseLayerBecomesAsLargeAsWhatItRead() {
        Network vgg = FullyConvolutional.of(Catalogue.build("vgg16", NetworkArguments.defaults()));
        assertThat(vgg.nodes())
                .contains(
                        new Node("classifier.0", Convolution.window(4096, 7, 7), List.of("features.30")),
                        new Node("classifier.6", Convolution.window(1000, 1, 1), List.of("classifier.5")));
        // Two more places in each direction, as 64 pixels are halved five times.
        assertThat(vgg.withInput(new Image(3, 288, 288)).shapes().get("classifier.6"))
                .hasToString("1000x3x3");
    }

    @Test
    void refusesVectorsThatOtherThingsRead() {
        Network network = new Network(
                "joined",
                new Image(2, 4, 4),
                List.of(
                        new Node("flat", new Flatten(), List.of(Network.INPUT)),
                        new Node("fc", new Dense(3, true), List.of("flat")),
                        new Node("both", new Concat(), List.of("fc", "flat")),
                        new Node("logits", new Dense(2, true), List.of("both"))),
                List.of(Head.main("logits")));
        assertThatThrownBy(() -> FullyConvolutional.of(network))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "network joined: node both, concat, reads a vector, which cannot become an image; only dense"
                                + " layers, activations, dropout and batch norm can");
    }
}

package convoy.architectures.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.LayerTable;
import convoy.architectures.graph.LayerTable.Row;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class InspectionTest {
    private static final Footprint.Use IMAGE = new Footprint.Use(1, 4, 1);

    static List<String> names() {
        return Catalogue.all().stream().map(Entry::name).toList();
    }

    @Test
    void readsAsATable() {
        Network network = Catalogue.build("lenet5", NetworkArguments.defaults());
        assertThat(Inspection.of(network, IMAGE).text()).isEqualTo("""
                        name     operation             output    parameters  multiply-adds  activations   sees  stride  first at  outside
                        -----------------------------------------------------------------------------------------------------------------
                        input                          1x28x28
                        conv1    conv 5x5, 6           6x28x28          156        117,600      18.8 kB    5x5       1         0      8 %
                        tanh1    tanh                  6x28x28                                  18.8 kB    5x5       1         0      8 %
                        pool1    average pool 2x2, /2  6x14x14                                   4.7 kB    6x6       2       0.5      9 %
                        conv2    conv 5x5, 16          16x10x10       2,416        240,000       6.4 kB  14x14       2       4.5      6 %
                        tanh2    tanh                  16x10x10                                  6.4 kB  14x14       2       4.5      6 %
                        pool2    average pool 2x2, /2  16x5x5                                    1.6 kB  16x16       4       5.5     10 %
                        flatten  flatten               400                                       1.6 kB  32x32                       23 %
                        fc1      dense 120             120           48,120         48,000        480 B  32x32                       23 %
                        tanh3    tanh                  120                                        480 B  32x32                       23 %
                        fc2      dense 84              84            10,164         10,080        336 B  32x32                       23 %
                        tanh4    tanh                  84                                         336 B  32x32                       23 %
                        fc3      dense 10              10               850            840         40 B  32x32                       23 %
                        -----------------------------------------------------------------------------------------------------------------
                        total    12 nodes                            61,706        416,520

                        At least, for 1 image of 4 bytes a number:
                        inference  284 kB: parameters and statistics 247 kB, activations 37.6 kB
                        training   593 kB: parameters and statistics 247 kB, their gradients 247 kB, activations 61.5 kB, gradients of these 37.6 kB
                        servers    state of the optimizer 247 kB
                        """);
    }

    @Test
    void tellsTheTotalsWithAndWithoutAuxiliaryHeads() {
        String text = Inspection.of(Catalogue.build("googlenet", NetworkArguments.defaults()), IMAGE)
                .text();
        assertThat(text.lines().toList()).hasSize(2 + 1 + 215 + 3 + 5);
        assertThat(text).containsPattern("total +215 nodes +13,004,888 +1,506,748,416\n");
        assertThat(text).containsPattern("inference +without auxiliary heads +6,624,904 +1,498,376,192\n\n");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).isEqualTo(line.stripTrailing()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void addsUp(String name) {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        List<Row> rows = LayerTable.of(network).rows();
        assertThat(rows.stream().mapToInt(Row::parameters).sum()).isEqualTo(network.parameterCount());
        assertThat(rows.stream().mapToLong(Row::multiplyAdds).sum()).isEqualTo(network.multiplyAdds());
        assertThat(rows).allSatisfy(row -> assertThat(network.shapes()).containsEntry(row.name(), row.output()));
        assertThat(rows).hasSameSizeAs(network.nodes());
    }

    @Test
    void isPlainDataForPrograms() {
        Network network = Catalogue.build("googlenet", NetworkArguments.defaults());
        Map<String, Object> data = Inspection.of(network, IMAGE).data();
        assertThat(data)
                .containsEntry("name", "googlenet")
                .containsEntry("input", List.of(3, 224, 224))
                .containsEntry("classes", 1000)
                .containsEntry("parameters", 13_004_888)
                .containsEntry("parameters-without-auxiliary", 6_624_904)
                .containsEntry("multiply-adds-without-auxiliary", 1_498_376_192L);
        assertThat((List<?>) data.get("heads"))
                .element(1)
                .isEqualTo(Map.of("name", "aux1", "output", "aux1.fc2", "weight", 0.3, "auxiliary", true));
        assertThat((List<?>) data.get("layers"))
                .first()
                .hasToString("{name=conv1.conv, operation=conv 7x7, 64, /2, inputs=[input], output=[64, 112, 112],"
                        + " parameters=9408, multiply-adds=118013952, activation-bytes=3211264, parameter-bytes=37632,"
                        + " receptive-field=[7, 7], outside=" + (1 - Math.pow((109 + 15 / 7.0) / 112, 2))
                        + ", stride=[2, 2], one-stride=true, first-centre=[0.0, 0.0]}");
        assertPlain(data);
    }

    private static void assertPlain(Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> {
                assertThat(key).isInstanceOf(String.class);
                assertPlain(inner);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(InspectionTest::assertPlain);
        } else {
            assertThat(value).isInstanceOfAny(String.class, Number.class, Boolean.class);
        }
    }

    /** By hand: a picture of 8 numbers, two branches of 16 and 16, their sum, its mean, three logits. */
    @Test
    void countsBytes() {
        Network network = new Network(
                "small",
                new Image(2, 2, 2),
                List.of(
                        new Node("a", Convolution.square(4, 3, 1, 1).withoutBias(), List.of(Network.INPUT)),
                        new Node("b", Convolution.square(4, 1, 1, 0).withoutBias(), List.of(Network.INPUT)),
                        new Node("sum", new Add(), List.of("a", "b")),
                        new Node("drop", new Dropout(0.5), List.of("sum")),
                        new Node("mean", AdaptiveAveragePool.global(), List.of("drop")),
                        new Node("vector", new Flatten(), List.of("mean")),
                        new Node("fc", new Dense(3, true), List.of("vector"))),
                List.of(Head.main("fc")));
        long parameters = 72 + 8 + 15;
        Footprint footprint =
                Inspection.of(network, new Footprint.Use(10, 2, 2)).footprint();
        assertThat(footprint.values()).isEqualTo(4 * parameters);
        assertThat(footprint.copies()).isEqualTo(2 * parameters);
        // The most at a time: both branches and their sum, when the picture is no longer wanted.
        assertThat(footprint.inference()).isEqualTo(10 * 2 * (16 + 16 + 16));
        assertThat(footprint.kept()).isEqualTo(10 * 2 * (8 + 16 + 16 + 16 + 16 + 4 + 3));
        assertThat(footprint.passing()).isEqualTo(10 * 2 * (16 + 16 + 16));
        assertThat(footprint.gradients()).isEqualTo(4 * parameters);
        assertThat(footprint.optimizer()).isEqualTo(2 * 4 * parameters);
        assertThat(footprint.training())
                .isEqualTo(footprint.values()
                        + footprint.copies()
                        + footprint.kept()
                        + footprint.passing()
                        + footprint.gradients());
    }
}

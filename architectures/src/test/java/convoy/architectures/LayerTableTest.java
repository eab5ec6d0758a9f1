package convoy.architectures;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.LayerTable;
import convoy.architectures.graph.LayerTable.Row;
import convoy.architectures.graph.Network;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class LayerTableTest {
    static List<String> names() {
        return Catalogue.all().stream().map(Entry::name).toList();
    }

    @Test
    void readsAsATable() {
        Network network = Catalogue.build("lenet5", NetworkArguments.defaults());
        assertThat(LayerTable.of(network).text()).isEqualTo("""
                        name     operation             output    parameters  multiply-adds
                        ------------------------------------------------------------------
                        input                          1x28x28
                        conv1    conv 5x5, 6           6x28x28          156        117,600
                        tanh1    tanh                  6x28x28
                        pool1    average pool 2x2, /2  6x14x14
                        conv2    conv 5x5, 16          16x10x10       2,416        240,000
                        tanh2    tanh                  16x10x10
                        pool2    average pool 2x2, /2  16x5x5
                        flatten  flatten               400
                        fc1      dense 120             120           48,120         48,000
                        tanh3    tanh                  120
                        fc2      dense 84              84            10,164         10,080
                        tanh4    tanh                  84
                        fc3      dense 10              10               850            840
                        ------------------------------------------------------------------
                        total    12 nodes                            61,706        416,520
                        """);
    }

    @Test
    void tellsTheTotalsWithAndWithoutAuxiliaryHeads() {
        String text = LayerTable.of(Catalogue.build("googlenet", NetworkArguments.defaults()))
                .text();
        assertThat(text.lines().toList()).hasSize(2 + 1 + 215 + 3);
        assertThat(text).containsPattern("total +215 nodes +13,004,888 +1,506,748,416\n");
        assertThat(text).containsPattern("inference +without auxiliary heads +6,624,904 +1,498,376,192\n$");
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
        Map<String, Object> data = LayerTable.of(network).data();
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
                .isEqualTo(Map.of(
                        "name",
                        "conv1.conv",
                        "operation",
                        "conv 7x7, 64, /2",
                        "inputs",
                        List.of("input"),
                        "output",
                        List.of(64, 112, 112),
                        "parameters",
                        9408,
                        "multiply-adds",
                        118_013_952L));
        assertPlain(data);
    }

    private static void assertPlain(Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> {
                assertThat(key).isInstanceOf(String.class);
                assertPlain(inner);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(LayerTableTest::assertPlain);
        } else {
            assertThat(value).isInstanceOfAny(String.class, Number.class, Boolean.class);
        }
    }
}

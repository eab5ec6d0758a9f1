package convoy.driver.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.tensor.Shape.Image;
import convoy.driver.metrics.MetricsLine.LayerKind;
import convoy.driver.metrics.MetricsLine.LayerNorm;
import convoy.parameterserver.range.Squares;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LayerNormsTest {
    private static final Network NETWORK = new Network(
            "small",
            new Image(1, 2, 2),
            List.of(
                    new Node("conv", Convolution.square(1, 1, 1, 0), List.of(Network.INPUT)),
                    new Node("bn", BatchNorm.standard(), List.of("conv")),
                    new Node("vector", new Flatten(), List.of("bn")),
                    new Node("fc", new Dense(2, false), List.of("vector"))),
            List.of(Head.main("fc")));

    @Test
    void addsUpTheTensorsOfALayer() {
        assertThat(LayerNorms.of(
                        NETWORK,
                        Map.of(
                                "fc.weight", new Squares(4, Double.NaN),
                                "conv.bias", new Squares(7, 0.16),
                                "conv.weight", new Squares(9, 0.09),
                                "bn.weight", new Squares(0, 1))))
                .containsExactly(
                        new LayerNorm("conv", LayerKind.CONVOLUTION, Optional.of(4.0), Optional.of(0.5)),
                        new LayerNorm("bn", LayerKind.OTHER, Optional.of(0.0), Optional.of(1.0)),
                        new LayerNorm("fc", LayerKind.DENSE, Optional.of(2.0), Optional.empty()));
    }

    @Test
    void aFrozenLayerHasNone() {
        assertThat(LayerNorms.of(NETWORK, Map.of("fc.weight", new Squares(4, 1))))
                .extracting(LayerNorm::layer)
                .containsExactly("fc");
    }
}

package convoy.architectures.families.residual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.records.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DenseNetTest {
    /** Table 2 of the paper, in millions. */
    @ParameterizedTest
    @CsvSource({
        "40, 12, false, 1.0",
        "100, 12, false, 7.0",
        "100, 24, false, 27.2",
        "100, 12, true, 0.8",
        "250, 24, true, 15.3",
        "190, 40, true, 25.6"
    })
    void denseNetsForCifarHaveAnyDepthAndGrowth(int depth, int growth, boolean bottlenecks, double millions) {
        Network network = DenseNet.cifar("densenet", depth, growth, bottlenecks).build(NetworkArguments.defaults());
        assertThat(network.parameterCount() / 1e6).isCloseTo(millions, within(0.05));
        assertThat(network.shapes().get("relu")).asString().endsWith("x8x8");
    }

    @Test
    void denseNetsRefuseDepthsThatCannotBe() {
        assertThatThrownBy(() -> DenseNet.cifar("densenet", 41, 12, true))
                .isInstanceOf(BadInputException.class)
                .hasMessage("depth = 41, must be 4 more than a multiple of 6 with bottlenecks; the nearest is 40");
        assertThatThrownBy(() -> DenseNet.cifar("densenet", 40, 0, true))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("growth = 0, must be at least 1");
    }
}

package convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkLayoutTest {

    @ParameterizedTest
    @ValueSource(strings = {"resnet20_cifar", "googlenet", "vgg11_bn", "mnist_cnn"})
    void parametersComeFirstThenStatisticsWithoutGaps(String name) {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        ParameterLayout layout = NetworkLayout.of(network);
        assertThat(layout.parameterCount()).isEqualTo(network.parameterCount());
        assertThat(layout.size()).isEqualTo(network.initialize(1).length);
        int end = 0;
        for (Segment segment : layout.segments()) {
            assertThat(segment.begin()).isEqualTo(end);
            end = segment.range().end();
            assertThat(segment.role() == Segment.Role.STATISTIC).isEqualTo(segment.begin() >= network.parameterCount());
        }
    }

    @Test
    void rolesAndMomentaAreTheTensors() {
        ParameterLayout layout = NetworkLayout.of(Catalogue.build("mnist_cnn", NetworkArguments.defaults()));
        assertThat(layout.segment("conv1.weight").role()).isEqualTo(Segment.Role.WEIGHT);
        assertThat(layout.segment("conv1.weight").shape()).isEqualTo(List.of(32, 1, 3, 3));
        assertThat(layout.segment("fc1.bias").role()).isEqualTo(Segment.Role.BIAS);
        assertThat(layout.segment("bn1.weight").role()).isEqualTo(Segment.Role.NORM);
        assertThat(layout.segment("bn1.bias").role()).isEqualTo(Segment.Role.NORM);
        assertThat(layout.segment("bn1.bias").momentum()).isZero();
        assertThat(layout.segment("bn3.running_mean").role()).isEqualTo(Segment.Role.STATISTIC);
        assertThat(layout.segment("bn3.running_var").momentum()).isEqualTo(0.1);
    }
}

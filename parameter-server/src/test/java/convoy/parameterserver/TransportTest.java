package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.transport.Security;
import convoy.parameterserver.update.Optimizer;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training over real connections. */
final class TransportTest {
    @ParameterizedTest
    @EnumSource(Security.class)
    void trainsTheSameUnderEverySecurity(Security security) {
        Training training = Training.of(4, Training.rule(new Optimizer.Nesterov(0.9), Optional.empty()));
        float[] reference;
        try (Cluster cluster = new Cluster(1)) {
            reference =
                    training.run(cluster.open(training, 1, 0, new ValueSource.Initial(training.initial())), 0, 3, 1);
        }
        try (Cluster cluster = new Cluster(2, security, Cluster.SILENCE)) {
            float[] values =
                    training.run(cluster.open(training, 1, 0, new ValueSource.Initial(training.initial())), 0, 3, 2);
            assertThat(values).isEqualTo(reference).isNotEqualTo(training.initial());
        }
    }
}

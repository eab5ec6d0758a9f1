package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.range.Squares;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.transport.ServerException;
import convoy.parameterserver.update.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** What servers measure of gradients and updates, tensor by tensor. */
final class MeasuredStepsTest {
    private static final int STEPS = 4;
    private static final int EVERY = 2;

    private static Map<String, Squares> squares(Cluster cluster, Training training, long version) {
        List<double[]> measured = new ArrayList<>();
        for (int server = 0; server < cluster.addresses.size(); server++) {
            measured.add(Cluster.get(
                    cluster.clients.squares(cluster.addresses.get(server), Cluster.RUN, 1, server, version)));
        }
        return Squares.of(training.layout(), measured);
    }

    /** By the plainest loops: means over the examples of all micro-batches, and differences of two versions. */
    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(booleans = {false, true})
    void areThoseOfAPlainCalculationAndTheSameOnAnyServers(boolean clips) {
        Training training =
                Training.of(5, Training.rule(new Optimizer.Momentum(0.9), clips ? Optional.of(0.5) : Optional.empty()));
        ValueSource.Initial start = new ValueSource.Initial(training.initial());
        List<Map<String, Squares>> seen = new ArrayList<>();
        float[] before = new float[0];
        float[] after = new float[0];
        for (int servers = 1; servers <= 3; servers++) {
            try (Cluster cluster = new Cluster(servers, EVERY)) {
                ParameterClient client = cluster.open(training, 1, 0, start);
                before = training.run(client, 0, STEPS - 1, servers);
                after = training.run(client, STEPS - 1, STEPS, servers);
                seen.add(squares(cluster, training, STEPS));
                assertThat(squares(cluster, training, EVERY)).isNotEqualTo(seen.get(0));
            }
        }
        assertThat(seen.get(1)).isEqualTo(seen.get(0));
        assertThat(seen.get(2)).isEqualTo(seen.get(0));
        try (Cluster cluster = new Cluster(2)) {
            assertThat(training.run(cluster.open(training, 1, 0, start), 0, STEPS, 1))
                    .as("nothing is another number when it is measured")
                    .isEqualTo(after);
        }
        double[] sums = new double[before.length];
        int examples = 0;
        for (int leaf = 0; leaf < training.leaves(); leaf++) {
            float[] gradient = training.gradient(STEPS - 1, leaf, before);
            examples += training.examples(leaf);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += gradient[i];
            }
        }
        int trained = 0;
        for (Segment segment : training.layout().segments()) {
            if (segment.role() == Segment.Role.STATISTIC) {
                assertThat(seen.get(0)).doesNotContainKey(segment.name());
                continue;
            }
            trained++;
            double gradient = 0;
            double update = 0;
            for (int i = segment.begin(); i < segment.range().end(); i++) {
                gradient += Math.pow(sums[i] / examples, 2);
                update += Math.pow((double) after[i] - before[i], 2);
            }
            Squares squares = Objects.requireNonNull(seen.get(0).get(segment.name()));
            assertThat(squares.gradientNorm())
                    .as("gradient of %s", segment.name())
                    .isCloseTo(Math.sqrt(gradient), within(1e-5 * Math.sqrt(gradient)));
            assertThat(squares.updateNorm())
                    .as("update of %s", segment.name())
                    .isCloseTo(Math.sqrt(update), within(1e-9 * Math.sqrt(update)));
        }
        assertThat(seen.get(0)).hasSize(trained);
    }

    @Test
    void aStepThatIsNotMeasuredIsRefused() {
        Training training = Training.of(1, Training.rule(new Optimizer.Sgd(), Optional.empty()));
        try (Cluster cluster = new Cluster(1, EVERY)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            training.run(client, 0, 3, 1);
            for (long version : new long[] {0, 3}) {
                assertThatThrownBy(() -> squares(cluster, training, version))
                        .isInstanceOf(ServerException.class)
                        .hasMessageContaining("the step before version " + version + " of ")
                        .hasMessageContaining(
                                "is not measured: it is where the version can be divided by 2 and comes after 0");
            }
        }
    }

    @Test
    void tooManyOrTooFewSumsAreRefused() {
        Training training = Training.of(1, Training.rule(new Optimizer.Sgd(), Optional.empty()));
        assertThatThrownBy(() -> Squares.of(training.layout(), List.of(new double[2])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("servers have measured 2 sums of squares, the layout has ");
        assertThatThrownBy(() -> Squares.of(training.layout(), List.of(new double[3])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("servers have measured 3 sums of squares, which come in pairs");
    }
}

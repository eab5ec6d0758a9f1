package convoy.architectures.families.wired;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.families.wired.RandomGraph.BarabasiAlbert;
import convoy.architectures.families.wired.RandomGraph.ErdosRenyi;
import convoy.architectures.families.wired.RandomGraph.Generator;
import convoy.architectures.families.wired.RandomGraph.WattsStrogatz;
import convoy.architectures.random.RandomStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RandomGraphTest {
    private static final int NODES = 32;

    static Stream<Generator> generators() {
        return Stream.of(new WattsStrogatz(4, 0.75), new ErdosRenyi(0.2), new BarabasiAlbert(5));
    }

    private static RandomGraph graph(Generator generator, long seed) {
        return RandomGraph.of(NODES, generator, RandomStream.of(seed, "graph"));
    }

    private static int edges(RandomGraph graph) {
        return graph.sources().stream().mapToInt(List::size).sum();
    }

    @ParameterizedTest
    @MethodSource("generators")
    void edgesRiseAndEveryNodeIsOnAWayFromInToOut(Generator generator) {
        for (long seed = 0; seed < 50; seed++) {
            RandomGraph graph = graph(generator, seed);
            assertThat(graph.sources()).hasSize(NODES);
            for (int node = 0; node < NODES; node++) {
                int higher = node;
                assertThat(graph.sources().get(node))
                        .isSorted()
                        .doesNotHaveDuplicates()
                        .allMatch(lower -> lower >= 0 && lower < higher);
            }
            assertThat(graph.sources().get(0)).isEmpty();
            assertThat(graph.ends()).isNotEmpty().contains(NODES - 1);
            assertThat(graph).isEqualTo(graph(generator, seed)).isNotEqualTo(graph(generator, seed + 1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void numbersOfEdgesAreThoseOfTheModels(long seed) {
        assertThat(edges(graph(new WattsStrogatz(4, 0.75), seed))).isEqualTo(NODES * 2);
        assertThat(edges(graph(new BarabasiAlbert(5), seed))).isEqualTo((NODES - 5) * 5);
        // 496 pairs, 99 expected edges with a deviation of 9.
        assertThat(edges(graph(new ErdosRenyi(0.2), seed))).isBetween(60, 140);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void nothingIsRewiredWithProbabilityZero(long seed) {
        RandomGraph ring = graph(new WattsStrogatz(4, 0), seed);
        assertThat(ring.sources().get(10)).containsExactly(8, 9);
        assertThat(ring.sources().get(NODES - 1)).containsExactly(0, 1, NODES - 3, NODES - 2);
    }
}

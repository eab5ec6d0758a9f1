package convoy.worker.engine.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.file.NetworkFile;
import convoy.architectures.file.WrittenNetwork;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.samples.NarrowCopy;
import convoy.worker.engine.samples.SampleNetworks;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every network of the catalogue holds, for networks that a jar brings: a test class that extends this one and says which they are
 * has all of it tested.
 */
public abstract class NetworkRules {
    private static final MicroBatchKey KEY = new MicroBatchKey(3, 5, 1);
    private static final int EXAMPLES = 3;
    /** That are left of them where the channels, and with them the classes, are divided. */
    private static final int CLASSES = 8;

    /** How many times what rounding alone does an engine may be off, as it sums in another order. */
    private static final double ROUNDINGS = 4;

    /**
     * What a network costs, as somebody has written it down beforehand.
     *
     * @param parameters trained scalars, without auxiliary heads
     * @param multiplyAdds for one image, without auxiliary heads
     */
    public record Cost(int parameters, long multiplyAdds) {}

    /** {@return the networks} */
    protected abstract List<Entry> networks();

    /** {@return what each of them costs, by its name} */
    protected abstract Map<String, Cost> costs();

    /**
     * {@return the side of the images at which gradients are compared: small, as every product is done one by one}
     *
     * @param entry one of the networks
     */
    protected int side(Entry entry) {
        return Math.min(entry.input().height(), 32);
    }

    /**
     * {@return by what the channels are divided where gradients are compared}
     *
     * @param entry one of the networks
     */
    protected int divisor(Entry entry) {
        return 8;
    }

    private interface Rule {
        void holds(Entry entry) throws Exception;
    }

    private Stream<DynamicTest> each(Rule rule) {
        return networks().stream().map(entry -> DynamicTest.dynamicTest(entry.name(), () -> rule.holds(entry)));
    }

    @Test
    void namesAreUnique() {
        assertThat(networks()).isNotEmpty().extracting(Entry::name).doesNotHaveDuplicates();
        assertThat(networks()).extracting(Entry::name).noneMatch(Catalogue::has);
        assertThat(costs().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        networks().stream().map(Entry::name).toList());
    }

    @TestFactory
    Stream<DynamicTest> costsAreAsWritten() {
        return each(entry -> {
            Network network = entry.build(NetworkArguments.defaults()).inference();
            assertThat(new Cost(network.parameterCount(), network.multiplyAdds()))
                    .isEqualTo(costs().get(entry.name()));
        });
    }

    @TestFactory
    Stream<DynamicTest> classesAndInputAreAsAsked() {
        return each(entry -> {
            Image larger = new Image(
                    entry.input().channels(),
                    entry.input().height() + 32,
                    entry.input().width() + 32);
            Network network =
                    entry.build(NetworkArguments.defaults().withClasses(7).withInput(larger));
            assertThat(network.classes()).isEqualTo(7);
            assertThat(network.input()).isEqualTo(larger);
            assertThat(entry.build(NetworkArguments.defaults())).isEqualTo(entry.build(NetworkArguments.defaults()));
        });
    }

    @TestFactory
    Stream<DynamicTest> comesBackFromAFile() {
        return each(entry -> {
            Network network = entry.build(NetworkArguments.defaults());
            String text = WrittenNetwork.of(network, Optional.of(entry.paper()));
            assertThat(NetworkFile.read(entry.name(), text, new TreeMap<>())
                            .build(NetworkArguments.defaults())
                            .fingerprint())
                    .isEqualTo(network.fingerprint());
        });
    }

    /** Against plain loops in double precision, by the engine that is always there. */
    @TestFactory
    Stream<DynamicTest> gradientsAreTheExactOnes() {
        return each(entry -> {
            Network network = NarrowCopy.of(
                    entry.build(NetworkArguments.defaults()
                            .withInput(new Image(entry.input().channels(), side(entry), side(entry)))
                            .withClasses(CLASSES * divisor(entry))
                            .withoutDropout()),
                    divisor(entry));
            Batch batch = SampleNetworks.batch(network, EXAMPLES, 2);
            float[] flat = SampleNetworks.weights(network, 1);
            Results exact = Results.of(network, flat, batch);
            Rounding rounding = Rounding.ofWeights(exact, network, flat, batch);
            float[] gradient = new float[flat.length];
            int parameters = network.parameterCount();
            EngineOptions options = EngineOptions.cpu();
            try (Engine engine = Engines.find("nd4j", options.device()).compile(network, options)) {
                engine.setParameters(flat);
                requireNear("logits", engine.predict(batch), exact.logits(), rounding.ofLogits());
                engine.gradient(batch, KEY, gradient);
            }
            requireNear(
                    "gradient",
                    Arrays.copyOf(gradient, parameters),
                    Arrays.copyOf(exact.gradient(), parameters),
                    rounding.ofGradient(0, parameters));
        });
    }

    private static void requireNear(String what, float[] actual, double[] exact, double rounding) {
        double squares = 0;
        for (int i = 0; i < exact.length; i++) {
            squares += (actual[i] - exact[i]) * (actual[i] - exact[i]);
        }
        double norm = Results.norm(exact, 0, exact.length);
        assertThat(norm).as("length of the %s", what).isPositive();
        assertThat(Math.sqrt(squares) / norm)
                .as("distance of the %s", what)
                .isLessThan(Math.max(1e-3, ROUNDINGS * rounding / norm));
    }
}

package convoy.worker.engine.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.random.RandomStream;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.Precision;
import convoy.worker.engine.libtorch.device.ResidentMemory;
import convoy.worker.engine.samples.NarrowCopy;
import convoy.worker.engine.samples.SampleNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Half types beside single precision. */
class PrecisionTest {
    private static final MicroBatchKey KEY = new MicroBatchKey(7, 0, 0);

    private static Engine engine(Network network, Precision precision) {
        return new LibtorchEngineProvider().compile(network, EngineOptions.cpu().in(precision));
    }

    private static float[] gradient(Network network, Precision precision, float[] flat, Batch batch) {
        float[] gradient = new float[flat.length];
        try (Engine engine = engine(network, precision)) {
            engine.setParameters(flat);
            engine.gradient(batch, KEY, gradient);
            float[] again = new float[flat.length];
            engine.gradient(batch, KEY, again);
            assertThat(again).as("the same bits twice").isEqualTo(gradient);
        }
        return gradient;
    }

    private static Network small(String name, int divisor, int side) {
        Network network = Catalogue.build(
                name,
                NetworkArguments.defaults().withInput(new Image(3, side, side)).withClasses(10));
        return divisor == 1 ? network : NarrowCopy.of(network, divisor);
    }

    static List<Network> networks() {
        List<Network> networks = new ArrayList<>(SampleNetworks.all());
        networks.add(SampleNetworks.evolvedNorms());
        networks.add(SampleNetworks.dropout());
        networks.add(SampleNetworks.dilatedPoints());
        networks.add(SampleNetworks.stridedColumn(4, 3, 2, 0));
        return networks;
    }

    /** Through every kernel. */
    @ParameterizedTest
    @MethodSource("networks")
    void gradientsAreThoseOfSinglePrecisionButForTheLastBits(Network network) {
        requireNear(network, SampleNetworks.weights(network, 1), 8, Precision.BF16);
        requireNear(network, SampleNetworks.weights(network, 1), 8, Precision.FP16);
    }

    @ParameterizedTest
    @CsvSource({
        "resnet20_cifar, 1, 32",
        "all_cnn_c, 8, 32",
        "googlenet, 8, 64",
        "mobilenet_v2, 4, 64",
        "efficientnet_b0, 4, 64",
        "resnet50_evonorm_s0, 16, 64",
        "vgg11_lrn, 32, 32"
    })
    void ofNarrowCopiesOfNetworksToo(String name, int divisor, int side) {
        Network network = small(name, divisor, side);
        requireNear(network, network.initialize(1), 8, Precision.BF16);
    }

    /**
     * As near as single precision is to itself where weights and images are half a unit in the half type's last place off; and the sign
     * of a ReLU here and there.
     */
    private static void requireNear(Network network, float[] flat, int examples, Precision half) {
        Batch batch = SampleNetworks.batch(network, examples, 2);
        float[] single = gradient(network, Precision.FP32, flat, batch);
        Batch moved = new Batch(examples, moved(batch.images(), half), batch.labels());
        double limit = 4 * distance(gradient(network, Precision.FP32, moved(flat, half), moved), single)
                + Math.pow(2, 4 - half.fractionBits());
        double distance = distance(gradient(network, half, flat, batch), single);
        System.out.printf(Locale.ROOT, "%s in %s: %.4f, limit %.4f%n", network.name(), half, distance, limit);
        // Gradients of which no bit is right are 1.4 apart.
        assertThat(distance).isBetween(1e-5, Math.min(1.2, limit));
    }

    private static float[] moved(float[] values, Precision half) {
        RandomStream random = RandomStream.of(1, "rounding");
        double by = Math.pow(2, -half.fractionBits() - 1);
        float[] moved = new float[values.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) (values[i] * (random.nextFloat() < 0.5f ? 1 + by : 1 - by));
        }
        return moved;
    }

    /** The norm of the difference by that of the second; statistics and gradients together. */
    private static double distance(float[] actual, float[] expected) {
        double difference = 0;
        double squares = 0;
        for (int i = 0; i < actual.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            squares += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / squares);
    }

    @Test
    void aFewStepsLowerTheLossAsInSinglePrecision() {
        Network network = SampleNetworks.norms();
        Batch batch = SampleNetworks.batch(network, 8, 2);
        double single = lossAfterSteps(network, batch, Precision.FP32, 30);
        assertThat(single).isLessThan(0.5 * lossAfterSteps(network, batch, Precision.FP32, 1));
        assertThat(lossAfterSteps(network, batch, Precision.BF16, 30)).isCloseTo(single, withinPercentage(10));
        assertThat(lossAfterSteps(network, batch, Precision.FP16, 30)).isCloseTo(single, withinPercentage(2));
    }

    private static double lossAfterSteps(Network network, Batch batch, Precision precision, int steps) {
        float[] flat = network.initialize(1);
        float[] gradient = new float[flat.length];
        double loss = 0;
        try (Engine engine = engine(network, precision)) {
            for (int step = 0; step < steps; step++) {
                engine.setParameters(flat);
                loss = engine.gradient(batch, new MicroBatchKey(1, step, 0), gradient)
                        .lossSum();
                for (int i = 0; i < network.parameterCount(); i++) {
                    flat[i] -= 0.1f * gradient[i] / batch.examples();
                }
            }
        }
        return loss;
    }

    /** The first scales are too large for these images: nothing is told of the gradients that did not fit, and the last one is right. */
    @Test
    void anOverflowIsComputedAgainWithASmallerScale() {
        Network network = SampleNetworks.convolutions();
        float[] flat = network.initialize(1);
        Batch plain = SampleNetworks.batch(network, 4, 2);
        float[] images = plain.images().clone();
        for (int i = 0; i < images.length; i++) {
            images[i] *= 300;
        }
        Batch bright = new Batch(4, images, plain.labels());
        float[] single = gradient(network, Precision.FP32, flat, bright);
        float largest = 0;
        for (float value : single) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest * (65_536 / 4)).as("at the first scale").isGreaterThan(65_504);
        assertThat(distance(gradient(network, Precision.FP16, flat, bright), single))
                .isLessThan(0.05);
        try (Engine engine = engine(network, Precision.FP16)) {
            engine.setParameters(flat);
            GradientResult result = engine.gradient(bright, KEY, new float[flat.length], begin -> {
                throw new AssertionError("told of a part");
            });
            assertThat(result.lossSum())
                    .as("a run would take it for a divergence otherwise")
                    .isFinite();
        }
    }

    /** Whatever the scale is, it does not fit: the caller sees that, and the next micro-batch is none the worse. */
    @Test
    void whatNeverFitsIsHandedOnAsItIs() {
        Network network = SampleNetworks.norms();
        float[] flat = network.initialize(1);
        Batch batch = SampleNetworks.batch(network, 4, 2);
        float[] infinite = flat.clone();
        infinite[0] = 1e6f;
        float[] gradient = new float[flat.length];
        try (Engine engine = engine(network, Precision.FP16)) {
            engine.setParameters(infinite);
            engine.gradient(batch, KEY, gradient);
            assertThat(gradient[0]).isNaN();
            engine.setParameters(flat);
            engine.gradient(batch, KEY, gradient);
        }
        assertThat(gradient).isEqualTo(gradient(network, Precision.FP16, flat, batch));
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "FP16"})
    void theResidentSizeStaysFlat(Precision precision) throws Exception {
        Network network = SampleNetworks.norms();
        float[] flat = SampleNetworks.weights(network, 1);
        float[] gradient = new float[flat.length];
        Batch batch = SampleNetworks.batch(network, 64, 2);
        long before = 0;
        try (Engine engine = engine(network, precision)) {
            for (int step = 0; step < 300; step++) {
                if (step == 50) {
                    before = ResidentMemory.mebibytes();
                }
                engine.setParameters(flat);
                engine.gradient(batch, new MicroBatchKey(1, step, 0), gradient);
                engine.predict(batch);
            }
        }
        // A step's activations are 0.2 MiB.
        assertThat(ResidentMemory.mebibytes() - before).isLessThan(20);
    }

    @Test
    void tf32IsRefusedOnAProcessor() {
        assertThatThrownBy(() -> engine(SampleNetworks.norms(), Precision.TF32))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("precision = tf32 is a GPU's arithmetic");
    }
}

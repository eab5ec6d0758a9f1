package convoy.jobs.benchmark;

import convoy.architectures.Network;
import convoy.architectures.RandomStream;
import convoy.architectures.Tensor;
import convoy.worker.data.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineBenchmark;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.Precision;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether the engine libtorch computes on a device what an engine computes on the processor, and how fast. */
public final class GpuCheck {
    private static final String ENGINE = "libtorch";
    private static final MicroBatchKey KEY = new MicroBatchKey(3, 5, 1);
    /** Algorithms of convolutions differ by as much in single precision; what is wrong is apart by more. */
    private static final double TOLERANCE = 1e-3;

    private final Device device;
    private final EngineProvider engine;
    private final EngineProvider reference;
    private final int threads;

    /**
     * @param device that is checked
     * @param reference engine that computes on the processor
     * @param threads of both there
     * @throws convoy.architectures.BadInputException if libtorch cannot compute on the device, or the other not at all
     */
    public GpuCheck(Device device, String reference, int threads) {
        this.device = device;
        this.engine = Engines.find(ENGINE, device);
        this.reference = Engines.find(reference, Device.CPU);
        this.threads = threads;
    }

    /**
     * One gradient beside the reference's.
     *
     * @param distance norm of the difference by the norm of the reference's
     * @param limit how far rounding to this precision may move it
     * @param repeats whether a second one has the same bits
     */
    public record Agreement(double distance, double limit, boolean repeats) {
        /** Whether it is what it should be. */
        public boolean passed() {
            return repeats && distance <= limit;
        }
    }

    /** Compares a gradient of a network in several precisions, dropout and auxiliary heads included. */
    public Map<Precision, Agreement> compare(Network network, List<Precision> precisions) {
        float[] flat = steady(network, network.initialize(1));
        // Batch norms behind dense layers see the examples alone.
        int examples = network.activations() < 200_000 ? 32 : network.activations() < 2_000_000 ? 4 : 2;
        Batch batch = EngineBenchmark.images(network, examples, 1);
        float[] expected = new float[flat.length];
        Map<Precision, Agreement> agreements = new LinkedHashMap<>();
        try (Engine processor = reference.compile(network, new EngineOptions(Device.CPU, threads, 0.1))) {
            gradient(processor, flat, batch, expected);
            for (Precision precision : precisions) {
                float[] moved = new float[flat.length];
                Batch near = new Batch(examples, moved(batch.images(), precision), batch.labels());
                gradient(processor, moved(flat, precision), near, moved);
                double rounding = GradientDistance.of(network, moved, expected).whole();
                agreements.put(precision, compare(network, precision, flat, batch, expected, rounding));
            }
        }
        return agreements;
    }

    /**
     * Values by which few sums behind norms lie near zero: rounding alone then seldom decides whether a ReLU lets a value through, which
     * deep networks with batch norms magnify a thousandfold.
     */
    private static float[] steady(Network network, float[] initial) {
        float[] steady = initial.clone();
        int begin = 0;
        for (Tensor tensor : network.parameters()) {
            if (tensor.role() == Tensor.Role.NORM_SHIFT) {
                Arrays.fill(steady, begin, begin + tensor.size(), 2);
            }
            begin += tensor.size();
        }
        return steady;
    }

    private Agreement compare(
            Network network, Precision precision, float[] flat, Batch batch, float[] expected, double rounding) {
        float[] actual = new float[flat.length];
        float[] again = new float[flat.length];
        try (Engine checked = engine.compile(network, options(precision, true))) {
            gradient(checked, flat, batch, actual);
            gradient(checked, flat, batch, again);
        }
        return new Agreement(
                GradientDistance.of(network, actual, expected).whole(),
                limit(precision, rounding),
                Arrays.equals(actual, again));
    }

    /**
     * How far apart two engines may be. In half types all between the layers is rounded, not only what goes into them; in single
     * precision an engine may add the moments of batch norms up in it (which was 18 roundings for ResNet-20 on a processor).
     *
     * @param rounding how far one is from itself, what goes into it moved by half a unit in its last place
     */
    private static double limit(Precision precision, double rounding) {
        int roundings = precision == Precision.FP32 ? 32 : 4;
        // The sign of a ReLU here and there.
        double signs = Math.pow(2, 4 - precision.fractionBits());
        // Gradients of which no bit is right are 1.4 apart.
        return Math.min(1.2, Math.max(TOLERANCE, roundings * rounding + signs));
    }

    private EngineOptions options(Precision precision, boolean deterministic) {
        return new EngineOptions(device, threads, precision, deterministic, 0.1, Frozen.NOTHING);
    }

    private static void gradient(Engine engine, float[] flat, Batch batch, float[] gradient) {
        engine.setParameters(flat);
        engine.gradient(batch, KEY, gradient);
    }

    /** Each value half a unit in the last place of this precision away. */
    private static float[] moved(float[] values, Precision precision) {
        RandomStream random = RandomStream.of(1, "rounding");
        float by = (float) Math.pow(2, -precision.fractionBits() - 1);
        float[] moved = new float[values.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) (values[i] * (random.nextFloat() < 0.5f ? 1.0 + by : 1.0 - by));
        }
        return moved;
    }

    /** How many images a second it computes gradients for. */
    public double imagesPerSecond(
            Network network, Precision precision, boolean deterministic, int batch, Duration duration)
            throws InterruptedException {
        return new EngineBenchmark(engine, network, options(precision, deterministic), batch, 1, false, duration)
                .run()
                .imagesPerSecond();
    }
}

package convoy.jobs.benchmark;

import convoy.architectures.graph.Network;
import convoy.architectures.random.RandomStream;
import convoy.architectures.tensor.Tensor;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineBenchmark;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.Precision;
import java.util.Arrays;
import java.util.function.Function;

/** Gradients of one network beside those of a reference, dropout and auxiliary heads included. */
public final class GradientCheck implements AutoCloseable {
    private static final MicroBatchKey KEY = new MicroBatchKey(3, 5, 1);
    /** Algorithms of convolutions differ by as much in single precision; what is wrong is apart by more. */
    private static final double TOLERANCE = 1e-3;

    private final Network network;
    private final Engine reference;
    private final Function<Precision, Engine> checked;
    private final float[] flat;
    private final Batch batch;
    private final float[] expected;

    /**
     * Computes the reference's gradient.
     *
     * @param network whose gradients are compared
     * @param initial what the network's training starts from
     * @param reference computes in single precision; closed with this, or if that fails
     * @param checked compiles the network in a precision
     */
    public GradientCheck(Network network, float[] initial, Engine reference, Function<Precision, Engine> checked) {
        this.network = network;
        this.reference = reference;
        this.checked = checked;
        this.flat = steady(network, initial);
        this.batch = EngineBenchmark.images(network, examples(network), 1);
        this.expected = new float[flat.length];
        try {
            gradient(reference, flat, batch, expected);
        } catch (RuntimeException e) {
            reference.close();
            throw e;
        }
    }

    /**
     * {@return how many images are computed}
     *
     * @param network whose gradients are compared
     */
    public static int examples(Network network) {
        // Batch norms behind dense layers see the examples alone.
        return network.activations() < 200_000 ? 32 : network.activations() < 2_000_000 ? 4 : 2;
    }

    /**
     * One gradient beside the reference's.
     *
     * @param distance norm of the difference by the norm of the reference's
     * @param limit how far rounding to this precision may move it
     * @param repeats whether a second one has the same bits
     */
    public record Agreement(double distance, double limit, boolean repeats) {
        /** {@return whether it is what it should be} */
        public boolean passed() {
            return repeats && distance <= limit;
        }
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

    /**
     * Compares in a precision, and with how far the reference's gradient moves when what goes into it is rounded to that.
     *
     * @param precision of the checked engine
     * @return both
     */
    public Agreement agreement(Precision precision) {
        float[] moved = new float[flat.length];
        Batch near = new Batch(batch.examples(), moved(batch.images(), precision), batch.labels());
        gradient(reference, moved(flat, precision), near, moved);
        double rounding = GradientDistance.of(network, moved, expected).whole();
        float[] actual = moved;
        float[] again = new float[flat.length];
        try (Engine engine = checked.apply(precision)) {
            gradient(engine, flat, batch, actual);
            gradient(engine, flat, batch, again);
        }
        return new Agreement(
                GradientDistance.of(network, actual, expected).whole(),
                limit(precision, rounding),
                Arrays.equals(actual, again));
    }

    /**
     * {@return only how far one gradient is from the reference's; not a number if there is one in it that is none}
     *
     * @param precision of the checked engine
     */
    public double distance(Precision precision) {
        float[] actual = new float[flat.length];
        try (Engine engine = checked.apply(precision)) {
            gradient(engine, flat, batch, actual);
        }
        return GradientDistance.of(network, actual, expected).whole();
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

    @Override
    public void close() {
        reference.close();
    }
}

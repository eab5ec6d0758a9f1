package convoy.driver;

import convoy.architectures.Network;
import convoy.architectures.RandomStream;
import convoy.parameterserver.ParameterLayout;
import convoy.worker.NetworkLayout;
import convoy.worker.data.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.DeviceLostException;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * An engine that costs nothing: its gradients are no derivative of anything, but depend on parameters, images, labels, order
 * and key as a network's do, in float sums whose bits change if anything is added in another order. So it shows what a run
 * does around an engine. Tests make it fail or dawdle.
 */
public final class ToyEngineProvider implements EngineProvider {
    static final String NAME = "toy";
    /** System property: milliseconds that each gradient takes longer. */
    static final String PAUSE = "convoy.toy.pause";

    /** System property: a file; who deletes it, at step {@value #LOSS} or later, has lost its device. */
    static final String LOSE = "convoy.toy.lose";

    private static final int LOSS = 8;

    /** Whether this process has. */
    private static volatile boolean lost;

    /** Called before each gradient, on the worker's thread. */
    private static volatile Consumer<MicroBatchKey> before = key -> {};

    /** Has every engine of this process call {@code action} before each gradient, until the next call of this. */
    static void beforeEachGradient(Consumer<MicroBatchKey> action) {
        before = action;
    }

    /** Of which micro-batches the loss and a part of the gradient are no numbers. */
    private static volatile Predicate<MicroBatchKey> noNumber = key -> false;

    /** Has every engine of this process give no numbers for these micro-batches, until the next call of this. */
    static void noNumberFor(Predicate<MicroBatchKey> microBatches) {
        noNumber = microBatches;
    }

    /** Of which micro-batches a part of the gradient is no number, although the loss is one. */
    private static volatile Predicate<MicroBatchKey> onlyGradient = key -> false;

    /** The same for the gradient alone. */
    static void onlyGradientsFor(Predicate<MicroBatchKey> microBatches) {
        onlyGradient = microBatches;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String release() {
        return "1";
    }

    @Override
    public Optional<String> unavailable(Device device) {
        return device.equals(Device.CPU) ? Optional.empty() : Optional.of("it knows the processor alone");
    }

    @Override
    public Engine compile(Network network, EngineOptions options) {
        return new ToyEngine(NetworkLayout.of(network), network.classes());
    }

    private static final class ToyEngine implements Engine {
        private final ParameterLayout layout;
        private final int classes;
        private final float[] values;

        ToyEngine(ParameterLayout layout, int classes) {
            this.layout = layout;
            this.classes = classes;
            this.values = new float[layout.size()];
        }

        /** As with a GPU: what is broken stays so for all engines of the process. */
        private static void requireDevice(MicroBatchKey key) {
            String marker = System.getProperty(LOSE);
            if (marker != null && key.step() >= LOSS) {
                try {
                    lost |= Files.deleteIfExists(Path.of(marker));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            if (lost) {
                throw new DeviceLostException(
                        Device.CPU, new IllegalStateException("CUDA error: an illegal memory access"));
            }
        }

        @Override
        public void setParameters(float[] flat) {
            System.arraycopy(flat, 0, values, 0, values.length);
        }

        @Override
        public GradientResult gradient(Batch batch, MicroBatchKey key, float[] gradient, Progress progress) {
            before.accept(key);
            requireDevice(key);
            LockSupport.parkNanos(Long.getLong(PAUSE, 0) * 1_000_000);
            float drop = RandomStream.of(key.seed(), "dropout.toy", key.step(), key.microBatch())
                    .nextFloat();
            int pixels = batch.images().length / batch.examples();
            int parameters = layout.parameterCount();
            for (int i = parameters; i < layout.size(); i++) {
                gradient[i] = batch.images()[i % batch.images().length];
            }
            for (int i = parameters - 1; i >= 0; i--) {
                float sum = 0;
                for (int example = 0; example < batch.examples(); example++) {
                    float pixel = batch.images()[example * pixels + i % pixels];
                    sum += (0.05f * values[i] + 0.01f * pixel * (batch.labels()[example] - 1.3f + drop))
                            * (float) weight(batch, example);
                }
                gradient[i] = sum;
                if (i % (parameters / 5) == 0) {
                    progress.doneFrom(i);
                }
            }
            double loss = 0;
            int correct = 0;
            float[] logits = predict(batch);
            for (int example = 0; example < batch.examples(); example++) {
                float score = logits[example * classes + batch.labels()[example]];
                loss += (1 - 0.1 * score) * weight(batch, example);
                correct += score > 0 ? 1 : 0;
            }
            if (onlyGradient.test(key)) {
                gradient[0] = Float.NaN;
            }
            if (noNumber.test(key)) {
                gradient[0] = Float.NaN;
                loss = Double.NaN;
            }
            return new GradientResult(batch.examples(), loss, 0, correct);
        }

        private static double weight(Batch batch, int example) {
            return batch.classWeights()
                    .map(weights -> weights[batch.labels()[example]])
                    .orElse(1.0);
        }

        @Override
        public float[] predict(Batch batch) {
            int pixels = batch.images().length / batch.examples();
            float[] logits = new float[batch.examples() * classes];
            for (int i = 0; i < logits.length; i++) {
                int example = i / classes;
                int label = i % classes;
                float sum = 0;
                for (int pixel = 0; pixel < pixels; pixel++) {
                    sum += values[(label * pixels + pixel) % values.length] * batch.images()[example * pixels + pixel];
                }
                logits[i] = sum;
            }
            return logits;
        }

        @Override
        public void close() {}
    }
}

package convoy.tests.simulation;

import convoy.parameterserver.layout.ParameterLayout;
import convoy.tests.virtual.VirtualProcess;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.Batches;
import convoy.worker.engine.Engine;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A model that costs nothing: each parameter is pulled by one of 64 numbers that step and micro-batch decide, which has all bits of a
 * float, so that sums in another order show.
 */
final class TinyModel {
    private static final int PULLS = 64;
    private static final int SCORED = 16;

    private TinyModel() {}

    /** Examples of a micro-batch: from 1 to 3. */
    static int examples(long step, int microBatch) {
        return 1 + (int) Math.floorMod(mix(step * 1_000_003 + microBatch), 3L);
    }

    private static long mix(long value) {
        long mixed = (value + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    private static float[] pulls(long step, int microBatch) {
        float[] pulls = new float[PULLS];
        for (int i = 0; i < PULLS; i++) {
            pulls[i] = (mix((step * 8191 + microBatch) * PULLS + i) >> 40) / (float) (1 << 23);
        }
        return pulls;
    }

    /**
     * The gradient of a micro-batch at some parameters.
     *
     * @param values the flat vector
     * @param gradient as long, overwritten
     * @return the loss, summed over the examples
     */
    static double gradient(ParameterLayout layout, float[] values, long step, int microBatch, float[] gradient) {
        int examples = examples(step, microBatch);
        float[] pulls = pulls(step, microBatch);
        int parameters = layout.parameterCount();
        for (int i = 0; i < parameters; i++) {
            gradient[i] = 0.05f * values[i] * examples + pulls[i % PULLS];
        }
        for (int i = parameters; i < gradient.length; i++) {
            gradient[i] = pulls[i * 7 % PULLS];
        }
        double loss = 0;
        for (int i = 0; i < SCORED; i++) {
            // Of all of the vector, the statistics too.
            float value = values[i * (values.length - 1) / (SCORED - 1)];
            loss += 0.025 * value * value * examples + pulls[i] * value;
        }
        return loss;
    }

    /** Batches of which only the number of examples matters. */
    static final class Numbers implements Batches {
        @Override
        public void expect(long step, int microBatch) {
            // There is nothing to make ready.
        }

        @Override
        public Batch take(long step, int microBatch) {
            int examples = examples(step, microBatch);
            return new Batch(examples, new float[examples], new int[examples]);
        }

        @Override
        public Optional<Batch> peek(long step, int microBatch) {
            return Optional.empty();
        }

        @Override
        public void close() {
            // There is nothing to free.
        }
    }

    /** Computes it in virtual time: half of that before the first part is done. */
    static final class Computing implements Engine {
        private final ParameterLayout layout;
        private final VirtualProcess process;
        private final Supplier<Duration> takes;
        private final float[] values;

        Computing(ParameterLayout layout, VirtualProcess process, Supplier<Duration> takes) {
            this.layout = layout;
            this.process = process;
            this.takes = takes;
            this.values = new float[layout.size()];
        }

        @Override
        public void setParameters(float[] flat) {
            System.arraycopy(flat, 0, values, 0, values.length);
        }

        @Override
        public GradientResult gradient(Batch batch, MicroBatchKey key, float[] gradient, Progress progress) {
            Duration half = takes.get().dividedBy(2);
            try {
                process.pause(half);
                double loss = TinyModel.gradient(layout, values, key.step(), key.microBatch(), gradient);
                for (int parts = 3; parts >= 1; parts--) {
                    progress.doneFrom(gradient.length / 4 * parts);
                }
                process.pause(half);
                progress.doneFrom(0);
                return new GradientResult(batch.examples(), loss, 0, 0);
            } catch (InterruptedException ended) {
                throw new IllegalStateException("the task was ended while it computed", ended);
            }
        }

        @Override
        public float[] predict(Batch batch) {
            throw new UnsupportedOperationException("nothing is scored");
        }

        @Override
        public void close() {
            // There is nothing to free.
        }
    }
}

package convoy.tests.virtual;

import convoy.architectures.graph.Network;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.engine.PlainJavaProvider;

/**
 * A model that costs nothing: whatever the network, its loss is quadratic in each parameter {@code v[i]}, pulled by one pixel of each
 * example, {@code sum over i of 0.025 v[i]^2 + 0.01 x[i mod pixels] (label - 1.3) v[i]}. Gradients are summed in floats in a fixed
 * order, so that their bits show whether parameters, images, labels and order were the right ones.
 */
public final class LinearEngineProvider implements PlainJavaProvider {
    public static final String NAME = "linear";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Engine compile(Network network, EngineOptions options) {
        return new LinearEngine(NetworkLayout.of(network), network.classes());
    }

    private static final class LinearEngine implements Engine {
        private final int parameters;
        private final int classes;
        private final float[] values;

        LinearEngine(ParameterLayout layout, int classes) {
            this.parameters = layout.parameterCount();
            this.classes = classes;
            this.values = new float[layout.size()];
        }

        @Override
        public void setParameters(float[] flat) {
            System.arraycopy(flat, 0, values, 0, values.length);
        }

        @Override
        public GradientResult gradient(Batch batch, MicroBatchKey key, float[] gradient, Progress progress) {
            int pixels = batch.images().length / batch.examples();
            float[] pull = pull(batch, pixels);
            for (int i = parameters; i < gradient.length; i++) {
                gradient[i] = batch.images()[i % batch.images().length];
            }
            for (int i = parameters - 1; i >= 0; i--) {
                gradient[i] = 0.05f * values[i] * batch.examples() + pull[i % pixels];
                if (i % (parameters / 5) == 0) {
                    progress.doneFrom(i);
                }
            }
            double loss = 0;
            for (int i = 0; i < pixels; i++) {
                loss += 0.025 * values[i] * values[i] * batch.examples() + pull[i] * values[i];
            }
            return new GradientResult(batch.examples(), loss, 0, batch.labels()[0]);
        }

        /** What each pixel of a micro-batch pulls by, all examples together. */
        private static float[] pull(Batch batch, int pixels) {
            float[] pull = new float[pixels];
            for (int example = 0; example < batch.examples(); example++) {
                float side = batch.labels()[example] - 1.3f;
                for (int i = 0; i < pixels; i++) {
                    pull[i] += 0.01f * batch.images()[example * pixels + i] * side;
                }
            }
            return pull;
        }

        @Override
        public float[] predict(Batch batch) {
            int pixels = batch.images().length / batch.examples();
            float[] logits = new float[batch.examples() * classes];
            for (int i = 0; i < logits.length; i++) {
                int image = i / classes * pixels;
                for (int pixel = 0; pixel < pixels; pixel++) {
                    logits[i] += values[(i % classes * pixels + pixel) % values.length] * batch.images()[image + pixel];
                }
            }
            return logits;
        }

        @Override
        public void close() {}
    }
}

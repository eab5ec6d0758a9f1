package convoy.worker.loop;

import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.SharedTensors;
import convoy.records.text.Counts;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;

/**
 * An engine whose flat vector is that of the trained tensors alone: the others keep the values that they are given here, so
 * that neither they nor their gradients travel.
 */
public final class TrainedPart implements Engine {
    private final Engine engine;
    private final SharedTensors toWhole;
    private final SharedTensors toPart;
    private final float[] values;
    private final float[] gradient;

    /**
     * @param engine of the whole network; closed with this
     * @param whole layout of its flat vector
     * @param part layout of the trained tensors
     * @param values [whole] that the others keep; belongs to this from now on
     */
    public TrainedPart(Engine engine, ParameterLayout whole, ParameterLayout part, float[] values) {
        if (values.length != whole.size()) {
            throw new IllegalArgumentException(
                    Counts.plain(values.length, "value") + " for a layout of " + whole.size());
        }
        this.engine = engine;
        this.toWhole = SharedTensors.of(part, whole);
        this.toPart = SharedTensors.of(whole, part);
        this.values = values;
        this.gradient = new float[whole.size()];
    }

    /** Nothing is told of ahead: what is trained is little here, and there soon. */
    @Override
    public void setParameters(float[] flat) {
        toWhole.copy(flat, values);
        engine.setParameters(values);
    }

    /** Tells of no progress: what is trained is little here, and done soon. */
    @Override
    public GradientResult gradient(Batch batch, MicroBatchKey key, float[] into, Progress progress) {
        GradientResult result = engine.gradient(batch, key, gradient);
        toPart.copy(gradient, into);
        return result;
    }

    @Override
    public void upcoming(Batch batch) {
        engine.upcoming(batch);
    }

    @Override
    public float[] predict(Batch batch) {
        return engine.predict(batch);
    }

    @Override
    public void close() {
        engine.close();
    }
}

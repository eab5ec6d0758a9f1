package convoy.tests.virtual.cluster;

import convoy.tests.virtual.VirtualProcess;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;

/** An engine whose gradients take virtual time: half of it before the first part is done, half of it after the last. */
final class PacedEngine implements Engine {
    private final Engine engine;
    private final VirtualProcess process;
    private final Pace pace;

    PacedEngine(Engine engine, VirtualProcess process, Pace pace) {
        this.engine = engine;
        this.process = process;
        this.pace = pace;
    }

    @Override
    public void setParameters(float[] flat) {
        engine.setParameters(flat);
    }

    @Override
    public GradientResult gradient(Batch batch, MicroBatchKey key, float[] gradient, Progress progress) {
        var half = pace.of(process, key).dividedBy(2);
        try {
            process.pause(half);
            GradientResult result = engine.gradient(batch, key, gradient, progress);
            process.pause(half);
            return result;
        } catch (InterruptedException ended) {
            throw new IllegalStateException("the task was ended while it computed", ended);
        }
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

package convoy.jobs.benchmark;

import convoy.architectures.Network;
import convoy.worker.data.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineBenchmark;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.MicroBatchKey;
import java.time.Duration;

/**
 * One of Convoy's engines, with a plain gradient step on each part of the gradient as soon as the engine tells that it is done. What the
 * step makes of it is told to the engine at once, as a worker tells it what comes from the servers.
 */
public final class EngineContestant implements Contestant {
    private static final float RATE = 1e-6f;
    private static final float STATISTICS_RATE = 0.1f;

    private final String name;
    private final Engine engine;
    private final Batch batch;
    private final int parameters;
    private final float[] flat;
    private final float[] gradient;
    private long step;

    /**
     * @param name of the engine
     * @param batch images of a step
     * @throws convoy.architectures.BadInputException if the engine is not there, or cannot compute so
     */
    public EngineContestant(String name, Network network, EngineOptions options, int batch) {
        this.name = name;
        this.parameters = network.parameterCount();
        this.flat = network.initialize(1);
        this.gradient = new float[flat.length];
        this.batch = EngineBenchmark.images(network, batch, 0);
        this.engine = Engines.find(name, options.device()).compile(network, options);
        engine.setParameters(flat);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isReference() {
        return false;
    }

    @Override
    public Pace run(Duration duration) {
        long begin = System.nanoTime();
        int steps = 0;
        while (steps == 0 || System.nanoTime() - begin < duration.toNanos()) {
            step();
            steps++;
        }
        return new Pace(steps, (System.nanoTime() - begin) / 1e9);
    }

    private void step() {
        int[] done = {flat.length};
        engine.upcoming(batch);
        engine.gradient(batch, new MicroBatchKey(1, step++, 0), gradient, begin -> {
            update(begin, done[0]);
            engine.arriving(flat, begin, done[0]);
            done[0] = begin;
        });
        update(0, done[0]);
        engine.setParameters(flat);
    }

    private void update(int begin, int end) {
        float rate = RATE / batch.examples();
        for (int i = begin; i < Math.min(end, parameters); i++) {
            flat[i] -= rate * gradient[i];
        }
        for (int i = Math.max(begin, parameters); i < end; i++) {
            flat[i] += STATISTICS_RATE * (gradient[i] - flat[i]);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}

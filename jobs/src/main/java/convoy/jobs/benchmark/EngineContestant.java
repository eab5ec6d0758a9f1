package convoy.jobs.benchmark;

import convoy.architectures.graph.Network;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineBenchmark;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.MicroBatchKey;
import java.time.Duration;
import java.util.stream.IntStream;

/** One of Convoy's engines, with a plain gradient step. */
public final class EngineContestant implements Contestant {
    private static final float RATE = 1e-6f;
    private static final float STATISTICS_RATE = 0.1f;
    private static final int UPDATED_TOGETHER = 1 << 18;

    /** What becomes of the parameters at each step. */
    public enum Parameters {
        /**
         * Each part is updated as soon as the engine tells that its gradient is done, and the engine is told of it at once, as a worker
         * tells it what comes from the servers.
         */
        ARRIVE,
        /** All are updated and set when the whole gradient is there. */
        ARE_SET,
        /** They stay as they are. */
        STAY
    }

    private final String name;
    private final Parameters how;
    private final Engine engine;
    private final Batch batch;
    private final int parameters;
    private final boolean cores;
    private final float[] flat;
    private final float[] gradient;
    private long step;

    /**
     * Makes one that trains on drawn images, from drawn weights.
     *
     * @param name of the engine
     * @param network that is trained
     * @param options of the engine
     * @param batch images of a step
     * @throws convoy.records.BadInputException if the engine is not there, or cannot compute so
     */
    public EngineContestant(String name, Network network, EngineOptions options, int batch) {
        this(
                name,
                network,
                options,
                EngineBenchmark.images(network, batch, 0),
                network.initialize(1),
                Parameters.ARRIVE);
    }

    /**
     * Makes one that trains on a batch that is given, from weights that are given.
     *
     * @param name of the engine
     * @param network that is trained
     * @param options of the engine
     * @param batch of every step
     * @param flat [P + S], what it begins with; changed
     * @param how what becomes of the parameters at each step
     * @throws convoy.records.BadInputException if the engine is not there, or cannot compute so
     */
    public EngineContestant(
            String name, Network network, EngineOptions options, Batch batch, float[] flat, Parameters how) {
        this.name = name;
        this.how = how;
        this.parameters = network.parameterCount();
        this.flat = flat;
        this.gradient = new float[flat.length];
        this.batch = batch;
        // A processor's threads are counted; beside a GPU all cores are there for the update.
        this.cores = options.device().gpu().isPresent();
        this.engine = Engines.find(name, options.device()).compile(network, options);
        try {
            engine.setParameters(flat);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
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

    /** Makes one step. */
    public void step() {
        engine.upcoming(batch);
        MicroBatchKey key = new MicroBatchKey(1, step++, 0);
        switch (how) {
            case ARRIVE -> {
                int[] done = {flat.length};
                engine.gradient(batch, key, gradient, begin -> {
                    update(begin, done[0]);
                    engine.arriving(flat, begin, done[0]);
                    done[0] = begin;
                });
                update(0, done[0]);
                engine.setParameters(flat);
            }
            case ARE_SET -> {
                engine.gradient(batch, key, gradient);
                update(0, flat.length);
                engine.setParameters(flat);
            }
            case STAY -> engine.gradient(batch, key, gradient);
        }
    }

    private void update(int begin, int end) {
        if (cores && end - begin > UPDATED_TOGETHER) {
            IntStream.rangeClosed(0, (end - begin - 1) / UPDATED_TOGETHER)
                    .parallel()
                    .map(part -> begin + part * UPDATED_TOGETHER)
                    .forEach(from -> updateTogether(from, Math.min(end, from + UPDATED_TOGETHER)));
        } else {
            updateTogether(begin, end);
        }
    }

    private void updateTogether(int begin, int end) {
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

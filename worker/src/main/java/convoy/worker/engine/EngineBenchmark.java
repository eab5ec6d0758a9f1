package convoy.worker.engine;

import convoy.architectures.graph.Network;
import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;

/**
 * How many images a second engines compute gradients for, forward and backward, with nothing around them but the hint of what comes
 * next: neither data nor servers. Weights and images are random, the weights the same at every step.
 *
 * @param provider whose engines are measured
 * @param network what they compute
 * @param options of each engine
 * @param batch images of a step
 * @param engines how many at once, each on a thread of its own
 * @param inStep whether each waits after every step until all have made it, as synchronous training has to: what that alone costs
 *     is what the engines' steps differ by
 * @param duration for how long, after a warm-up of a third of it and at least four steps
 */
@RecordBuilder
public record EngineBenchmark(
        EngineProvider provider,
        Network network,
        EngineOptions options,
        int batch,
        int engines,
        boolean inStep,
        Duration duration)
        implements EngineBenchmarkBuilder.With {
    private static final int WARM_UP_STEPS = 4;
    private static final int WARM_UP_SHARE = 3;

    public EngineBenchmark {
        if (batch < 1) {
            throw new BadInputException("batch = " + batch + " is less than 1; measure with 32 or more");
        }
        if (engines < 1) {
            throw new BadInputException("engines = " + engines + " is less than 1; measure one for each worker core");
        }
        if (duration.isNegative() || duration.isZero()) {
            throw new BadInputException("duration = " + duration + " is not positive; measure for some seconds");
        }
    }

    /**
     * What was measured.
     *
     * @param imagesPerSecond the sum over all engines, each by its own clock
     * @param secondsPerStep the median step of all engines
     * @param calmSecondsPerStep {@linkplain #calm a calm} step of all engines
     * @param steps the steps of all engines together
     */
    public record Speed(double imagesPerSecond, double secondsPerStep, double calmSecondsPerStep, int steps) {}

    /**
     * {@return the step that nine tenths of all steps take longer than, in seconds: what one takes where nothing else
     * uses the machine} On a machine that is shared, averages say as much of the neighbours.
     *
     * @param sorted seconds of each step, the shortest first; one or more
     */
    public static double calm(List<Double> sorted) {
        return sorted.get(sorted.size() / 10);
    }

    /**
     * Runs the engines side by side; an engine that fails fails it.
     *
     * @return of all engines together
     * @throws InterruptedException if interrupted while waiting
     */
    public Speed run() throws InterruptedException {
        Pace pace = new Pace();
        ExecutorService threads = Executors.newFixedThreadPool(engines);
        try {
            List<Future<double[]>> measured = new ArrayList<>();
            for (int engine = 0; engine < engines; engine++) {
                int number = engine;
                measured.add(threads.submit(() -> steps(number, pace)));
            }
            double imagesPerSecond = 0;
            List<Double> all = new ArrayList<>();
            for (Future<double[]> future : measured) {
                double[] steps = future.get();
                imagesPerSecond += batch * steps.length / Arrays.stream(steps).sum();
                Arrays.stream(steps).forEach(all::add);
            }
            all.sort(null);
            return new Speed(imagesPerSecond, all.get(all.size() / 2), calm(all), all.size());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("an engine failed", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /** The seconds of each step of one engine. */
    private double[] steps(int number, Pace pace) {
        float[] flat = network.initialize(1);
        float[] gradient = new float[flat.length];
        Batch images = images(network, batch, number);
        List<Double> seconds = new ArrayList<>();
        try (Engine engine = provider.compile(network, options)) {
            engine.setParameters(flat);
            long step = 0;
            long cold = System.nanoTime();
            while (step < WARM_UP_STEPS || System.nanoTime() - cold < duration.toNanos() / WARM_UP_SHARE) {
                engine.upcoming(images);
                engine.gradient(images, new MicroBatchKey(1, step++, number), gradient);
            }
            pace.arriveAndAwaitAdvance();
            for (long last = System.nanoTime(); pace.goesOn(); ) {
                engine.upcoming(images);
                engine.gradient(images, new MicroBatchKey(1, step++, number), gradient);
                pace.stepMade();
                long now = System.nanoTime();
                seconds.add((now - last) / 1e9);
                last = now;
            }
        } catch (RuntimeException e) {
            pace.forceTermination();
            throw e;
        }
        return seconds.stream().mapToDouble(second -> second).toArray();
    }

    /** Where the engines wait for each other, and until when. One that fails ends it for all. */
    private final class Pace extends Phaser {
        private volatile long begin;
        private volatile boolean over;

        private Pace() {
            super(engines);
        }

        @Override
        protected boolean onAdvance(int phase, int waiting) {
            if (phase == 0) {
                begin = System.nanoTime();
            } else {
                over = System.nanoTime() - begin >= duration.toNanos();
            }
            return false;
        }

        private boolean goesOn() {
            return !isTerminated() && (inStep ? !over : System.nanoTime() - begin < duration.toNanos());
        }

        private void stepMade() {
            if (inStep) {
                arriveAndAwaitAdvance();
            }
        }
    }

    /**
     * {@return random images with random labels; other ones for another number}
     *
     * @param network whose tensors and shapes are meant
     * @param examples N
     * @param number of the worker, from 0
     */
    public static Batch images(Network network, int examples, int number) {
        RandomStream random = RandomStream.of(1, "benchmark", number);
        float[] images = new float[examples * network.input().size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        int[] labels = new int[examples];
        Arrays.setAll(labels, n -> random.nextInt(network.classes()));
        return new Batch(examples, images, labels);
    }
}

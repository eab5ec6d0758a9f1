package convoy.jobs.benchmark;

import convoy.architectures.graph.Network;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.EngineBenchmark;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/** Weights and images. Those of large networks take seconds to draw, so they are drawn beforehand, on threads beside. */
public final class Samples {
    private static final int DRAWN = 8;

    private final Map<String, Drawn> weights = new ConcurrentHashMap<>();
    private final ExecutorService threads;

    /**
     * Begins without any.
     *
     * @param threads that draw
     */
    public Samples(int threads) {
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "samples");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Begins to draw weights.
     *
     * @param networks in the order in which their weights are wanted
     */
    public void prepare(List<Network> networks) {
        networks.forEach(this::drawn);
    }

    /** Being drawn, or drawn already. */
    private record Drawn(FutureTask<float[]> values) {}

    private Drawn drawn(Network network) {
        return weights.computeIfAbsent(key(network), any -> {
            FutureTask<float[]> task = new FutureTask<>(() -> network.initialize(1));
            threads.execute(task);
            return new Drawn(task);
        });
    }

    private static String key(Network network) {
        return network.name() + " " + network.input();
    }

    /**
     * {@return the weights that training starts from, for whoever does not change them}
     *
     * @param network that they are of
     * @throws InterruptedException if the thread is interrupted while it waits for them
     */
    public float[] weights(Network network) throws InterruptedException {
        try {
            return drawn(network).values().get();
        } catch (ExecutionException e) {
            forget(network);
            throw new IllegalStateException("weights cannot be drawn", e.getCause());
        }
    }

    /**
     * Releases the memory of a network's weights.
     *
     * @param network that they are of
     */
    public void forget(Network network) {
        weights.remove(key(network));
    }

    /**
     * {@return random images with random labels, the same few again and again}
     *
     * @param network that takes them
     * @param examples how many
     * @param number another for other images
     */
    public static Batch images(Network network, int examples, int number) {
        Batch drawn = EngineBenchmark.images(network, Math.min(DRAWN, examples), number);
        float[] images = new float[Math.multiplyExact(examples, network.input().size())];
        int[] labels = new int[examples];
        int floats = drawn.images().length;
        for (int begin = 0; begin < images.length; begin += floats) {
            System.arraycopy(drawn.images(), 0, images, begin, Math.min(floats, images.length - begin));
        }
        for (int i = 0; i < examples; i++) {
            labels[i] = drawn.labels()[i % drawn.examples()];
        }
        return new Batch(examples, images, labels);
    }
}

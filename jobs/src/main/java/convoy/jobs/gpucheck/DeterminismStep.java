package convoy.jobs.gpucheck;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;
import convoy.jobs.benchmark.Samples;
import convoy.records.text.Counts;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.Precision;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The same gradient again and again, while another engine computes another network's on streams of its own. */
record DeterminismStep(Subject subject, Workload workload, Samples samples) implements Step {
    private static final List<String> ON_GPU = List.of("resnet50", "googlenet", "all_cnn_c");
    private static final List<String> ON_CPU = List.of("resnet20_cifar", "all_cnn_c");
    private static final int TIMES = 20;
    private static final MicroBatchKey KEY = new MicroBatchKey(3, 5, 1);

    @Override
    public String name() {
        return "determinism";
    }

    @Override
    public Duration estimate() {
        return Duration.ofSeconds(subject.gpu() ? 20 : 8);
    }

    @Override
    public void run(Rows rows) throws InterruptedException {
        List<Network> networks = workload.networks(subject, ON_GPU, ON_CPU);
        Network other = subject.gpu() ? Workload.network("resnet18", 64) : Workload.network("lenet5");
        samples.prepare(List.of(other));
        samples.prepare(networks);
        List<Precision> own = subject.gpu() ? List.of(Precision.BF16, Precision.FP32) : List.of(Precision.FP32);
        for (Network network : networks) {
            for (Precision precision : workload.precisions(own)) {
                rows.attempt(
                        network.name() + " " + precision,
                        Duration.ofSeconds(3),
                        () -> repeat(rows, network, precision, other));
            }
            samples.forget(network);
        }
        samples.forget(other);
    }

    private void repeat(Rows rows, Network network, Precision precision, Network other) throws InterruptedException {
        boolean small = network.input() instanceof Image image && image.height() <= 64;
        Batch batch = Samples.images(network, subject.gpu() ? (small ? 64 : 32) : 2, 1);
        float[] flat = samples.weights(network);
        float[] beside = samples.weights(other);
        float[] first = new float[flat.length];
        float[] again = new float[flat.length];
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Engine engine = subject.compile(network, precision)) {
            engine.setParameters(flat);
            engine.gradient(batch, KEY, first);
            Future<Integer> work = thread.submit(() -> compute(other, beside, precision, over));
            int differing = 0;
            long begin = System.nanoTime();
            for (int i = 1; i < TIMES; i++) {
                engine.gradient(batch, KEY, again);
                differing += Arrays.equals(first, again) ? 0 : 1;
            }
            double seconds = Rows.seconds(begin);
            over.set(true);
            int gradients = work.get();
            tell(rows, network, precision, differing, gradients, seconds);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the engine beside it failed", e.getCause());
        } finally {
            over.set(true);
            thread.shutdown();
            // PyTorch has settings for all engines of a process: this one is to be gone before the next.
            thread.awaitTermination(20, TimeUnit.SECONDS);
        }
    }

    /** Returns how many gradients it has computed, one at least. */
    private int compute(Network network, float[] flat, Precision precision, AtomicBoolean over) {
        Batch batch = Samples.images(network, subject.gpu() ? 16 : 2, 2);
        float[] gradient = new float[flat.length];
        int gradients = 0;
        try (Engine engine = subject.compile(network, precision)) {
            do {
                engine.setParameters(flat);
                engine.upcoming(batch);
                engine.gradient(batch, new MicroBatchKey(1, gradients, 0), gradient);
                gradients++;
            } while (!over.get());
        }
        return gradients;
    }

    private static void tell(
            Rows rows, Network network, Precision precision, int differing, int gradients, double seconds) {
        rows.tell(
                Rows.text(
                        network.name(),
                        precision,
                        "%s, %s; %d of another network beside them; %.1f s",
                        Counts.plain(TIMES, "gradient"),
                        differing == 0 ? "equal bits" : differing + " DIFFER",
                        gradients,
                        seconds),
                "network",
                network.name(),
                "precision",
                precision.toString(),
                "gradients",
                TIMES,
                "differing",
                differing,
                "gradients-beside",
                gradients,
                "seconds",
                seconds,
                "passed",
                differing == 0);
        if (differing > 0) {
            rows.wrong(network.name() + " in " + precision);
        }
    }
}

package convoy.jobs.gpucheck;

import convoy.architectures.graph.Network;
import convoy.jobs.benchmark.Samples;
import convoy.records.text.Counts;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.Precision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Parameters that arrive in parts and gradients that leave in parts, at random times and with hints that are right or wrong, beside an
 * engine that is told of nothing: both train in step and have the same bits.
 */
record StreamsStep(Subject subject, Workload workload, Samples samples) implements Step {
    private static final int EXAMPLES = 4;
    private static final float RATE = 1e-3f;
    private static final float STATISTICS_RATE = 0.1f;

    @Override
    public String name() {
        return "streams";
    }

    @Override
    public Duration estimate() {
        return Duration.ofSeconds(subject.gpu() ? 25 : 8);
    }

    @Override
    public void run(Rows rows) throws InterruptedException {
        Network network = subject.gpu() ? Workload.network("resnet18", 32) : Workload.network("resnet20_cifar");
        samples.prepare(List.of(network));
        List<Precision> own = subject.gpu()
                ? List.of(Precision.FP32, Precision.BF16, Precision.FP16)
                : List.of(Precision.FP32, Precision.BF16);
        for (Precision precision : workload.precisions(own)) {
            int steps = !subject.gpu() ? 8 : precision == Precision.FP16 ? 100 : 200;
            rows.attempt(
                    network.name() + " " + precision,
                    Duration.ofSeconds(subject.gpu() ? 7 : 3),
                    () -> train(rows, network, precision, steps));
        }
        samples.forget(network);
    }

    /** What differed. */
    private static final class Differences {
        private int gradients;
        private int parts;
        private int toldParts;
    }

    private void train(Rows rows, Network network, Precision precision, int steps) throws InterruptedException {
        Random random = new Random(7);
        List<Batch> batches = List.of(
                Samples.images(network, EXAMPLES, 1),
                Samples.images(network, EXAMPLES - 1, 2),
                Samples.images(network, EXAMPLES, 3));
        Differences differences = new Differences();
        int made = 0;
        long begin = System.nanoTime();
        try (Engine plain = subject.compile(network, precision);
                Engine told = subject.compile(network, precision)) {
            float[] flat = samples.weights(network).clone();
            told.setParameters(flat);
            while (made < steps && (made == 0 || rows.budget().allows(Duration.ZERO))) {
                flat = step(plain, told, network, flat, batches, made++, random, differences);
            }
        }
        boolean passed = differences.gradients == 0 && differences.parts == 0;
        rows.tell(
                Rows.text(
                        network.name(),
                        precision,
                        "%s, %s not equal; %s told, %d of them not final; %.1f s%s",
                        Counts.plain(made, "step"),
                        Counts.plain(differences.gradients, "gradient"),
                        Counts.plain(differences.toldParts, "part"),
                        differences.parts,
                        Rows.seconds(begin),
                        passed ? "" : "  WRONG"),
                "network",
                network.name(),
                "precision",
                precision.toString(),
                "steps",
                made,
                "differing",
                differences.gradients,
                "parts",
                differences.toldParts,
                "parts-not-final",
                differences.parts,
                "passed",
                passed);
        if (!passed) {
            rows.wrong("in " + precision);
        }
    }

    /** One step of both; returns what the next one begins with, which the second engine has set. */
    private static float[] step(
            Engine plain,
            Engine told,
            Network network,
            float[] flat,
            List<Batch> batches,
            int number,
            Random random,
            Differences differences) {
        Batch batch = batches.get(number % batches.size());
        MicroBatchKey key = new MicroBatchKey(1, number, 0);
        float[] expected = new float[flat.length];
        plain.setParameters(flat);
        plain.gradient(batch, key, expected);

        float[] gradient = new float[flat.length];
        float[] next = flat.clone();
        // Where each told part begins; the part before it ends there.
        List<Integer> begins = new ArrayList<>();
        List<float[]> parts = new ArrayList<>();
        // Right three times of four.
        told.upcoming(batches.get((number + (random.nextInt(4) == 0 ? 2 : 1)) % batches.size()));
        boolean duringTheGradient = random.nextInt(3) > 0;
        told.gradient(batch, key, gradient, begin -> {
            int end = begins.isEmpty() ? gradient.length : begins.get(begins.size() - 1);
            begins.add(begin);
            parts.add(Arrays.copyOfRange(gradient, begin, end));
            update(network, next, gradient, begin, end);
            pause(random);
            if (duringTheGradient && random.nextInt(4) > 0) {
                told.arriving(next, begin, end);
            }
        });
        int last = begins.isEmpty() ? gradient.length : begins.get(begins.size() - 1);
        update(network, next, gradient, 0, last);
        arrive(told, next, random);
        told.setParameters(next);

        differences.gradients += Arrays.equals(gradient, expected) ? 0 : 1;
        differences.toldParts += begins.size();
        for (int i = 0; i < begins.size(); i++) {
            int begin = begins.get(i);
            float[] part = parts.get(i);
            boolean isFinal = Arrays.equals(part, 0, part.length, gradient, begin, begin + part.length);
            differences.parts += isFinal ? 0 : 1;
        }
        return next;
    }

    /** Tells of a few parts more, in any order, some of them twice, not all. */
    private static void arrive(Engine told, float[] next, Random random) {
        for (int i = random.nextInt(5); i > 0; i--) {
            int begin = random.nextInt(next.length);
            int end = begin + random.nextInt(next.length - begin + 1);
            told.arriving(next, begin, end);
            pause(random);
        }
    }

    private static void update(Network network, float[] flat, float[] gradient, int begin, int end) {
        int parameters = network.parameterCount();
        for (int i = begin; i < Math.min(end, parameters); i++) {
            flat[i] -= RATE * gradient[i];
        }
        for (int i = Math.max(begin, parameters); i < end; i++) {
            flat[i] += STATISTICS_RATE * (gradient[i] - flat[i]);
        }
    }

    /** Up to 2 ms, half of the times none. */
    private static void pause(Random random) {
        long nanos = random.nextBoolean() ? 0 : random.nextInt(2_000_000);
        for (long begin = System.nanoTime(); System.nanoTime() - begin < nanos; ) {
            Thread.onSpinWait();
        }
    }
}

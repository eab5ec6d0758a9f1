package convoy.jobs.gpucheck;

import convoy.architectures.graph.Network;
import convoy.jobs.benchmark.EngineContestant;
import convoy.jobs.benchmark.EngineContestant.Parameters;
import convoy.jobs.benchmark.Samples;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Precision;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What determinism costs, what a half type gives, and what share of the card's peak gradients reach. */
record CostStep(Subject subject, Workload workload, Samples samples, Beside beside) implements Step {
    private static final List<String> ON_GPU = List.of("resnet50", "googlenet", "all_cnn_c", "resnet20_cifar");
    private static final List<String> ON_CPU = List.of("resnet20_cifar");

    /** The forward pass, and the backward pass of what goes in and of the weights. */
    private static final int PASSES = 3;

    private static final int SIDE = 8192;
    private static final int SMALL_SIDE = 512;

    @Override
    public String name() {
        return "cost";
    }

    @Override
    public Duration estimate() {
        return Duration.ofSeconds(subject.gpu() ? 35 : 6);
    }

    private Duration turn() {
        return workload.duration().dividedBy(3);
    }

    @Override
    public void run(Rows rows) throws InterruptedException {
        List<Network> networks = workload.networks(subject, ON_GPU, ON_CPU);
        List<Precision> precisions = workload.precisions(subject.usualPrecisions());
        samples.prepare(networks);
        if (beside.isWanted()) {
            for (Precision precision : precisions) {
                rows.attempt("matmul " + precision, turn().plusSeconds(1), () -> product(rows, precision));
            }
        }
        for (Network network : networks) {
            rows.attempt(network.name(), turn().multipliedBy(6).plusSeconds(3), () -> {
                double fastest = 0;
                for (Precision precision : precisions) {
                    double now = cost(rows, network, precision, fastest);
                    fastest = Math.max(fastest, now);
                }
            });
            samples.forget(network);
        }
    }

    /** Returns images a second. */
    private double cost(Rows rows, Network network, Precision precision, double other) throws InterruptedException {
        double deterministic = imagesPerSecond(network, precision, true);
        // A processor's engine is deterministic in any case.
        double free = subject.gpu() ? imagesPerSecond(network, precision, false) : deterministic;
        double multiplyAdds = (double) PASSES * network.multiplyAdds() * deterministic;
        OptionalDouble peak = subject.card().map(card -> card.peak(precision)).orElse(OptionalDouble.empty());
        rows.tell(
                Rows.text(
                        network.name(),
                        precision,
                        "%,10.1f images/s, not deterministic %,10.1f, cost %5.1f %%, %7.2f TFLOP/s%s%s",
                        deterministic,
                        free,
                        100 * (1 - deterministic / free),
                        2e-12 * multiplyAdds,
                        peak.isPresent()
                                ? String.format(
                                        Locale.ROOT, ", %.1f %% of peak", 100 * multiplyAdds / peak.getAsDouble())
                                : "",
                        other > 0
                                ? String.format(
                                        Locale.ROOT, ", at %.2f of the fastest precision", deterministic / other)
                                : ""),
                "network",
                network.name(),
                "precision",
                precision.toString(),
                "images-per-second",
                deterministic,
                "images-per-second-not-deterministic",
                free,
                "cost-of-determinism",
                1 - deterministic / free,
                "flops",
                2 * multiplyAdds,
                "share-of-peak",
                peak.isPresent() ? multiplyAdds / peak.getAsDouble() : -1);
        return deterministic;
    }

    /** Gradients alone. */
    private double imagesPerSecond(Network network, Precision precision, boolean deterministic)
            throws InterruptedException {
        Batch batch = Samples.images(network, workload.batch(subject, network), 0);
        try (EngineContestant engine = new EngineContestant(
                Subject.ENGINE,
                network,
                subject.options(precision, deterministic),
                batch,
                samples.weights(network).clone(),
                Parameters.STAY)) {
            engine.run(Duration.ZERO);
            engine.run(turn().dividedBy(2));
            return batch.examples() * engine.run(turn()).perSecond();
        }
    }

    private void product(Rows rows, Precision precision) {
        int side = subject.gpu() ? SIDE : SMALL_SIDE;
        double multiplyAdds = beside.process().multiplyAddsPerSecond(precision.toString(), side, turn());
        rows.tell(
                Rows.text("matmul", precision, "%7.2f TFLOP/s in PyTorch, %d x %d", 2e-12 * multiplyAdds, side, side),
                "row",
                "matmul",
                "precision",
                precision.toString(),
                "flops",
                2 * multiplyAdds);
    }
}

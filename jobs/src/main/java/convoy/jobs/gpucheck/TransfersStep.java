package convoy.jobs.gpucheck;

import convoy.architectures.graph.Network;
import convoy.jobs.benchmark.EngineContestant;
import convoy.jobs.benchmark.EngineContestant.Parameters;
import convoy.jobs.benchmark.Samples;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Precision;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How long steps take whose parameters stay, are set when the gradient is there, or arrive part by part beside the computing. */
record TransfersStep(Subject subject, Workload workload, Samples samples) implements Step {
    private static final List<String> ON_GPU = List.of("resnet50");
    private static final List<String> ON_CPU = List.of("resnet20_cifar");
    private static final int ROUNDS = 2;

    @Override
    public String name() {
        return "transfers";
    }

    @Override
    public Duration estimate() {
        return Duration.ofSeconds(subject.gpu() ? 12 : 5);
    }

    private Duration turn() {
        return workload.duration().dividedBy(3);
    }

    @Override
    public void run(Rows rows) throws InterruptedException {
        List<Network> networks = workload.networks(subject, ON_GPU, ON_CPU);
        Precision precision = workload.precisions(subject.usualPrecisions()).get(0);
        samples.prepare(networks);
        for (Network network : networks) {
            rows.attempt(
                    network.name() + " " + precision,
                    turn().multipliedBy(8).plusSeconds(1),
                    () -> measure(rows, network, precision));
            samples.forget(network);
        }
    }

    private void measure(Rows rows, Network network, Precision precision) throws InterruptedException {
        Batch batch = Samples.images(network, workload.batch(subject, network), 0);
        float[] flat = samples.weights(network);
        Map<Parameters, EngineContestant> engines = new EnumMap<>(Parameters.class);
        Map<Parameters, Double> seconds = new EnumMap<>(Parameters.class);
        try {
            for (Parameters how : Parameters.values()) {
                engines.put(
                        how,
                        new EngineContestant(
                                Subject.ENGINE, network, subject.options(precision, true), batch, flat.clone(), how));
            }
            engines.values().forEach(engine -> engine.run(turn().dividedBy(3)));
            for (int round = 0; round < ROUNDS; round++) {
                engines.forEach((how, engine) ->
                        seconds.merge(how, 1 / engine.run(turn()).perSecond(), Math::min));
            }
        } finally {
            engines.values().forEach(EngineContestant::close);
        }
        tell(rows, network, precision, batch, seconds, flat.length);
    }

    private static void tell(
            Rows rows, Network network, Precision precision, Batch batch, Map<Parameters, Double> seconds, int floats) {
        double alone = seconds.getOrDefault(Parameters.STAY, 0.0);
        double set = seconds.getOrDefault(Parameters.ARE_SET, 0.0);
        double arrive = seconds.getOrDefault(Parameters.ARRIVE, 0.0);
        long bytes = 4L * floats;
        // Not to be told from noise where steps differ by more.
        double rate = set > alone ? bytes / (set - alone) : 0;
        rows.tell(
                Rows.text(
                        network.name(),
                        precision,
                        "batch %d: %.2f ms a gradient of which %.1f MB leave; + %.2f ms updated and set afterwards"
                                + " (%s), + %.2f ms updated and arriving beside it: stall %.1f %%",
                        batch.examples(),
                        1e3 * alone,
                        bytes / 1e6,
                        1e3 * (set - alone),
                        rate > 0 ? String.format(Locale.ROOT, "%.2f GB/s", rate / 1e9) : "too short to tell",
                        1e3 * (arrive - alone),
                        100 * (arrive / alone - 1)),
                "network",
                network.name(),
                "precision",
                precision.toString(),
                "batch",
                batch.examples(),
                "bytes",
                bytes,
                "image-bytes",
                4L * batch.images().length,
                "seconds-gradient",
                alone,
                "seconds-set-afterwards",
                set,
                "seconds-arriving",
                arrive,
                "bytes-per-second-afterwards",
                rate,
                "stall",
                arrive / alone - 1);
    }
}

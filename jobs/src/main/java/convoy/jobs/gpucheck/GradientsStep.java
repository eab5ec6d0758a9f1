package convoy.jobs.gpucheck;

import convoy.architectures.graph.Network;
import convoy.jobs.benchmark.GradientCheck;
import convoy.jobs.benchmark.GradientCheck.Agreement;
import convoy.jobs.benchmark.Samples;
import convoy.worker.engine.Precision;
import java.time.Duration;
import java.util.List;

/** Gradients in every precision beside those of an engine on the processor. */
record GradientsStep(Subject subject, Workload workload, Samples samples) implements Step {
    private static final List<String> NETWORKS = List.of("resnet20_cifar", "googlenet");
    private static final Duration OF_A_ROW = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "gradients";
    }

    @Override
    public Duration estimate() {
        return Duration.ofSeconds(25);
    }

    @Override
    public void run(Rows rows) throws InterruptedException {
        List<Network> networks = workload.networks(subject, NETWORKS, NETWORKS);
        samples.prepare(networks);
        for (Network network : networks) {
            rows.attempt(network.name(), OF_A_ROW, () -> {
                float[] initial = samples.weights(network);
                try (GradientCheck check = new GradientCheck(
                        network,
                        initial,
                        subject.compileReference(network),
                        precision -> subject.compile(network, precision))) {
                    for (Precision precision : workload.precisions(subject.precisions())) {
                        rows.attempt(
                                network.name() + " " + precision,
                                OF_A_ROW,
                                () -> tell(rows, network, precision, check.agreement(precision)));
                    }
                }
            });
            samples.forget(network);
        }
    }

    static void tell(Rows rows, Network network, Precision precision, Agreement agreement) {
        rows.tell(
                Rows.text(
                        network.name(),
                        precision,
                        "distance %.1e, limit %.1e, twice the same: %s%s",
                        agreement.distance(),
                        agreement.limit(),
                        agreement.repeats() ? "yes" : "NO",
                        agreement.passed() ? "" : "  WRONG"),
                "network",
                network.name(),
                "precision",
                precision.toString(),
                "distance",
                agreement.distance(),
                "limit",
                agreement.limit(),
                "same-bits-twice",
                agreement.repeats(),
                "passed",
                agreement.passed());
        if (!agreement.passed()) {
            rows.wrong(network.name() + " in " + precision);
        }
    }
}

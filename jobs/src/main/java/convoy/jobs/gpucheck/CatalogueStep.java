package convoy.jobs.gpucheck;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.jobs.benchmark.GradientCheck;
import convoy.jobs.benchmark.Samples;
import convoy.records.BadInputException;
import convoy.worker.engine.Precision;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A gradient of every network, the cheapest first, at images as small as it takes; in single precision and roughly in bf16. */
record CatalogueStep(Subject subject, Workload workload, Samples samples) implements Step {
    /** What one core reaches, about. */
    private static final double MULTIPLY_ADDS_PER_SECOND = 1e10;

    private static final int DRAWN_AHEAD = 6;

    @Override
    public String name() {
        return "catalogue";
    }

    @Override
    public Duration estimate() {
        return Duration.ofSeconds(subject.gpu() ? 20 : 5);
    }

    @Override
    public void run(Rows rows) throws InterruptedException {
        List<String> names = workload.networks().isEmpty()
                ? Catalogue.all().stream().map(Entry::name).toList()
                : workload.networks();
        List<Network> networks = names.stream()
                .map(name -> small(Workload.network(name)))
                .sorted(Comparator.comparingLong(network -> network.multiplyAdds() * GradientCheck.examples(network)))
                .toList();
        for (int i = 0; i < networks.size(); i++) {
            if (rows.budget().allows(Duration.ZERO)) {
                samples.prepare(networks.subList(i, Math.min(networks.size(), i + DRAWN_AHEAD)));
            }
            Network network = networks.get(i);
            rows.attempt(network.name(), estimate(network), () -> check(rows, network));
            samples.forget(network);
        }
    }

    private Duration estimate(Network network) {
        double work = 12.0 * network.multiplyAdds() * GradientCheck.examples(network);
        // Beside an H200 the small ones took 4 to 6 s, most of it on the card.
        int fixed = subject.gpu() ? 4000 : 300;
        return Duration.ofMillis(fixed + Math.round(1000 * work / (subject.threads() * MULTIPLY_ADDS_PER_SECOND)));
    }

    private void check(Rows rows, Network network) throws InterruptedException {
        try (GradientCheck check = new GradientCheck(
                network,
                samples.weights(network),
                subject.compileReference(network),
                precision -> subject.compile(network, precision))) {
            GradientsStep.tell(rows, network, Precision.FP32, check.agreement(Precision.FP32));
            // Only where it is asked for: cuDNN compiles for each shape of a kernel for single channels, 5 s a network.
            if (workload.precisions().contains(Precision.BF16)) {
                rows.attempt(network.name() + " bf16", Duration.ZERO, () -> roughly(rows, network, check));
            }
        }
    }

    private static void roughly(Rows rows, Network network, GradientCheck check) {
        double distance = check.distance(Precision.BF16);
        boolean finite = Double.isFinite(distance);
        rows.tell(
                Rows.text(network.name(), Precision.BF16, "distance %.1e%s", distance, finite ? "" : "  WRONG"),
                "network",
                network.name(),
                "precision",
                "bf16",
                // JSON has no word for what is no number.
                "distance",
                finite ? distance : -1,
                "passed",
                finite);
        if (!finite) {
            rows.wrong(network.name() + " in bf16");
        }
    }

    /** At the first of a few sizes at which no norm that sees pixels is left with one of each image. */
    private static Network small(Network network) {
        Image own = (Image) network.input();
        // Its last 35 norms would see 2 x 2 pixels at 128, too little not to magnify rounding.
        int least = network.name().equals("inception_v4") ? 160 : 64;
        for (int side : new int[] {64, 96, 128, 160}) {
            if (least <= side && side < own.height()) {
                try {
                    Network small = network.withInput(new Image(own.channels(), side, side));
                    if (normsOfOnePixel(small) == normsOfOnePixel(network)) {
                        return small;
                    }
                } catch (BadInputException tooSmall) {
                    // The next one, then.
                }
            }
        }
        return network;
    }

    private static long normsOfOnePixel(Network network) {
        Map<String, Shape> shapes = network.shapes();
        return network.nodes().stream()
                .filter(node -> node.operation() instanceof BatchNorm
                        && shapes.get(node.name()) instanceof Image image
                        && image.height() * image.width() == 1)
                .count();
    }
}

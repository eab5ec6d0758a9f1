package convoy.jobs.gpucheck;

import convoy.architectures.graph.Network;
import convoy.jobs.benchmark.Contestant;
import convoy.jobs.benchmark.EngineContestant;
import convoy.jobs.benchmark.EngineContestant.Parameters;
import convoy.jobs.benchmark.PyTorch;
import convoy.jobs.benchmark.PyTorch.Mode;
import convoy.jobs.benchmark.PyTorchProcess;
import convoy.jobs.benchmark.RunMetrics;
import convoy.jobs.benchmark.Samples;
import convoy.jobs.benchmark.SideBySide;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Precision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Images a second of whole training steps, by itself and then turn by turn beside PyTorch. Our images come from the host's memory at
 * each step; PyTorch's lie on the device, or are fed from pinned memory.
 */
record SpeedStep(Subject subject, Workload workload, Samples samples, Beside beside) implements Step {
    private static final List<String> ON_GPU =
            List.of("resnet50", "vgg16", "googlenet", "inception_v3", "all_cnn_c", "resnet20_cifar");
    private static final List<String> ON_CPU = List.of("resnet20_cifar", "all_cnn_c");
    private static final int ROUNDS = 3;
    private static final int ROUNDS_OF_A_GRAPH = 2;

    @Override
    public String name() {
        return "speed";
    }

    @Override
    public Duration estimate() {
        return ofARow().multipliedBy(subject.gpu() ? 6 : 2);
    }

    @Override
    public Duration least() {
        return ofARow();
    }

    private Duration turn() {
        return workload.duration().dividedBy(ROUNDS);
    }

    private Duration ofARow() {
        Duration engine = turn().multipliedBy(2).plusSeconds(subject.gpu() ? 2 : 1);
        return beside.isWanted() ? engine.plus(turn().multipliedBy(13)).plusSeconds(5) : engine;
    }

    @Override
    public void run(Rows rows) throws InterruptedException {
        List<Network> networks = workload.networks(subject, ON_GPU, ON_CPU);
        samples.prepare(networks);
        for (Precision precision : workload.precisions(subject.usualPrecisions())) {
            for (Network network : networks) {
                rows.attempt(network.name() + " " + precision, ofARow(), () -> measure(rows, network, precision));
            }
        }
        networks.forEach(samples::forget);
    }

    private void measure(Rows rows, Network network, Precision precision) throws InterruptedException {
        int batch = workload.batch(subject, network);
        EngineOptions options = subject.options(precision, true);
        try (EngineContestant engine = new EngineContestant(
                Subject.ENGINE,
                network,
                options,
                Samples.images(network, batch, 0),
                samples.weights(network).clone(),
                Parameters.ARRIVE)) {
            engine.run(Duration.ZERO);
            engine.run(turn());
            double imagesPerSecond = batch * engine.run(turn()).perSecond();
            rows.report().learn(key(network, precision), imagesPerSecond);
            Pieces pieces = new Pieces(rows, network, precision, batch, options);
            pieces.tell(Subject.ENGINE + ", by itself", imagesPerSecond, "images from the host", Optional.empty());
            if (beside.isWanted()) {
                beside(pieces, engine);
            }
        }
    }

    /** Under which the report knows images a second. */
    static String key(Network network, Precision precision) {
        return "speed of " + network.name() + " " + precision;
    }

    /** What rows of one network have in common. */
    private record Pieces(Rows rows, Network network, Precision precision, int batch, EngineOptions options) {
        void tell(String who, double imagesPerSecond, String images, Optional<Ratio> ratio) {
            String label = Rows.text(network.name(), precision, "batch %-4d %-31s", batch, who);
            String figures = String.format(Locale.ROOT, "%,12.1f images/s  %-22s", imagesPerSecond, images);
            rows.tell(
                    (label + figures + ratio.map(Ratio::text).orElse("")).stripTrailing(),
                    fields(who, imagesPerSecond, images, ratio));
        }

        private Object[] fields(String who, double imagesPerSecond, String images, Optional<Ratio> ratio) {
            List<Object> fields = new ArrayList<>(List.of(
                    "network",
                    network.name(),
                    "precision",
                    precision.toString(),
                    "batch",
                    batch,
                    "name",
                    who,
                    "images-per-second",
                    imagesPerSecond,
                    "images",
                    images));
            ratio.ifPresent(of -> fields.addAll(
                    List.of("ratio", of.median(), "lowest-ratio", of.lowest(), "highest-ratio", of.highest())));
            return fields.toArray();
        }

        PyTorch load(PyTorchProcess process, Mode mode) {
            return new PyTorch(process, mode, network, options, batch);
        }
    }

    /** Ours to another's images a second in the same round: median, lowest, highest. */
    private record Ratio(double median, double lowest, double highest) {
        static Ratio of(List<Double> ours, List<Double> theirs) {
            List<Double> ratios = IntStream.range(0, ours.size())
                    .mapToObj(round -> ours.get(round) / theirs.get(round))
                    .sorted()
                    .toList();
            return new Ratio(RunMetrics.median(ratios, ratio -> ratio), ratios.get(0), ratios.get(ratios.size() - 1));
        }

        String text() {
            return String.format(
                    Locale.ROOT, "%s is at %.2f of it (%.2f … %.2f)", Subject.ENGINE, median, lowest, highest);
        }
    }

    private void beside(Pieces pieces, EngineContestant engine) throws InterruptedException {
        String what = pieces.network().name() + " " + pieces.precision();
        PyTorchProcess process = beside.process();
        List<Mode> modes = new ArrayList<>(List.of(Mode.CHANNELS_LAST, Mode.FED));
        if (workload.bothLayouts()) {
            modes.add(Mode.CONTIGUOUS);
        }
        pieces.rows()
                .attempt(what + " beside PyTorch", Duration.ZERO, () -> turns(pieces, process, modes, engine, ROUNDS));
        if (subject.gpu()) {
            pieces.rows()
                    .attempt(
                            what + " beside a CUDA graph",
                            turn().multipliedBy(5),
                            () -> turns(pieces, beside.process(), List.of(Mode.CUDA_GRAPH), engine, ROUNDS_OF_A_GRAPH));
        }
    }

    private void turns(Pieces pieces, PyTorchProcess process, List<Mode> modes, EngineContestant engine, int rounds) {
        List<Contestant> contestants = new ArrayList<>(List.of(engine));
        try {
            modes.forEach(mode -> contestants.add(pieces.load(process, mode)));
            // The first step of each looks for its fastest algorithms.
            contestants.forEach(contestant -> contestant.run(Duration.ZERO));
            contestants.forEach(contestant -> contestant.run(turn().dividedBy(2)));
            List<List<Double>> speeds = SideBySide.rounds(contestants, pieces.batch(), rounds, turn());
            pieces.tell(
                    Subject.ENGINE + ", in turns",
                    RunMetrics.median(speeds.get(0), speed -> speed),
                    "images from the host",
                    Optional.empty());
            for (int i = 1; i < contestants.size(); i++) {
                pieces.tell(
                        contestants.get(i).name(),
                        RunMetrics.median(speeds.get(i), speed -> speed),
                        modes.get(i - 1) == Mode.FED ? "images from the host" : "images on the device",
                        Optional.of(Ratio.of(speeds.get(0), speeds.get(i))));
            }
        } finally {
            contestants.stream().skip(1).forEach(Contestant::close);
        }
    }
}

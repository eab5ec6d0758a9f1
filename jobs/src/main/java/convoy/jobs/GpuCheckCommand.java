package convoy.jobs;

import convoy.architectures.BadInputException;
import convoy.architectures.Catalogue;
import convoy.architectures.Network;
import convoy.architectures.NetworkArguments;
import convoy.jobs.benchmark.Card;
import convoy.jobs.benchmark.GpuCheck;
import convoy.jobs.benchmark.GpuCheck.Agreement;
import convoy.jobs.benchmark.SideBySide;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.Precision;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks that libtorch computes on this machine's GPU what it should, and measures how fast. */
@Command(
        name = "gpu-check",
        description = "Check driver, libraries and GPU, compare gradients with the processor's, and measure images/s.")
final class GpuCheckCommand implements Runnable {
    private static final int ROUNDS = 5;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(names = "--device", paramLabel = "DEVICE", description = "cuda:N (cuda:0), or cpu to try the check itself.")
    private String device = "cuda:0";

    @Option(
            names = "--networks",
            paramLabel = "NAME",
            split = ",",
            description = "What is compared and measured; by default the catalogue is compared and five are measured.")
    private List<String> networks = List.of();

    @Option(
            names = "--reference",
            paramLabel = "NAME",
            description = "What computes on the processor: libtorch (the default) or nd4j.")
    private String reference = "libtorch";

    @Option(names = "--threads", paramLabel = "N", description = "Of the processor's engine (1).")
    private int threads = 1;

    @Option(
            names = "--precisions",
            paramLabel = "NAME",
            split = ",",
            description = "Of fp32, tf32, bf16, fp16; by default what the device has.")
    private List<Precision> precisions = List.of();

    @Option(names = "--batch", paramLabel = "N", description = "Images of a measured step (64).")
    private int batch = 64;

    @Option(names = "--seconds", paramLabel = "N", description = "How long each measurement takes, roughly (3).")
    private int seconds = 3;

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description = "A Python that has PyTorch and torchvision: measure training steps beside it too.")
    private Optional<String> python = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        if (batch < 1 || seconds < 1) {
            throw new BadInputException("--batch = " + batch + ", --seconds = " + seconds + ": both must be 1 or more");
        }
        List<Network> compared = build(
                networks.isEmpty()
                        ? Catalogue.all().stream().map(Catalogue.Entry::name).toList()
                        : networks);
        List<Network> measured = build(networks.isEmpty() ? BesidePyTorchCommand.NETWORKS : networks);
        Device checked = Device.parse(device);
        Map<String, Object> results = new LinkedHashMap<>();
        try {
            Optional<Card> card = checked.gpu().isPresent()
                    ? Optional.of(Card.find(checked.index(), "nvidia-smi"))
                    : Optional.empty();
            GpuCheck check = new GpuCheck(checked, reference, threads);
            String where = card.map(Card::toString).orElse("the processor");
            err.println("libtorch computes on " + where);
            results.put("device", where);
            // A slip in a word is told of now, not after all that comes before it is asked for.
            python.ifPresent(program -> SideBySide.requirePyTorch(
                    program, measured, options(checked, precisionsBeside(card).get(0)), batch));
            List<String> failed = compare(check, compared, precisions(card), results, err);
            measure(check, measured, precisions(card), card.isPresent(), results, err);
            python.ifPresent(
                    program -> measureBeside(program, checked, measured, precisionsBeside(card), results, err));
            if (json) {
                spec.commandLine().getOut().println(Json.pretty(results));
            }
            if (!failed.isEmpty()) {
                throw new IllegalStateException(
                        "gradients are not what they should be of " + String.join(", ", failed));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", interrupted);
        }
    }

    private static List<Network> build(List<String> names) {
        return names.stream()
                .map(name -> Catalogue.build(name, NetworkArguments.defaults()))
                .toList();
    }

    private List<Precision> precisions(Optional<Card> card) {
        if (!precisions.isEmpty()) {
            return precisions;
        }
        if (card.isEmpty()) {
            return List.of(Precision.FP32, Precision.BF16, Precision.FP16);
        }
        return card.get().hasTf32AndBf16()
                ? List.of(Precision.FP32, Precision.TF32, Precision.BF16, Precision.FP16)
                : List.of(Precision.FP32, Precision.FP16);
    }

    /** What people train in, and PyTorch is compared in. */
    private List<Precision> precisionsBeside(Optional<Card> card) {
        if (precisions.isEmpty() && card.isPresent() && card.get().hasTf32AndBf16()) {
            return List.of(Precision.TF32, Precision.BF16);
        }
        return precisions.isEmpty() ? List.of(Precision.FP32) : precisions;
    }

    /** Returns what is not as it should be. */
    private List<String> compare(
            GpuCheck check,
            List<Network> compared,
            List<Precision> precisions,
            Map<String, Object> results,
            PrintWriter err) {
        List<String> failed = new ArrayList<>();
        Map<String, Object> all = new LinkedHashMap<>();
        TextTable table = new TextTable()
                .left("gradient of")
                .left("precision")
                .right("distance")
                .right("limit")
                .left("twice the same");
        for (Network network : compared) {
            err.println("comparing " + network.name() + " …");
            Map<String, Object> ofNetwork = new LinkedHashMap<>();
            check.compare(network, precisions).forEach((precision, agreement) -> {
                ofNetwork.put(precision.toString(), asJson(agreement));
                table.row(
                        network.name(),
                        precision.toString(),
                        String.format(Locale.ROOT, "%.1e", agreement.distance()),
                        String.format(Locale.ROOT, "%.1e", agreement.limit()),
                        agreement.repeats() ? "yes" : "NO");
                if (!agreement.passed()) {
                    failed.add(String.format(
                            Locale.ROOT,
                            "%s in %s (%.1e apart, limit %.1e%s)",
                            network.name(),
                            precision,
                            agreement.distance(),
                            agreement.limit(),
                            agreement.repeats() ? "" : ", not the same twice"));
                }
            });
            all.put(network.name(), ofNetwork);
        }
        print(table);
        results.put("gradients", all);
        return failed;
    }

    private void measure(
            GpuCheck check,
            List<Network> measured,
            List<Precision> precisions,
            boolean gpu,
            Map<String, Object> results,
            PrintWriter err)
            throws InterruptedException {
        Map<String, Object> all = new LinkedHashMap<>();
        TextTable table = new TextTable()
                .left("batch " + batch)
                .left("precision")
                .right("images/s")
                .right("not deterministic")
                .right("cost");
        Duration duration = Duration.ofSeconds(seconds);
        for (Network network : measured) {
            err.println("measuring " + network.name() + " …");
            Map<String, Object> ofNetwork = new LinkedHashMap<>();
            for (Precision precision : precisions) {
                Map<String, Object> speeds = new LinkedHashMap<>();
                double deterministic = check.imagesPerSecond(network, precision, true, batch, duration);
                speeds.put("images-per-second", deterministic);
                // A processor's engine is deterministic in any case.
                double free = gpu ? check.imagesPerSecond(network, precision, false, batch, duration) : deterministic;
                if (gpu) {
                    speeds.put("images-per-second-not-deterministic", free);
                    speeds.put("cost-of-determinism", 1 - deterministic / free);
                }
                ofNetwork.put(precision.toString(), speeds);
                table.row(
                        network.name(),
                        precision.toString(),
                        String.format(Locale.ROOT, "%,.1f", deterministic),
                        gpu ? String.format(Locale.ROOT, "%,.1f", free) : "",
                        gpu ? String.format(Locale.ROOT, "%.1f %%", 100 * (1 - deterministic / free)) : "");
            }
            all.put(network.name(), ofNetwork);
        }
        print(table);
        results.put("speed", all);
    }

    private EngineOptions options(Device checked, Precision precision) {
        return new EngineOptions(checked, threads, precision, true, 0, Frozen.NOTHING);
    }

    private void measureBeside(
            String program,
            Device checked,
            List<Network> measured,
            List<Precision> precisions,
            Map<String, Object> results,
            PrintWriter err) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (Precision precision : precisions) {
            StandingsTable table = new StandingsTable("in " + precision);
            EngineOptions options = options(checked, precision);
            for (Network network : measured) {
                err.println("measuring " + network.name() + " in " + precision + " beside PyTorch …");
                table.add(
                        network,
                        batch,
                        SideBySide.withPyTorch(
                                List.of("libtorch"),
                                program,
                                network,
                                options,
                                batch,
                                ROUNDS,
                                Duration.ofSeconds(seconds).dividedBy(ROUNDS)));
            }
            print(table.text());
            all.put(precision.toString(), table.json());
        }
        results.put("beside-pytorch", all);
    }

    private void print(TextTable table) {
        if (!json) {
            table.lines().forEach(spec.commandLine().getOut()::println);
        }
    }

    private static Map<String, Object> asJson(Agreement agreement) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("distance", agreement.distance());
        object.put("limit", agreement.limit());
        object.put("same-bits-twice", agreement.repeats());
        object.put("passed", agreement.passed());
        return object;
    }
}

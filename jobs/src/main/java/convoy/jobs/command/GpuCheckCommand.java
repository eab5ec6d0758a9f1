package convoy.jobs.command;

import convoy.jobs.benchmark.Card;
import convoy.jobs.gpucheck.Beside;
import convoy.jobs.gpucheck.GpuCheck;
import convoy.jobs.gpucheck.Report;
import convoy.jobs.gpucheck.Subject;
import convoy.jobs.gpucheck.Workload;
import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineOptionsBuilder;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.Precision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks that libtorch computes on this machine's GPU what it should, and measures how fast. */
@Command(
        name = "gpu-check",
        description = {
            "Check driver, libraries and GPU, compare gradients with the processor's, and measure images/s.",
            "In steps, each result told at once: card, gradients, determinism, streams, speed, cost, transfers, leak,"
                    + " feeding, train, catalogue."
        })
final class GpuCheckCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(names = "--device", paramLabel = "DEVICE", description = "cuda:N (cuda:0), or cpu to try the check itself.")
    private String device = "cuda:0";

    @Option(
            names = "--steps",
            paramLabel = "NAME",
            split = ",",
            description = "Which steps, in their order; by default all that fit into the budget.")
    private List<String> steps = List.of();

    @Option(names = "--budget", paramLabel = "SECONDS", description = "How long all of it may take, roughly (480).")
    private int budget = 480;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description = "Gets each result as a line of JSON as soon as it is known, behind what is in it.")
    private Optional<Path> results = Optional.empty();

    @Option(
            names = "--resume",
            description = "Leave out the steps that FILE says were begun before: for a check that was killed.")
    private boolean resume;

    @Option(
            names = "--networks",
            paramLabel = "NAME",
            split = ",",
            description = "What is compared and measured; by default each step's own.")
    private List<String> networks = List.of();

    @Option(
            names = "--reference",
            paramLabel = "NAME",
            description = "What computes on the processor: libtorch (the default) or nd4j.")
    private String reference = "libtorch";

    @Option(names = "--threads", paramLabel = "N", description = "Of the processor; by default one for each core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--precisions",
            paramLabel = "NAME",
            split = ",",
            description = "Of fp32, tf32, bf16, fp16; by default what the device has, and what people train in.")
    private List<Precision> precisions = List.of();

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Images of a measured step (256, of small images 512; on a processor 2 and 8).")
    private Optional<Integer> batch = Optional.empty();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long a measurement takes, roughly: three turns (2).")
    private int seconds = 2;

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description = "A Python that has PyTorch and torchvision: measure training steps beside it too.")
    private Optional<String> python = Optional.empty();

    @Option(names = "--both-layouts", description = "Measure PyTorch with channels first as well.")
    private boolean bothLayouts;

    @Option(names = "--json", description = "Print the lines of JSON in place of text.")
    private boolean json;

    @Override
    public void run() {
        if (batch.orElse(1) < 1 || seconds < 1 || budget < 1) {
            throw new BadInputException(
                    batch.map(images -> "--batch = " + images + ", ").orElse("") + "--seconds = " + seconds
                            + ", --budget = " + budget + ": all must be 1 or more");
        }
        if (resume && results.isEmpty()) {
            throw new BadInputException("--resume goes on with --results, which was not given; name its file");
        }
        Device checked = Device.parse(device);
        Workload workload = new Workload(networks, precisions, batch, Duration.ofSeconds(seconds), bothLayouts);
        EngineOptionsBuilder.builder()
                .device(checked)
                .threads(threads)
                .precision(Precision.FP32)
                .deterministic(true)
                .labelSmoothing(LabelSmoothing.NONE)
                .frozen(Frozen.NOTHING)
                .build();
        precisions.forEach(precision -> precision.refusal("libtorch", device).ifPresent(reason -> {
            throw new BadInputException(reason);
        }));
        GpuCheck.requireSteps(steps);
        workload.require();
        try {
            Optional<Card> card = checked.gpu().isPresent()
                    ? Optional.of(Card.find(checked.index(), "nvidia-smi"))
                    : Optional.empty();
            run(new Subject(checked, card, reference, threads), workload);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", interrupted);
        }
    }

    private void run(Subject subject, Workload workload) throws InterruptedException {
        try (Report report = new Report(spec.commandLine().getOut(), json, results, resume);
                Beside beside = new Beside(python, subject)) {
            // PyTorch is imported while libtorch is loaded.
            subject.require();
            beside.greet();
            report.head(subject, new Version().getVersion()[0]);
            new GpuCheck(report, System::nanoTime).run(steps, subject, workload, beside, Duration.ofSeconds(budget));
            List<String> wrong = report.allWrong();
            if (!wrong.isEmpty()) {
                throw new IllegalStateException("not as it should be: " + String.join("; ", wrong));
            }
        }
    }
}

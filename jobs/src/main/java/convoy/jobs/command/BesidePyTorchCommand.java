package convoy.jobs.command;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.jobs.benchmark.RankingTable;
import convoy.jobs.benchmark.SideBySide;
import convoy.jobs.output.Json;
import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineOptionsBuilder;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.Precision;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the engines beside PyTorch on this machine. */
@Command(
        name = "beside-pytorch",
        description = {
            "Measure training steps of the engines and of PyTorch, turn by turn.",
            "A step is forward, backward, plain SGD. Images/s are medians of the rounds, ratios are to the better of PyTorch's two"
                    + " memory layouts in the same round."
        })
final class BesidePyTorchCommand implements Runnable {
    /** What is compared by default. */
    static final List<String> NETWORKS = List.of("all_cnn_c", "resnet20_cifar", "resnet50", "vgg16", "googlenet");

    private static final double SHORTEST = 0.1;
    private static final double LONGEST = 3600;
    private static final int SMALL_SIDE = 64;
    private static final int BATCH_OF_SMALL = 64;
    private static final int BATCH_OF_LARGE = 16;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description = "A Python that has PyTorch, and torchvision for its networks (python3).")
    private String python = "python3";

    @Option(
            names = "--networks",
            paramLabel = "NAME",
            split = ",",
            description = "torchvision's, resnet20_cifar and all_cnn_c (those two, resnet50, vgg16, googlenet).")
    private List<String> networks = NETWORKS;

    @Option(names = "--engines", paramLabel = "NAME", split = ",", description = "Of libtorch and nd4j (libtorch).")
    private List<String> engines = List.of("libtorch");

    @Option(names = "--device", paramLabel = "DEVICE", description = "cpu (the default) or cuda:N.")
    private String device = "cpu";

    @Option(names = "--threads", paramLabel = "N", description = "Of the processor (1).")
    private int threads = 1;

    @Option(names = "--precision", paramLabel = "NAME", description = "fp32 (the default), tf32, bf16 or fp16.")
    private Precision precision = Precision.FP32;

    @Option(
            names = "--deterministic",
            paramLabel = "true|false",
            arity = "1",
            description = "Whether the engines keep to deterministic algorithms on a GPU (true); PyTorch does not.")
    private boolean deterministic = true;

    @Option(names = "--batch", paramLabel = "N", description = "Images of a step (64, of more than 64 x 64 pixels 16).")
    private Optional<Integer> batch = Optional.empty();

    @Option(names = "--rounds", paramLabel = "N", description = "How often each has its turn (7).")
    private int rounds = 7;

    @Option(names = "--seconds", paramLabel = "N", description = "How long a turn takes, one step at least (4).")
    private double seconds = 4;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        if (rounds < 1 || !(seconds >= SHORTEST && seconds <= LONGEST) || batch.orElse(1) < 1) {
            throw new BadInputException("--rounds = " + rounds + ", --seconds = " + seconds
                    + batch.map(images -> ", --batch = " + images).orElse("")
                    + ": rounds and images must be 1 or more, seconds from " + SHORTEST + " to " + LONGEST);
        }
        Device measured = Device.parse(device);
        List<Network> built = networks.stream()
                .map(name -> Catalogue.build(name, NetworkArguments.defaults()))
                .toList();
        EngineOptions options = EngineOptionsBuilder.builder()
                .device(measured)
                .threads(threads)
                .precision(precision)
                .deterministic(deterministic)
                .labelSmoothing(LabelSmoothing.NONE)
                .frozen(Frozen.NOTHING)
                .build();
        engines.forEach(options::requireOf);
        RankingTable table = new RankingTable("network");
        for (Network network : built) {
            err.println("measuring " + network.name() + " …");
            int images = batch.orElseGet(() -> usualBatch(network));
            table.add(
                    network,
                    images,
                    SideBySide.withPyTorch(
                            engines,
                            python,
                            network,
                            options,
                            images,
                            rounds,
                            Duration.ofMillis(Math.round(1000 * seconds))));
        }
        if (json) {
            Json.print(table.json(), spec.commandLine().getOut());
        } else {
            table.text().lines().forEach(spec.commandLine().getOut()::println);
        }
    }

    private static int usualBatch(Network network) {
        boolean small = network.input() instanceof Shape.Image image && image.height() <= SMALL_SIDE;
        return small ? BATCH_OF_SMALL : BATCH_OF_LARGE;
    }
}

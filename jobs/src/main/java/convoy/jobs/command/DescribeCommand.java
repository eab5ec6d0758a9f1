package convoy.jobs.command;

import convoy.architectures.Catalogue;
import convoy.architectures.drawing.Drawing;
import convoy.architectures.families.Blueprint;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.families.Variant;
import convoy.architectures.file.StoredNetwork;
import convoy.architectures.file.WrittenNetwork;
import convoy.architectures.graph.Network;
import convoy.architectures.inspection.Footprint;
import convoy.architectures.inspection.Inspection;
import convoy.architectures.tensor.Shape;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.driver.network.NetworkFiles;
import convoy.driver.network.OnnxFiles;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.jobs.output.PictureFiles;
import convoy.jobs.runfile.RunFile;
import convoy.onnx.in.OnnxModel;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.Preview;
import convoy.worker.data.batch.PreviewBuilder;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Precision;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what one network is made of, or a data set. */
@Command(
        name = "describe",
        description =
                "Show the layers of a network: shapes, parameters, multiply-adds, what each sees of an image, bytes, a"
                        + " picture. Or show a data set, and the images that a worker is fed with.")
final class DescribeCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "NETWORK", description = "A name that `convoy models` lists.")
    private Optional<String> network = Optional.empty();

    @Option(
            names = "--network-file",
            paramLabel = "URI",
            description = "Describe the network of this file of one's own, and check it.")
    private Optional<String> networkFile = Optional.empty();

    @Option(
            names = "--parameter",
            paramLabel = "NAME=VALUE",
            description =
                    "A parameter of the file, or the width, depth or phi of a network that comes in any size. May be"
                            + " repeated.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(
            names = "--onnx",
            paramLabel = "URI",
            description =
                    "Describe the network of this ONNX model, and say what of the model is left out or taken otherwise.")
    private Optional<String> onnx = Optional.empty();

    @Option(
            names = "--as-file",
            description = "Print the network as a network file, to begin one's own with, instead of a table.")
    private boolean asFile;

    @Option(
            names = "--input",
            paramLabel = "CxHxW",
            description = "The shape of an image, for example 3x224x224; by default the one the network is made for.")
    private Optional<String> input = Optional.empty();

    @Option(names = "--classes", paramLabel = "N", description = "The number of classes; by default the network's.")
    private Optional<Integer> classes = Optional.empty();

    @Option(names = "--micro-batch", paramLabel = "N", description = "Count the bytes of this many images (1).")
    private int microBatch = 1;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "Count the bytes of fp32 (default), tf32, bf16 or fp16.")
    private Precision precision = Precision.FP32;

    @Option(
            names = "--optimizer",
            paramLabel = "YAML",
            description = "Count the bytes of this one, as in a run file; by default the run file's default.")
    private Optional<String> optimizer = Optional.empty();

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw the network into this file.")
    private Optional<Path> svg = Optional.empty();

    @Option(names = "--dot", paramLabel = "FILE", description = "Write the network as Graphviz reads it.")
    private Optional<Path> dot = Optional.empty();

    @Option(names = "--data", paramLabel = "URI", description = "Describe this data set instead of a network.")
    private Optional<String> data = Optional.empty();

    @Option(
            names = "--preview",
            paramLabel = "FILE.png",
            description =
                    "Draw images of the data set as a worker is fed with them: augmented, in the order of training.")
    private Optional<Path> preview = Optional.empty();

    @Option(
            names = "--run",
            paramLabel = "RUN.yaml",
            description = "With --preview: transforms, mixtures, seeds, split and micro-batches of this run file.")
    private Optional<String> run = Optional.empty();

    @Option(
            names = "--transforms",
            paramLabel = "YAML",
            description = "With --preview: these transforms, as in a run file: '[{kind: pad-crop, padding: 4}, flip]'.")
    private Optional<String> transforms = Optional.empty();

    @Option(names = "--rows", paramLabel = "N", description = "With --preview: how many images (48).")
    private int rows = 48;

    @Option(names = "--epoch", paramLabel = "N", description = "With --preview: of which epoch, from 0 (0).")
    private long epoch;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Override
    public void run() {
        if (data.isPresent()) {
            describeData(data.get());
        } else {
            describeNetwork();
        }
    }

    private void describeNetwork() {
        List<String> given = Stream.of(
                        network.map(name -> "NETWORK"),
                        networkFile.map(file -> "--network-file"),
                        onnx.map(file -> "--onnx"))
                .flatMap(Optional::stream)
                .toList();
        if (given.size() != 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    given.isEmpty()
                            ? "Missing required parameter: 'NETWORK', --network-file, --onnx or --data"
                            : String.join(" and ", given) + " are both given: leave one of them out");
        }
        if (onnx.isPresent() && !parameters.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--parameter is given with --onnx, and a model of ONNX's has none");
        }
        NoticedNetwork noticed = blueprint();
        Network described = noticed.blueprint()
                .build(new NetworkArguments(classes, input.map(Shape.Image::parse), Optional.empty(), Variant.none()));
        PrintWriter out = spec.commandLine().getOut();
        if (asFile) {
            out.print(WrittenNetwork.of(described, network.map(Catalogue::find).map(Entry::paper)));
        } else {
            Inspection inspection = Inspection.of(described, use());
            out.print(json ? Json.pretty(inspection.data()) + "\n" : inspection.text());
            inspection.unread().forEach(unread -> notice(unread.sentence()));
        }
        noticed.notices().forEach(this::notice);
        svg.ifPresent(file -> write(file, Drawing.of(described).svg()));
        dot.ifPresent(file -> write(file, Drawing.of(described).dot()));
    }

    private void notice(String sentence) {
        spec.commandLine().getErr().println("convoy: " + sentence);
    }

    private Footprint.Use use() {
        if (microBatch < 1) {
            throw new BadInputException("--micro-batch = " + microBatch + " < 1: ask for one image or more");
        }
        RunConfiguration configuration = RunFile.read(
                RunConfiguration.class,
                "--optimizer",
                optimizer.map(words -> "optimizer: " + words).orElse(""),
                List.of());
        return new Footprint.Use(
                microBatch,
                precision.bytes(),
                configuration.optimization().optimizer().slots().size());
    }

    /**
     * A network to be described.
     *
     * @param notices what is to be said of it beside, each in a line
     */
    private record NoticedNetwork(Blueprint blueprint, List<String> notices) {}

    private NoticedNetwork blueprint() {
        if (onnx.isPresent()) {
            OnnxModel model = OnnxFiles.open(Uris.hadoop(), Uris.local(onnx.get()));
            return new NoticedNetwork(new StoredNetwork(model.network()), model.notices());
        }
        return new NoticedNetwork(
                networkFile.isPresent()
                        ? NetworkFiles.open(Uris.hadoop(), Uris.local(networkFile.get()), new TreeMap<>(parameters))
                        : Catalogue.scaled(network.orElseThrow(), parameters),
                List.of());
    }

    private void describeData(String uri) {
        PrintWriter out = spec.commandLine().getOut();
        DataSet opened = DataSet.open(Uris.hadoop(), uri);
        Map<String, Object> facts = facts(opened);
        if (json) {
            Json.print(facts, out);
        } else {
            facts.forEach((key, value) -> out.println(String.format(Locale.ROOT, "%-12s %s", key, value)));
        }
        preview.ifPresent(file -> PictureFiles.write(file, preview(opened)));
    }

    private static Map<String, Object> facts(DataSet opened) {
        DatasetInfo info = opened.info();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("data-set", opened.uri());
        facts.put("rows", info.rows());
        facts.put("classes", info.classes());
        if (!info.labelSets().isEmpty()) {
            facts.put("label-sets", info.labelSets().size());
        }
        facts.put("encoding", info.encoding().name().toLowerCase(Locale.ROOT));
        facts.put(
                "images",
                info.channels() + "x" + (info.height() == 0 ? "?" : info.height()) + "x"
                        + (info.width() == 0 ? "?" : info.width()));
        facts.put("mean", info.mean());
        facts.put("std", info.std());
        facts.put("files", info.files().size());
        facts.put(
                "whitening",
                info.whitening().map(DatasetInfo.WhiteningFile::name).orElse("none"));
        facts.put("fingerprint", info.fingerprint());
        return facts;
    }

    private byte[] preview(DataSet opened) {
        RunConfiguration configuration = run.isPresent()
                ? RunFile.read(
                        RunConfiguration.class,
                        run.get(),
                        Uris.read(run.get(), Uris.hadoop()),
                        transforms
                                .map(list -> List.of("data.transforms=" + list))
                                .orElse(List.of()))
                : RunFile.read(
                        RunConfiguration.class,
                        "--transforms",
                        "data: {transforms: " + transforms.orElse("[]") + "}",
                        List.of());
        // Without a run there is no need of as many rows as its micro-batches take.
        int batch = (int) Math.min(rows, opened.rows());
        DataSet trained = configuration
                .data()
                .validation()
                .flatMap(Validation::split)
                .map(split -> opened.split(split).training())
                .orElse(opened);
        Preview drawn = PreviewBuilder.builder()
                .data(trained)
                .transforms(new Transforms(configuration.data().transforms()))
                .mixes(configuration.data().mix())
                .sampling(configuration.data().sampling())
                .seed(configuration.eachSeed().order())
                .augmentation(configuration.eachSeed().augmentation())
                .microBatches(run.isPresent() ? configuration.steps().microBatches() : 1)
                .microBatch(run.isPresent() ? configuration.steps().microBatch() : Math.max(1, batch))
                .epoch(epoch)
                .rows(rows)
                .build();
        try {
            return drawn.png();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while drawing", interrupted);
        }
    }

    private static void write(Path file, String text) {
        PictureFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}

package convoy.jobs.reproduce;

import convoy.driver.spark.ProcessEnd;
import convoy.driver.spark.SparkApplication;
import convoy.jobs.launch.Applications;
import convoy.jobs.launch.Ending;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.records.BadInputException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a trained model again, and compares the bits. */
@Command(
        name = "reproduce",
        description =
                "Train a model again as its run did, on any cluster, and compare every bit; run again, it goes on.")
public final class ReproduceCommand implements Callable<Integer>, Ending {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(
            paramLabel = "RUN|MODEL|URI#VERSION",
            description = "A run's directory, a model.safetensors of a run, or a version of a registry.")
    private String asked = "";

    @Option(names = "--check", description = "Say whether it can be made again here, and train nothing.")
    private boolean check;

    @Option(
            names = "--to",
            paramLabel = "DIRECTORY",
            description = "Where it is made; by default a new directory beside the run's, NAME-reproduced-N.")
    private Optional<String> to = Optional.empty();

    @Option(names = "--workers", paramLabel = "N", description = "Workers; by default as many as the run had.")
    private Optional<Integer> workers = Optional.empty();

    @Option(
            names = "--servers",
            paramLabel = "N",
            description = "Parameter servers; by default as many as the run had.")
    private Optional<Integer> servers = Optional.empty();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a key of the run file, as data.reader-threads=2; what decides bits is refused.")
    private List<String> overrides = List.of();

    @Option(
            names = "--data-at",
            paramLabel = "OLD=NEW",
            description = "Data or weights that lay at OLD lie at NEW now; may be repeated.")
    private List<String> moves = List.of();

    @Option(names = "--run-file", paramLabel = "FILE", description = "The run file of a model that stands alone.")
    private Optional<String> runFile = Optional.empty();

    @Option(
            names = "--ancestors",
            description = "First make the models again that it began with, as far as their runs are there.")
    private boolean ancestors;

    @Option(
            names = "--anyway",
            description = "Train though it cannot have the same bits, and say by how much it differs.")
    private boolean anyway;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            description = "Numbers may differ by X; for runs with deterministic: false.")
    private Optional<Double> tolerance = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private Optional<Report> ended = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        tolerance
                .filter(allowed -> !(allowed >= 0 && allowed < Double.POSITIVE_INFINITY))
                .ifPresent(allowed -> {
                    throw new BadInputException("--tolerance = " + allowed
                            + ", must be 0 or more: give what numbers may" + " differ by, as 1e-5");
                });
        Reproduction reproduction = Reproduction.of(Uris.hadoop(), request());
        Optional<List<Part>> refused = reproduction.refused();
        List<Part> parts = refused.isPresent() ? refused.get() : onSpark(reproduction);
        Report report = new Report(parts, reproduction.beginning());
        ended = Optional.of(report);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(report.json(), out);
        } else {
            report.lines().forEach(out::println);
            report.summary().ifPresent(out::println);
        }
        return report.outcome().status();
    }

    @Override
    public ProcessEnd end(int status) {
        return new ProcessEnd(status, ended.map(Report::told).orElse("exit status " + status), true);
    }

    private List<Part> onSpark(Reproduction reproduction) throws InterruptedException {
        try (SparkApplication spark =
                Applications.start("convoy reproduce", reproduction.settings(), reproduction.size())) {
            List<Part> parts = check
                    ? reproduction.check(spark)
                    : reproduction.make(spark, spec.commandLine().getErr());
            spark.succeed();
            return parts;
        }
    }

    private Request request() {
        List<String> all = new ArrayList<>(overrides);
        workers.ifPresent(count -> all.add("workers=" + count));
        servers.ifPresent(count -> all.add("servers=" + count));
        return Request.of(asked)
                .with()
                .runFile(runFile)
                .to(to)
                .overrides(all)
                .moves(Moves.parse(moves))
                .ancestors(ancestors)
                .anyway(anyway)
                .tolerance(tolerance)
                .build();
    }
}

package convoy.jobs.command;

import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.spark.Evaluation;
import convoy.driver.spark.EvaluationRequestBuilder;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.jobs.launch.Applications;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.jobs.output.Scores;
import convoy.jobs.progress.RowsGauge;
import convoy.jobs.registry.ModelReference;
import convoy.jobs.runfile.RunFile;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.EngineChoice;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Scores a trained model on held-out pictures. */
@Command(name = "evaluate", description = "Score a trained model on a data set.")
final class EvaluateCommand implements Runnable {
    private static final int USUAL_BATCH = 128;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(
            paramLabel = "RUN|FILE|URI#VERSION",
            description =
                    "A run's directory, a .safetensors file (then --data is needed), or a version of a registry, as"
                            + " registry#champion.")
    private String model = "";

    @Option(
            names = "--data",
            paramLabel = "URI",
            description = "The data set; by default what the run's data.validation holds out.")
    private Optional<String> data = Optional.empty();

    @Option(
            names = "--network",
            paramLabel = "NAME",
            description = "The network of a .safetensors file that does not say it.")
    private Optional<String> network = Optional.empty();

    @Option(names = "--batch", paramLabel = "N", description = "Images scored at once (" + USUAL_BATCH + ").")
    private int batch = USUAL_BATCH;

    @Option(names = "--tasks", paramLabel = "N", description = "Spark tasks at a time; by default the run's workers.")
    private Optional<Integer> tasks = Optional.empty();

    @Option(names = "--keep", description = "Keep in the run's directory what was taken for what, for `convoy report`.")
    private boolean keep;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        String asked = Uris.local(model);
        model = ModelReference.folder(Uris.hadoop(), model);
        if (keep && !model.equals(asked)) {
            throw new BadInputException("--keep writes into a run's directory, and " + asked
                    + " is a version of a registry, which nobody changes: give the run, or leave --keep out");
        }
        boolean isFile = model.endsWith(".safetensors") || model.endsWith(".safetensors.index.json");
        if (isFile && keep) {
            throw new BadInputException("--keep writes into a run's directory, and " + model
                    + " is a file: give the run, or leave --keep out");
        }
        Evaluation.Request request = isFile ? ofFile() : ofRun();
        if (keep) {
            // Which class was taken for which is kept.
            DataSet.open(Uris.hadoop(), request.data())
                    .info()
                    .requireOneLabel(request.data(), "--keep", "leave it out");
        }
        try (SparkApplication spark =
                Applications.start("convoy evaluate", new RunSize(0, request.threads(), request.tasks()))) {
            Evaluation.Scored scored = run(spark, request, spec.commandLine().getErr());
            EvaluationResult result = scored.result();
            if (keep) {
                RunDirectory run = RunDirectory.existing(Uris.hadoop(), model);
                run.write(
                        run.path(scored.confusion().file()), scored.confusion().toJson());
            }
            spark.succeed();
            if (json) {
                Json.print(
                        scored.labels()
                                .map(labels -> Scores.asJson(result, labels))
                                .orElseGet(() -> Scores.asJson(result)),
                        out);
            } else {
                scored.labels()
                        .map(labels -> Scores.describe(result, labels))
                        .orElseGet(() -> List.of(Scores.describe(result)))
                        .forEach(out::println);
            }
        }
    }

    private Evaluation.Request ofFile() {
        NetworkChoice choice = NetworkChoice.of(network.orElse(""));
        String rows = data.orElseThrow(
                () -> new BadInputException("--data is missing: say on which data set to score " + model));
        return EvaluationRequestBuilder.builder()
                .model(model)
                .network(choice)
                .data(rows)
                .transforms(new Transforms(List.of()))
                .metrics(List.of())
                .batch(batch)
                .engine(new EngineChoice("nd4j", "cpu"))
                .threads(1)
                .tasks(tasks.orElse(1))
                .build();
    }

    private Evaluation.Request ofRun() {
        Uris.requireRun(model, Uris.hadoop());
        String runFile = model + "/run.yaml";
        RunConfiguration run =
                RunFile.read(RunConfiguration.class, runFile, Uris.read(runFile, Uris.hadoop()), List.of());
        int atOnce = tasks.orElse(run.resources().workers());
        if (data.isPresent()) {
            return Evaluation.Request.ofRun(model, run, Validation.at(data.get()), batch, atOnce);
        }
        Validation heldOut = run.data()
                .validation()
                .orElseThrow(() -> new BadInputException("--data is missing: the run " + model
                        + " has no data.validation; say on which data set to score it"));
        return Evaluation.Request.ofRun(model, run, heldOut, batch, atOnce);
    }

    /** Evaluates with a progress bar. */
    static Evaluation.Scored run(SparkApplication spark, Evaluation.Request request, PrintWriter err) {
        try (RowsGauge display = new RowsGauge("evaluate", err)) {
            return Evaluation.score(spark, request, display);
        }
    }
}

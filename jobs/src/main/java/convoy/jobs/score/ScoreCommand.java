package convoy.jobs.score;

import convoy.driver.scoring.ScoreDescription;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.scoring.ScoringJob;
import convoy.driver.spark.scoring.ScoringRequest;
import convoy.driver.spark.scoring.ScoringRequestBuilder;
import convoy.jobs.launch.Applications;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.jobs.progress.RowsGauge;
import convoy.jobs.registry.ModelReference;
import convoy.records.text.Counts;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.Precision;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes what a model says of every row of a data set. */
@Command(
        name = "score",
        description =
                "Write a model's best classes of every row of a data set, as Parquet. Killed, the same words go on.")
public final class ScoreCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
            names = "--model",
            required = true,
            paramLabel = "URI",
            description = "A run's directory, a version as registry#champion, or a .safetensors file or index.")
    private String model = "";

    @Option(names = "--data", required = true, paramLabel = "URI", description = "The data set.")
    private String data = "";

    @Option(names = "--to", required = true, paramLabel = "URI", description = "The directory for the scores.")
    private String to = "";

    @Option(names = "--top", paramLabel = "K", description = "How many classes to keep of each row (1).")
    private int top = 1;

    @Option(names = "--features", description = "Keep what goes into the last dense layer, too.")
    private boolean features;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Rows computed at once (" + ScoringRequest.USUAL_BATCH + "): last bits of scores follow it.")
    private int batch = ScoringRequest.USUAL_BATCH;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "What computes: nd4j (the default), libtorch or auto.")
    private String engine = "nd4j";

    @Option(names = "--device", paramLabel = "DEVICE", description = "cpu (the default), cuda or auto.")
    private String device = "cpu";

    @Option(names = "--precision", paramLabel = "NAME", description = "fp32 (the default), tf32, bf16 or fp16.")
    private Precision precision = Precision.FP32;

    @Option(names = "--threads", paramLabel = "N", description = "Processor threads of each task (1).")
    private int threads = 1;

    @Option(names = "--tasks", paramLabel = "N", description = "Spark tasks at a time (1).")
    private int tasks = 1;

    @Option(names = "--overwrite", description = "Replace other scores that are there.")
    private boolean overwrite;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        ScoringRequest request = ScoringRequestBuilder.builder()
                .model(ModelReference.folder(Uris.hadoop(), model))
                .data(Uris.local(data))
                .to(Uris.local(to))
                .top(top)
                .features(features)
                .batch(batch)
                .engine(new EngineChoice(engine, device).withPrecision(precision))
                .threads(threads)
                .tasks(tasks)
                .overwrite(overwrite)
                .build();
        try (SparkApplication spark = Applications.start("convoy score", new RunSize(0, threads, tasks))) {
            ScoringJob.Scored scored;
            try (RowsGauge display = new RowsGauge("score", spec.commandLine().getErr())) {
                scored = ScoringJob.run(spark, request, display);
            }
            spark.succeed();
            if (json) {
                Json.print(asJson(request, scored), out);
            } else {
                print(request, scored, out);
            }
        }
    }

    private static void print(ScoringRequest request, ScoringJob.Scored scored, PrintWriter out) {
        ScoreDescription scores = scored.description();
        long rows = scores.plan().rows();
        out.println(Counts.of(rows, "row") + " in " + Counts.of(scores.files().size(), "file") + " in " + request.to());
        out.println(String.format(
                Locale.ROOT,
                "best class is the label: %,d of %,d (%.2f %%)",
                scores.right(),
                rows,
                100.0 * scores.right() / rows));
        if (scored.before() > 0) {
            out.println("scored before: " + Counts.of(scored.before(), "row"));
        }
        if (scores.problems() > 0) {
            out.println("without scores: " + Counts.of(scores.problems(), "row") + ", column problem says why");
        }
        if (scores.processors().size() > 1) {
            out.println("scored on several kinds of processors (" + String.join(", ", scores.processors())
                    + "), whose last bits differ");
        }
    }

    private static Map<String, Object> asJson(ScoringRequest request, ScoringJob.Scored scored) {
        ScoreDescription scores = scored.description();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("scores", request.to());
        object.put("rows", scores.plan().rows());
        object.put("files", scores.files().size());
        object.put("right", scores.right());
        object.put("problems", scores.problems());
        object.put("before", scored.before());
        object.put("model-sha256", scores.plan().modelSha256());
        object.put("data-fingerprint", scores.plan().dataFingerprint());
        object.put("features", scores.plan().features());
        object.put("processors", scores.processors());
        return object;
    }
}

package convoy.jobs.command;

import convoy.driver.importing.WhiteningConfiguration;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.importing.WhiteningJob;
import convoy.jobs.launch.Applications;
import convoy.jobs.output.Json;
import convoy.jobs.progress.Phases;
import convoy.records.text.Counts;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.transform.GlobalContrastNormalization;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fits a ZCA whitening to a data set, as a Spark job. */
@Command(
        name = "whiten",
        description = "Fit a ZCA whitening to a data set and store it there, for the transform zca (All-CNN's inputs).")
final class WhitenCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(names = "--data", required = true, paramLabel = "URI", description = "The training data.")
    private String data = "";

    @Option(
            names = "--no-contrast",
            description = "Fit it to pixels as they are, not to what global-contrast-normalization makes of them.")
    private boolean plain;

    @Option(
            names = "--scale",
            paramLabel = "S",
            description = "Of the global contrast normalization before (55, All-CNN's).")
    private double scale = GlobalContrastNormalization.defaults().scale();

    @Option(names = "--bias", paramLabel = "B", description = "Of the global contrast normalization before (0).")
    private double bias = GlobalContrastNormalization.defaults().bias();

    @Option(
            names = "--filter-bias",
            paramLabel = "F",
            description = "Added to the eigenvalues of the covariance (0.1).")
    private double filterBias = WhiteningConfiguration.of("").filterBias();

    @Option(names = "--overwrite", description = "Replace the whitening that the data set has.")
    private boolean overwrite;

    @Option(names = "--json", description = "Print one JSON object about it at the end.")
    private boolean json;

    @Override
    public void run() {
        Optional<GlobalContrastNormalization> contrast =
                plain ? Optional.empty() : Optional.of(new GlobalContrastNormalization(scale, bias));
        WhiteningConfiguration configuration = new WhiteningConfiguration(data, contrast, filterBias, overwrite);
        PrintWriter out = spec.commandLine().getOut();
        try (SparkApplication spark = Applications.start("convoy whiten", RunSize.ofAnything());
                Phases phases = new Phases(spec.commandLine().getErr())) {
            DatasetInfo info = WhiteningJob.run(spark.context(), configuration, phases);
            spark.succeed();
            DatasetInfo.WhiteningFile file = info.whitening().orElseThrow();
            if (json) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("data-set", data);
                object.put("rows", info.rows());
                object.put("file", file.name());
                object.put("sha256", file.sha256());
                object.put("fingerprint", info.fingerprint());
                Json.print(object, out);
            } else {
                out.println(String.format(
                        Locale.ROOT, "whitening of %s in %s/%s", Counts.of(info.rows(), "picture"), data, file.name()));
            }
        }
    }
}

package convoy.jobs.command;

import convoy.driver.spark.Gpus;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.Allotment;
import convoy.jobs.launch.Applications;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.file.StudyFile;
import convoy.jobs.study.findings.Findings;
import convoy.jobs.study.findings.FindingsJson;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.preview.Preview;
import convoy.jobs.study.preview.PreviewText;
import convoy.jobs.study.run.Ablation;
import convoy.records.BadInputException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains what a study file says, or goes on with it, and says what follows. */
@Command(
        name = "ablate",
        description = "Train the variants of a study and say what follows; run again, it goes on where it was.")
final class AblateCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "STUDY.yaml", description = "The study file, here or on any Hadoop file system.")
    private String studyFile = "";

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a key of the study file, as budget.epochs=2; may be repeated.")
    private List<String> overrides = List.of();

    @Option(names = "--dry-run", description = "Print the trials, their cost and what the tests can show, and stop.")
    private boolean dryRun;

    @Option(names = "--anyway", description = "Begin though no scores could make the test reject.")
    private boolean anyway;

    @Option(
            names = "--read-test-again",
            description = "Read the test set though it was read before, as after trials were added.")
    private boolean readTestAgain;

    @Option(names = "--json", description = "Print one JSON object about the study at the end.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Configuration hadoop = Uris.hadoop();
        Study study = StudyFile.read(studyFile, Uris.read(studyFile, hadoop), overrides, Uris.reader(hadoop));
        ResolvedStudy resolved = ResolvedStudy.of(study, hadoop, choice -> choice.settle(Gpus.areGiven()));
        try (SparkApplication spark =
                Applications.start("convoy ablate " + study.name(), Allotment.settings(), Ablation.size(resolved))) {
            Ablation ablation = new Ablation(spark, resolved);
            Preview preview = ablation.preview();
            if (dryRun) {
                PreviewText.lines(preview, Ablation.sentences(preview)).forEach(out::println);
            }
            if (!anyway) {
                Ablation.requireTestThatCanReject(preview);
            }
            if (!dryRun) {
                print(ablation.run(preview, call(), spec.commandLine().getErr()), out);
            }
            spark.succeed();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BadInputException("the study was interrupted; the same command goes on", interrupted);
        }
    }

    private Ablation.Call call() {
        return new Ablation.Call(new Version().getVersion()[0], readTestAgain);
    }

    private void print(Ablation.Ended ended, PrintWriter out) {
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("state", ended.findings().isPresent() ? "completed" : "stopped");
            object.put("directory", ended.directory());
            ended.findings().ifPresent(findings -> object.putAll(FindingsJson.map(findings)));
            Json.print(object, out);
            return;
        }
        ended.table().forEach(out::println);
        ended.findings()
                .ifPresentOrElse(
                        findings -> {
                            print(findings, out);
                            out.println("report: " + ended.directory() + "/report/report.html");
                        },
                        () -> out.println("stopped; the same command goes on"));
    }

    private static void print(Findings findings, PrintWriter out) {
        out.println();
        out.println(findings.asked().question());
        findings.answer().forEach(out::println);
        findings.remarks().forEach(out::println);
    }
}

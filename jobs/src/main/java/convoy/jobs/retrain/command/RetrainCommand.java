package convoy.jobs.retrain.command;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.spark.ProcessEnd;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.jobs.launch.Applications;
import convoy.jobs.launch.Ending;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.jobs.retrain.file.Pipeline;
import convoy.jobs.retrain.file.PipelineFile;
import convoy.jobs.retrain.run.Outcome;
import convoy.jobs.retrain.schedule.Scheduler;
import convoy.jobs.retrain.schedule.Timetable;
import convoy.jobs.retrain.work.RetrainJob;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains on what is new and promotes what is better, once or by a timetable. */
@Command(
        name = "retrain",
        description = "Train on what is new, and promote the model if it is better; killed, the same command goes on.")
public final class RetrainCommand implements Callable<Integer>, Ending {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "PIPELINE.yaml", description = "The pipeline file, here or on any Hadoop file system.")
    private String pipelineFile = "";

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a key of the pipeline file, as promotion.margin=0.5; may be repeated.")
    private List<String> overrides = List.of();

    @Option(names = "--check", description = "Check the pipeline file, print it with all its keys and stop.")
    private boolean check;

    @Option(names = "--force", description = "Promote whatever the verdict is; --because says why.")
    private boolean force;

    @Option(names = "--because", paramLabel = "REASON", description = "The reason to --force, which the history keeps.")
    private Optional<String> because = Optional.empty();

    @Option(
            names = "--schedule",
            paramLabel = "CRON",
            description = "Stay, and retrain at the times of a cron line, as '0 3 * * *'.")
    private Optional<String> schedule = Optional.empty();

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "The time zone of --schedule; this machine's if left out.")
    private Optional<String> zone = Optional.empty();

    @Option(names = "--starts", paramLabel = "N", description = "With --schedule: end after so many starts.")
    private Optional<Integer> starts = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object about each retraining at its end.")
    private boolean json;

    /** Of the newest retraining; empty while none has ended. */
    private Optional<Outcome> last = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        requireTogether();
        Pipeline pipeline = read();
        if (check) {
            spec.commandLine().getOut().print(PipelineFile.write(pipeline));
            return 0;
        }
        if (schedule.isEmpty()) {
            return retrain(pipeline);
        }
        Clock clock = Clock.system();
        Timetable timetable = Timetable.parse(
                schedule.get(), zone.orElseGet(() -> ZoneId.systemDefault().getId()), clock.now());
        PrintWriter err = spec.commandLine().getErr();
        int[] last = {0};
        new Scheduler(timetable, clock, err::println)
                .run(
                        due -> last[0] = start(timetable.text(due)),
                        starts.map(OptionalInt::of).orElseGet(OptionalInt::empty));
        return last[0];
    }

    private void requireTogether() {
        if (force != because.isPresent()) {
            throw new BadInputException(
                    force
                            ? "--force is given without --because: say why the verdict is overridden, as the history keeps it"
                            : "--because is given without --force: give both to override the verdict, or leave it out");
        }
        if (because.filter(String::isBlank).isPresent()) {
            throw new BadInputException("--because = '' says nothing: say in a sentence why");
        }
        if (schedule.isEmpty() && (zone.isPresent() || starts.isPresent())) {
            throw new BadInputException((zone.isPresent() ? "--zone" : "--starts")
                    + " is given without --schedule: add that, or leave it out");
        }
        if (schedule.isPresent() && (force || check)) {
            throw new BadInputException((force ? "--force" : "--check")
                    + " is given with --schedule: a person's decision is for one call; leave one of them out");
        }
        if (starts.isPresent() && starts.get() < 1) {
            throw new BadInputException("--starts = " + starts.get() + " < 1: leave it out to go on for ever");
        }
    }

    private Pipeline read() {
        Configuration hadoop = Uris.hadoop();
        return PipelineFile.read(pipelineFile, Uris.read(pipelineFile, hadoop), overrides, Uris.reader(hadoop));
    }

    /** A start that fails is told, and the next one comes all the same. */
    private int start(String due) throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        try {
            // The file may have been changed since.
            int status = retrain(read());
            err.println("the start of " + due + " ended with status " + status);
            return status;
        } catch (RuntimeException failure) {
            int status = handled(failure);
            err.println("the start of " + due + " ended with status " + status);
            return status;
        }
    }

    private int handled(RuntimeException failure) throws InterruptedException {
        try {
            CommandLine line = spec.commandLine();
            return line.getExecutionExceptionHandler().handleExecutionException(failure, line, line.getParseResult());
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Exception unhandled) {
            throw new IllegalStateException(unhandled);
        }
    }

    private int retrain(Pipeline pipeline) throws InterruptedException {
        Configuration hadoop = Uris.hadoop();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        RunConfiguration base = PipelineFile.run(pipeline);
        Outcome outcome;
        try (SparkApplication spark = Applications.start("convoy retrain " + pipeline.name(), RunSize.of(base))) {
            outcome = RetrainJob.run(spark, hadoop, pipeline, new RetrainJob.Call(because, Uris.reader(hadoop), err));
            spark.succeed();
        }
        last = Optional.of(outcome);
        if (json) {
            Json.print(Notification.object(pipeline.name(), outcome), out);
        } else {
            outcome.sentences().forEach(out::println);
        }
        new Notification(pipeline.notifying(), Notification.PATIENCE_SECONDS).send(pipeline.name(), outcome, err);
        return outcome.exitStatus();
    }

    /** That somebody moved the champion meanwhile another attempt may mend; a second try of the others would find them tried, and succeed. */
    @Override
    public ProcessEnd end(int status) {
        return last.map(outcome -> new ProcessEnd(status, outcome.told(), !(outcome instanceof Outcome.Overtaken)))
                .orElseGet(() -> new ProcessEnd(status, "exit status " + status, false));
    }
}

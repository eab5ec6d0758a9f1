package convoy.jobs.command;

import convoy.driver.configuration.Outputs;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.spark.ProcessEnd;
import convoy.jobs.attribution.ExplainImageCommand;
import convoy.jobs.launch.Ending;
import convoy.jobs.output.LineWriter;
import convoy.jobs.recipes.RecipesCommand;
import convoy.jobs.registry.command.RegistryCommand;
import convoy.jobs.reproduce.ReproduceCommand;
import convoy.jobs.retrain.command.RetrainCommand;
import convoy.jobs.score.ScoreCommand;
import convoy.parameterserver.files.Safetensors;
import convoy.records.BadInputException;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.engine.Precision;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The word in front of all others. */
@Command(
        name = "convoy",
        description = "Trains convolutional networks on a Spark cluster.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            QuickstartCommand.class,
            ImportCommand.class,
            WhitenCommand.class,
            TrainCommand.class,
            AblateCommand.class,
            RetrainCommand.class,
            EvaluateCommand.class,
            ReproduceCommand.class,
            PredictCommand.class,
            ExplainImageCommand.class,
            ScoreCommand.class,
            ExportCommand.class,
            ReportCommand.class,
            RegistryCommand.class,
            RecipesCommand.class,
            BenchmarkCommand.class,
            GpuCheckCommand.class,
            BesidePyTorchCommand.class,
            ModelsCommand.class,
            DescribeCommand.class
        })
public final class ConvoyCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of what went wrong.")
    private boolean debug;

    private ProcessEnd end = ProcessEnd.DONE;

    /**
     * {@return the command line, with all commands, that prints to these}
     *
     * @param out for what a command is to tell
     * @param err for what goes wrong, and for progress
     */
    public static CommandLine line(PrintWriter out, PrintWriter err) {
        ConvoyCommand root = new ConvoyCommand();
        CommandLine line = new CommandLine(root);
        KebabEnum.register(ImportConfiguration.Format.class, line);
        KebabEnum.register(ImportConfiguration.Store.class, line);
        KebabEnum.register(ImportConfiguration.Labels.class, line);
        KebabEnum.register(ImportConfiguration.Channels.class, ImportConfiguration.Channels::toString, line);
        KebabEnum.register(Orientation.class, line);
        KebabEnum.register(ImportConfiguration.OnBad.class, line);
        KebabEnum.register(Outputs.ExportFormat.class, line);
        KebabEnum.register(Safetensors.Precision.class, line);
        KebabEnum.register(Precision.class, line);
        return line.setOut(new LineWriter(out))
                .setErr(new LineWriter(err))
                .setParameterExceptionHandler(
                        (wrong, arguments) -> root.endWith(Failures.wrongArguments(wrong, root.debug)))
                .setExecutionStrategy(ConvoyCommand::execute)
                .setExecutionExceptionHandler(
                        (thrown, command, parsed) -> root.endWith(Failures.whileRunning(thrown, command, root.debug)));
    }

    /**
     * Ends before a command is looked for: a word of the line cannot be.
     *
     * @param line of {@link #line}
     * @param wrong what is wrong with the word
     * @return the exit status
     */
    public static int refuse(CommandLine line, BadInputException wrong) {
        ConvoyCommand root = line.getCommand();
        String message = String.valueOf(wrong.getMessage());
        line.getErr().println(message);
        return root.endWith(new ProcessEnd(Failures.BAD_INPUT, message, true));
    }

    /**
     * {@return how the command that this line ran last ended}
     *
     * @param line of {@link #line}
     * @param status that it ended with
     */
    public static ProcessEnd end(CommandLine line, int status) {
        ConvoyCommand root = line.getCommand();
        if (root.end.status() == status) {
            return root.end;
        }
        return last(line.getParseResult()).getCommand() instanceof Ending ending
                ? ending.end(status)
                : new ProcessEnd(status, "exit status " + status, false);
    }

    private static CommandLine last(CommandLine.ParseResult parsed) {
        CommandLine.ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return last.commandSpec().commandLine();
    }

    private int endWith(ProcessEnd failed) {
        end = failed;
        return failed.status();
    }

    /** Picocli hands exceptions on and lets errors through: an error of a library too ends a command with one line. */
    private static int execute(CommandLine.ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (Error failure) {
            throw new CommandLine.ExecutionException(last(parsed), failure.toString(), failure);
        }
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}

package convoy.jobs.registry.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The word in front of those that look at a registry or change it. */
@Command(
        name = "registry",
        description = "Keep the versions of a project's model, and which of them serves.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ListCommand.class,
            ShowCommand.class,
            AddCommand.class,
            PromoteCommand.class,
            RollbackCommand.class,
            HistoryCommand.class,
            RemoveAliasCommand.class,
            CleanCommand.class
        })
public final class RegistryCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}

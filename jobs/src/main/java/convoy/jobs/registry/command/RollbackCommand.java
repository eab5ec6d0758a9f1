package convoy.jobs.registry.command;

import convoy.jobs.registry.history.GivenName;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets an alias name again what it named before. */
@Command(
        name = "rollback",
        description =
                "Let the champion, or another alias, be again the version that it was before the one that it is now.")
final class RollbackCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "URI", description = "The registry's directory.")
    private String uri = "";

    @Option(names = "--to", paramLabel = "N", description = "The number of an earlier version that it was.")
    private Optional<Long> to = Optional.empty();

    @Option(names = "--alias", paramLabel = "NAME", description = "The alias (champion).")
    private String alias = GivenName.CHAMPION;

    @Mixin
    private HistoryChange change = new HistoryChange();

    @Override
    public void run() {
        GivenName.alias("--alias", alias);
        change.make(
                spec.commandLine(), uri, alias, (held, reason) -> held.rollback(alias, to, reason), Described::moved);
    }
}

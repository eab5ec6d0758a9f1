package convoy.jobs.registry.command;

import convoy.jobs.registry.history.GivenName;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets an alias name a version. */
@Command(name = "promote", description = "Let the champion, or another alias, be this version from now on.")
final class PromoteCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(index = "0", paramLabel = "URI", description = "The registry's directory.")
    private String uri = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "A number, or the alias of another version.")
    private String version = "";

    @Option(names = "--alias", paramLabel = "NAME", description = "The alias (champion).")
    private String alias = GivenName.CHAMPION;

    @Mixin
    private HistoryChange change = new HistoryChange();

    @Override
    public void run() {
        GivenName.alias("--alias", alias);
        change.make(
                spec.commandLine(),
                uri,
                version,
                (held, reason) -> held.promote(held.registry().number(version), alias, reason),
                Described::moved);
    }
}

package convoy.jobs.registry.command;

import convoy.jobs.registry.history.GivenName;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Removes an alias. */
@Command(name = "remove-alias", description = "Remove an alias; the version that it names stays.")
final class RemoveAliasCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(index = "0", paramLabel = "URI", description = "The registry's directory.")
    private String uri = "";

    @Parameters(index = "1", paramLabel = "ALIAS", description = "Any but champion: something has to serve.")
    private String alias = "";

    @Mixin
    private HistoryChange change = new HistoryChange();

    @Override
    public void run() {
        GivenName.alias("alias", alias);
        change.make(
                spec.commandLine(),
                uri,
                alias,
                (held, reason) -> held.removeAlias(alias, reason),
                entry -> alias + " names nothing any more");
    }
}

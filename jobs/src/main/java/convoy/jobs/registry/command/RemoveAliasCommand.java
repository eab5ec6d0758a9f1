package convoy.jobs.registry.command;

import convoy.jobs.output.Json;
import convoy.jobs.registry.history.Entry;
import convoy.jobs.registry.history.GivenName;
import convoy.jobs.registry.history.Reason;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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

    @Option(names = "--because", required = true, paramLabel = "TEXT", description = "Why, for the history.")
    private String because = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the registry is to be called; one of another name is refused.")
    private Optional<String> name = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object: the entry of the history.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        GivenName.alias("alias", alias);
        Reason reason = Reason.of(because);
        Opened.requireNumber(uri, alias);
        Entry entry = Opened.toChange(uri, name, spec.commandLine().getErr(), held -> held.removeAlias(alias, reason));
        if (json) {
            Json.print(Described.entry(entry), out);
        } else {
            out.println(alias + " names nothing any more");
        }
    }
}

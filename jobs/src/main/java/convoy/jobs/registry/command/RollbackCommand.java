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
        GivenName.alias("--alias", alias);
        Reason reason = Reason.of(because);
        Opened.requireNumber(uri, alias);
        Entry entry = Opened.toChange(uri, name, spec.commandLine().getErr(), held -> held.rollback(alias, to, reason));
        if (json) {
            Json.print(Described.entry(entry), out);
        } else {
            out.println(Described.moved(entry));
        }
    }
}

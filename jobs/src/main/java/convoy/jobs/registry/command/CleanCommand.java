package convoy.jobs.registry.command;

import convoy.jobs.output.Json;
import convoy.jobs.registry.Registry;
import convoy.jobs.registry.history.Reason;
import convoy.jobs.registry.history.Retention;
import convoy.records.text.Counts;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes old versions. */
@Command(
        name = "clean",
        description =
                "Remove old versions: never one that an alias is, was by its last N moves or would go back to, and never one that a"
                        + " version which stays was trained from.")
final class CleanCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "URI", description = "The registry's directory.")
    private String uri = "";

    @Option(
            names = "--keep",
            required = true,
            paramLabel = "N",
            description = "How many of the newest stay in any case.")
    private int keep;

    @Option(names = "--dry-run", description = "Only say which would be removed.")
    private boolean dryRun;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the registry is to be called; one of another name is refused.")
    private Optional<String> name = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Retention retention = new Retention(keep);
        List<Long> gone = dryRun
                ? removable(retention)
                : Opened.toChange(
                        uri,
                        name,
                        spec.commandLine().getErr(),
                        held -> held.clean(retention, Reason.of("clean --keep " + keep)));
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("removed", gone);
            object.put("dry-run", dryRun);
            Json.print(object, out);
        } else if (gone.isEmpty()) {
            out.println("no version is to be removed");
        } else {
            out.println(Counts.of(gone.size(), "version")
                    + (dryRun ? " would be removed: " : " removed: ")
                    + gone.stream().map(String::valueOf).collect(Collectors.joining(", ")));
        }
    }

    private List<Long> removable(Retention retention) {
        Registry registry = Opened.toRead(uri);
        name.ifPresent(registry::requireName);
        return retention.removed(registry.standing(), registry.parents());
    }
}

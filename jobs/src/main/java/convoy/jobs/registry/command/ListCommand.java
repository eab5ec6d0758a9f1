package convoy.jobs.registry.command;

import convoy.jobs.output.Json;
import convoy.jobs.output.TextTable;
import convoy.jobs.registry.Registry;
import convoy.jobs.registry.Version;
import convoy.records.text.Shown;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the versions of a registry. */
@Command(name = "list", description = "List the versions of a registry and what aliases name.")
final class ListCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "URI", description = "The registry's directory, on any Hadoop file system.")
    private String uri = "";

    @Option(names = "--all", description = "Also versions that were removed.")
    private boolean all;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Registry registry = Opened.toRead(uri);
        List<Version> versions = new ArrayList<>();
        for (long number : registry.standing().added().keySet()) {
            if (all || registry.standing().versions().contains(number)) {
                versions.add(registry.version(number));
            }
        }
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("registry", registry.name());
            object.put("aliases", registry.standing().aliases());
            object.put(
                    "versions",
                    versions.stream()
                            .map(version -> Described.version(registry, version))
                            .toList());
            Json.print(object, out);
            return;
        }
        if (versions.isEmpty()) {
            out.println("registry '" + registry.name() + "' has no versions yet");
            return;
        }
        TextTable table = new TextTable()
                .right("VERSION")
                .left("ADDED")
                .left("NETWORK")
                .right("STEP")
                .left("ALIASES")
                .left("FROM");
        for (Version version : versions) {
            boolean gone = registry.standing().removed().containsKey(version.number());
            table.row(
                    Long.toString(version.number()),
                    version.at(),
                    version.model().network(),
                    Long.toString(version.model().step()),
                    gone ? "(removed)" : String.join(", ", registry.standing().aliases(version.number())),
                    Shown.name(version.origin().source()));
        }
        table.lines().forEach(out::println);
    }
}

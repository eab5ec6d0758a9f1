package convoy.jobs.registry.command;

import convoy.jobs.output.Json;
import convoy.jobs.registry.ModelReference;
import convoy.jobs.registry.Registry;
import convoy.jobs.registry.Version;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.Shown;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what is known of a version. */
@Command(name = "show", description = "Show what is known of a version: what it is, where it came from, where it lies.")
final class ShowCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(
            paramLabel = "URI#VERSION",
            description = "The registry's directory, and a number or an alias: hdfs://n1:8020/registry#champion")
    private String reference = "";

    @Option(names = "--check", description = "Read all its files, and compare them with their digests.")
    private boolean check;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        ModelReference wanted = ModelReference.parse(reference)
                .orElseThrow(() -> new BadInputException("'" + reference
                        + "' names no version: write the registry's directory, #, and a number or an alias, as"
                        + " registry#champion"));
        Registry registry = Opened.toRead(wanted.registry());
        long number = registry.number(wanted.version());
        Version version = registry.version(number);
        if (check) {
            registry.verify(number);
        }
        if (json) {
            Map<String, Object> object = Described.version(registry, version);
            Json.print(object, out);
            return;
        }
        out.println("version " + number + " of registry '" + registry.name() + "', added at " + version.at() + " by "
                + version.by().describe());
        out.println("aliases: "
                + (registry.standing().aliases(number).isEmpty()
                        ? "none"
                        : String.join(", ", registry.standing().aliases(number))));
        out.println("model: " + registry.model(number));
        out.println("network: " + version.model().network() + " of "
                + Counts.of(version.model().classes(), "class", "classes") + ", for images "
                + version.model().input() + ", after "
                + Counts.of(version.model().step(), "step"));
        out.println("from: " + Shown.line(version.origin().source()));
        version.origin().parent().ifPresent(parent -> out.println("trained from: version " + parent));
        version.origin()
                .weights()
                .ifPresent(weights -> out.println("weights: " + Shown.line(weights.from())
                        + weights.sha256().map(digest -> ", SHA-256 " + digest).orElse("")));
        version.origin()
                .data()
                .forEach(data -> out.println(data.role() + " data: " + Shown.line(data.uri())
                        + data.fingerprint().map(digest -> ", " + digest).orElse("")));
        version.files()
                .forEach((name, file) -> out.println(
                        "file: " + name + ", " + Counts.of(file.bytes(), "byte") + ", SHA-256 " + file.sha256()));
        if (check) {
            out.println("all files are as they were added");
        }
    }
}

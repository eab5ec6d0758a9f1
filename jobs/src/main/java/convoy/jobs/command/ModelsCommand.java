package convoy.jobs.command;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.jobs.output.Json;
import convoy.jobs.output.TextTable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the catalogue. */
@Command(name = "models", description = "List the networks with their parameters and multiply-adds.")
final class ModelsCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(names = "--json", description = "Print one JSON array instead of a table.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(asJson(), out);
            return;
        }
        TextTable table = new TextTable()
                .left("NETWORK")
                .left("FAMILY")
                .left("INPUT")
                .right("CLASSES")
                .right("PARAMETERS")
                .right("GMACS");
        for (Entry entry : all()) {
            Network network = entry.build(NetworkArguments.defaults()).inference();
            table.row(
                    entry.name(),
                    entry.family(),
                    entry.input().toString(),
                    Integer.toString(entry.classes()),
                    String.format(Locale.ROOT, "%,d", network.parameterCount()),
                    String.format(Locale.ROOT, "%.4f", network.multiplyAdds() / 1e9));
        }
        table.lines().forEach(out::println);
    }

    /** The catalogue's, and what jars bring. */
    private static List<Entry> all() {
        List<Entry> all = new ArrayList<>(Catalogue.all());
        all.addAll(Catalogue.provided());
        return all;
    }

    private static List<Map<String, Object>> asJson() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Entry entry : all()) {
            Network network = entry.build(NetworkArguments.defaults());
            Network inference = network.inference();
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", entry.name());
            one.put("family", entry.family());
            one.put("paper", entry.paper());
            one.put(
                    "input",
                    List.of(
                            entry.input().channels(),
                            entry.input().height(),
                            entry.input().width()));
            one.put("classes", entry.classes());
            one.put("parameters", inference.parameterCount());
            one.put("parameters-with-auxiliary-heads", network.parameterCount());
            one.put("multiply-adds", inference.multiplyAdds());
            all.add(one);
        }
        return all;
    }
}

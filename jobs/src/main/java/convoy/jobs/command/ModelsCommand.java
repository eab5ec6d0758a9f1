package convoy.jobs.command;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.jobs.catalogue.ModelChart;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.jobs.output.PictureFiles;
import convoy.jobs.output.TextTable;
import convoy.jobs.report.run.RunData;
import convoy.jobs.report.run.RunReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the catalogue. */
@Command(
        name = "models",
        description = "List the networks with their parameters and multiply-adds, or draw them in one picture.")
final class ModelsCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(names = "--json", description = "Print one JSON array instead of a table.")
    private boolean json;

    @Option(
            names = "--chart",
            paramLabel = "FILE.svg",
            description = "Draw multiply-adds and parameters of all of them into this file instead.")
    private Optional<Path> chart = Optional.empty();

    @Option(
            names = "--run",
            paramLabel = "RUN",
            description =
                    "With --chart: draw the accuracy of this run's network instead, on held-out rows. May be repeated, with"
                            + " runs of one data set.")
    private List<String> runs = new ArrayList<>();

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (chart.isEmpty() && !runs.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--run is given without --chart, which draws the accuracy of runs");
        }
        if (chart.isPresent()) {
            draw(chart.get());
            out.println("the chart is " + chart.get());
            return;
        }
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

    private void draw(Path file) {
        String svg;
        if (runs.isEmpty()) {
            svg = ModelChart.ofCosts(all());
        } else {
            List<RunData> read = new ArrayList<>();
            // No lambda that holds Hadoop's configuration: BareCommandsTest says why.
            for (String run : runs) {
                read.add(RunReader.read(Uris.hadoop(), Uris.local(run)));
            }
            svg = ModelChart.ofRuns(read);
        }
        PictureFiles.write(file, svg.getBytes(StandardCharsets.UTF_8));
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

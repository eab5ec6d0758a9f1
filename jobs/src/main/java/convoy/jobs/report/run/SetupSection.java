package convoy.jobs.report.run;

import convoy.driver.configuration.RunConfiguration;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Code;
import convoy.jobs.report.page.Prose;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import convoy.jobs.runfile.RunFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What decided the outcome: keys that are not as they are by default first, then the rest, and how to train the same again. */
final class SetupSection {
    private SetupSection() {}

    static List<Block> blocks(List<RunData> runs) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(facts(runs));
        Map<String, String> defaults = Settings.of("defaults", RunFile.write(RunConfiguration.defaults()));
        Set<String> keys = new LinkedHashSet<>();
        runs.forEach(run -> keys.addAll(run.settings().keySet()));
        if (keys.isEmpty()) {
            blocks.add(new Prose("There is no run.yaml."));
            return blocks;
        }
        Set<String> chosen = new LinkedHashSet<>(keys);
        chosen.removeIf(key -> runs.stream().allMatch(run -> value(run, key).equals(defaults.getOrDefault(key, ""))));
        keys.removeAll(chosen);
        blocks.add(settings(
                "settings", "Keys of the run file that are not as they are by default", runs, chosen, defaults));
        blocks.add(settings("defaults", "Keys that are as they are by default", runs, keys, defaults));
        return blocks;
    }

    private static String value(RunData run, String key) {
        return run.settings().getOrDefault(key, "");
    }

    private static Table settings(
            String id, String caption, List<RunData> runs, Set<String> keys, Map<String, String> defaults) {
        Table.Builder table = Table.named(id, caption).words("key");
        runs.forEach(run -> table.words(run.name()));
        table.words("default");
        for (String key : keys) {
            List<Cell> row = new ArrayList<>();
            row.add(Cell.of(key));
            boolean differs =
                    runs.stream().map(run -> value(run, key)).distinct().count() > 1;
            for (RunData run : runs) {
                Cell cell = cell(value(run, key));
                row.add(differs ? cell.strong() : cell);
            }
            row.add(cell(defaults.getOrDefault(key, "")));
            table.row(row);
        }
        return table.build();
    }

    private static Cell cell(String text) {
        return text.isEmpty() ? Cell.NONE : Cell.of(text);
    }

    private static Table facts(List<RunData> runs) {
        Map<String, Function<RunData, String>> facts = new LinkedHashMap<>();
        facts.put("network", run -> network(run, RunData.NetworkFacts::name));
        facts.put("input", run -> network(run, RunData.NetworkFacts::input));
        facts.put("classes", run -> network(run, network -> Integer.toString(network.classes())));
        facts.put("parameters", run -> network(run, network -> Long.toString(network.parameters())));
        facts.put("multiply-adds of one image", run -> network(run, network -> Long.toString(network.multiplyAdds())));
        facts.put("fingerprint of the network", run -> network(run, RunData.NetworkFacts::fingerprint));
        Set<String> others = new TreeSet<>();
        runs.forEach(run -> others.addAll(run.trained().determinants().keySet()));
        for (String key :
                List.of("data.train", "engine", "engine-release", "device", "processor", "precision", "threads")) {
            if (others.remove(key)) {
                facts.put(key.equals("data.train") ? "fingerprint of data.train" : key, determinant(key));
            }
        }
        // They are there already, or below as keys of the run file.
        others.removeIf(key -> key.startsWith("network.") && !key.startsWith("network.weights"));
        others.removeIf(key -> runs.stream().anyMatch(run -> run.settings().containsKey(key)));
        others.forEach(key -> facts.put(key, determinant(key)));
        Table.Builder table =
                Table.named("facts", "Network, data, versions and processor").words("what");
        runs.forEach(run -> table.words(run.name()));
        facts.forEach((what, of) -> {
            List<Cell> row = new ArrayList<>();
            row.add(Cell.of(what));
            runs.forEach(run -> row.add(cell(of.apply(run))));
            table.row(row);
        });
        return table.build();
    }

    private static String network(RunData run, Function<RunData.NetworkFacts, String> of) {
        return run.trained().network().map(of).orElse("");
    }

    private static Function<RunData, String> determinant(String key) {
        return run -> run.trained().determinants().getOrDefault(key, "");
    }

    /** A run file with every key is in the run's directory; a run of another name leaves this one alone. */
    static List<Block> commands(List<RunData> runs) {
        List<String> lines = new ArrayList<>();
        for (RunData run : runs) {
            String name = run.settings().getOrDefault("name", "run");
            lines.add("./convoy train " + Code.word(run.place().address() + "/run.yaml") + " --set "
                    + Code.word("name=" + name + "-again"));
        }
        return List.of(
                new Prose(
                        "The run file in the run's directory has every key, so nothing of it depends on defaults. With"
                                + " the data, the engine's release, the threads and the kind of processor that the table above"
                                + " names, the same bits come out, on any number of workers and servers"
                                + (runs.stream().anyMatch(run -> run.settings()
                                                .getOrDefault("deterministic", "true")
                                                .equals("false"))
                                        ? "; a run with deterministic = false has no bits to promise."
                                        : ".")),
                new Code(String.join("\n", lines)));
    }
}

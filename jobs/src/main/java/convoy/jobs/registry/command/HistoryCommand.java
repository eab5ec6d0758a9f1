package convoy.jobs.registry.command;

import convoy.jobs.output.Json;
import convoy.jobs.output.TextTable;
import convoy.jobs.registry.Registry;
import convoy.jobs.registry.history.GivenName;
import convoy.jobs.registry.history.Tenure;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import convoy.records.text.Shown;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what an alias named from when to when, and why. */
@Command(name = "history", description = "Tell who was champion from when to when, and why.")
final class HistoryCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "URI", description = "The registry's directory.")
    private String uri = "";

    @Option(names = "--alias", paramLabel = "NAME", description = "The alias (champion).")
    private String alias = GivenName.CHAMPION;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Only which version it was then: 2026-11-28T01:20:00Z, or with an offset as +01:00.")
    private Optional<String> at = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object; without --at with every entry of the history.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        GivenName.alias("--alias", alias);
        Optional<Instant> time = at.map(HistoryCommand::time);
        Registry registry = Opened.toRead(uri);
        if (!registry.standing().courses().containsKey(alias) && !alias.equals(GivenName.CHAMPION)) {
            registry.number(alias);
        }
        if (time.isPresent()) {
            printAt(registry, time.get(), out);
        } else if (json) {
            printAll(registry, out);
        } else {
            printTable(registry, out);
        }
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException none) {
            throw new BadInputException(
                    Refusal.of("--at", "'" + text + "'")
                            .because("is no time")
                            .instead("write it as 2026-11-28T01:20:00Z, or with an offset as 2026-11-28T02:20:00+01:00")
                            .sentence(),
                    none);
        }
    }

    private void printAt(Registry registry, Instant time, PrintWriter out) {
        Tenure tenure = registry.standing()
                .at(alias, time)
                .orElseThrow(() -> new BadInputException(
                        "alias '" + alias + "' of registry " + registry.uri() + " named no version at " + time));
        if (json) {
            Json.print(Described.tenure(tenure), out);
        } else {
            out.println(alias + " was version " + tenure.version() + " at " + time + ": " + tenure.how() + " at "
                    + tenure.from().circumstances().at() + " by "
                    + tenure.from().circumstances().by().describe() + ": "
                    + Shown.line(tenure.from().circumstances().because()));
        }
    }

    private void printAll(Registry registry, PrintWriter out) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("registry", registry.name());
        object.put("alias", alias);
        object.put(
                "tenures",
                registry.standing().course(alias).tenures().stream()
                        .map(Described::tenure)
                        .toList());
        object.put("entries", registry.history().stream().map(Described::entry).toList());
        object.put("void", registry.voided());
        Json.print(object, out);
    }

    private void printTable(Registry registry, PrintWriter out) {
        List<Tenure> tenures = registry.standing().course(alias).tenures();
        if (tenures.isEmpty()) {
            out.println("registry '" + registry.name() + "' has had no " + alias + " yet");
            return;
        }
        TextTable table = new TextTable()
                .right("VERSION")
                .left("FROM")
                .left("UNTIL")
                .left("HOW")
                .left("BY")
                .left("BECAUSE");
        for (Tenure tenure : tenures) {
            table.row(
                    Long.toString(tenure.version()),
                    tenure.from().circumstances().at(),
                    tenure.until().map(end -> end.circumstances().at()).orElse("now"),
                    tenure.how(),
                    Shown.name(tenure.from().circumstances().by().describe()),
                    Shown.name(tenure.from().circumstances().because()));
        }
        table.lines().forEach(out::println);
        if (!registry.voided().isEmpty()) {
            out.println(Counts.of(registry.voided().size(), "entry", "entries") + " beside these "
                    + (registry.voided().size() == 1 ? "counts" : "count")
                    + " for nothing, written by who had been taken over or stopped on the way: "
                    + String.join(", ", registry.voided()));
        }
    }
}

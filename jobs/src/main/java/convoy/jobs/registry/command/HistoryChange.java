package convoy.jobs.registry.command;

import convoy.jobs.output.Json;
import convoy.jobs.registry.HeldRegistry;
import convoy.jobs.registry.history.Entry;
import convoy.jobs.registry.history.Reason;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What the commands have in common that add an entry to the history by a person's will: why, of which registry, and how it is told. */
final class HistoryChange {
    @Option(names = "--because", required = true, paramLabel = "TEXT", description = "Why, for the history.")
    private String because = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the registry is to be called; one of another name is refused.")
    private Optional<String> name = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object: the entry of the history.")
    private boolean json;

    /**
     * Changes a registry, and tells of it.
     *
     * @param line where it is told
     * @param uri of the registry
     * @param version a number or alias that has to be there before the registry is held
     * @param change gives the entry
     * @param told what a person reads of it
     */
    void make(
            CommandLine line,
            String uri,
            String version,
            BiFunction<HeldRegistry, Reason, Entry> change,
            Function<Entry, String> told) {
        Reason reason = Reason.of(because);
        Opened.requireNumber(uri, version);
        Entry entry = Opened.toChange(uri, name, line.getErr(), held -> change.apply(held, reason));
        if (json) {
            Json.print(Described.entry(entry), line.getOut());
        } else {
            line.getOut().println(told.apply(entry));
        }
    }
}

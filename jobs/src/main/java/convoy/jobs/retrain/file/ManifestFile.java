package convoy.jobs.retrain.file;

import convoy.jobs.runfile.BaseRun;
import convoy.jobs.runfile.RunFile;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A file that lists data sets, in YAML or JSON: {@code {"data-sets": [{"id": "autumn", "uri": "data/autumn"}]}}.
 *
 * @param dataSets in any order
 */
public record ManifestFile(List<Entry> dataSets) {
    /**
     * One of them.
     *
     * @param id its name, which stays when the data set is moved
     * @param uri where it lies, beside the manifest unless it says from where
     * @param day that its rows are of, as 2026-11-20; empty where no window asks for days
     */
    public record Entry(String id, String uri, Optional<String> day) {
        public Entry {
            requireText("id", id);
            requireText("uri", uri);
            if (day.isPresent() && parsed(day.get()).isEmpty()) {
                throw new BadInputException(Refusal.of("day", "'" + day.get() + "'")
                        .because("is no day")
                        .instead("write year, month and day, as '2026-11-20'"));
            }
        }

        /** {@return its day; empty if it has none} */
        public Optional<LocalDate> date() {
            return day.flatMap(Entry::parsed);
        }

        private static Optional<LocalDate> parsed(String text) {
            try {
                return Optional.of(LocalDate.parse(text));
            } catch (DateTimeException none) {
                return Optional.empty();
            }
        }

        private static void requireText(String component, String text) {
            if (text.isBlank()) {
                throw new BadInputException(Refusal.of(component, "''")
                        .because("is empty")
                        .instead("give each data set a name and an address"));
            }
        }
    }

    public ManifestFile {
        dataSets = List.copyOf(dataSets);
        Set<String> ids = new HashSet<>();
        for (Entry entry : dataSets) {
            if (!ids.add(entry.id())) {
                throw new BadInputException(Refusal.of("data-sets")
                        .because("has the id '" + entry.id() + "' twice")
                        .instead("what a model was trained on is known by the ids; give each data set one of its own"));
            }
        }
    }

    /**
     * Reads a manifest.
     *
     * @param source its address
     * @param text of the file
     * @return what it lists, with addresses as they are meant
     * @throws BadInputException that lists every problem, a line for each
     */
    public static ManifestFile read(String source, String text) {
        ManifestFile read = RunFile.read(ManifestFile.class, source, text, List.of());
        return new ManifestFile(read.dataSets.stream()
                .map(entry -> new Entry(entry.id, BaseRun.beside(source, entry.uri), entry.day))
                .toList());
    }
}

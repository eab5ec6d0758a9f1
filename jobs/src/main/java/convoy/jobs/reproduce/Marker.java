package convoy.jobs.reproduce;

import convoy.driver.checkpoint.RunDirectory;
import convoy.records.BadInputException;
import convoy.records.StoredFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a directory says of the model that is made again in it, and how that went.
 *
 * @param of URI of the model, when it was begun
 * @param sha256 of its file
 * @param outcome how the two compare; empty: it is not known yet
 * @param lines what differs, a line each
 */
record Marker(String of, String sha256, Optional<String> outcome, List<String> lines) {
    /** Its name in the run's directory. */
    static final String FILE = "reproduction.json";

    private static final StoredFormat<Marker> FORMAT = new StoredFormat<>(Marker.class, 1);

    Marker {
        lines = List.copyOf(lines);
    }

    static Marker begun(Original original) {
        return new Marker(original.model(), original.sha256(), Optional.empty(), List.of());
    }

    Marker ended(Comparison comparison) {
        return new Marker(of, sha256, Optional.of(comparison.outcome().toString()), comparison.lines());
    }

    /**
     * Reads a directory's.
     *
     * @throws BadInputException if there is one that cannot be read
     */
    static Optional<Marker> read(RunDirectory directory) {
        return directory
                .read(directory.path(FILE))
                .map(text -> FORMAT.read(
                        text,
                        directory.path(FILE).toString(),
                        "use a newer convoy, or another --to",
                        "give another --to"));
    }

    void write(RunDirectory directory) {
        directory.write(directory.path(FILE), FORMAT.write(this));
    }
}

package convoy.jobs.registry.history;

import convoy.records.StoredFormat;
import convoy.records.annotation.Flat;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * One entry of a registry's history: a file that is written once, and never replaced or removed.
 *
 * <pre>
 *  {"format": 1,
 *   "registry": "cifar10",
 *   "number": 7, "epoch": 3,
 *   "after": {"name": "00000006-00000003", "sha256": "…"},
 *   "change": {"kind": "promoted", "alias": "champion", "version": 3, "before": 2},
 *   "at": "2026-11-28T01:20:00Z",
 *   "by": {"user": "anna", "host": "n1"},
 *   "because": "…",
 *   "verdict": {"text": "…", "figures": [{"name": "p", "value": 0.003}]}}
 * </pre>
 *
 * @param registry name of the registry
 * @param place in the history
 * @param change what was done
 * @param circumstances when, by whom and why
 */
public record Entry(
        String registry,
        @Flat Place place,
        Change change,
        @Flat Circumstances circumstances) {
    /** How it is stored. */
    public static final StoredFormat<Entry> FORMAT = new StoredFormat<>(Entry.class, 1);

    /** How every whole text of one ends, and no beginning of one: the bracket that closes it stands alone on its line. */
    private static final String END = "\n}\n";

    /**
     * Where an entry stands.
     *
     * @param number from 1
     * @param epoch of the lease under which it was written
     * @param after the entry before it; empty for the first
     */
    public record Place(long number, long epoch, Optional<Before> after) {
        public Place {
            if (after.isPresent() == (number == 1)) {
                throw new IllegalArgumentException(
                        "entry " + number + (after.isPresent() ? " comes after another" : " comes after none"));
            }
        }

        /** {@return number and epoch} */
        public Stamp stamp() {
            return new Stamp(number, epoch);
        }
    }

    /**
     * The entry before another.
     *
     * @param name its stamp
     * @param sha256 of its text, in hexadecimal
     */
    public record Before(String name, String sha256) {}

    /**
     * When, by whom and why.
     *
     * @param at in UTC; never before the entry before
     * @param by whom
     * @param because in words
     * @param verdict that it rests on
     */
    public record Circumstances(String at, Actor by, String because, Optional<Verdict> verdict) {
        public Circumstances {
            try {
                Instant.parse(at);
            } catch (DateTimeException none) {
                throw new IllegalArgumentException("at = " + at + " is no time as 2026-11-28T01:20:00Z", none);
            }
        }
    }

    /** {@return when it was written, by the clock of whoever wrote it} */
    public Instant time() {
        return Instant.parse(circumstances.at());
    }

    /** {@return as it is stored} */
    public String text() {
        return FORMAT.write(this);
    }

    /**
     * {@return whether a text of an entry was written to its end}
     *
     * @param text of the whole file
     */
    public static boolean isWhole(String text) {
        return text.endsWith(END);
    }
}

package convoy.jobs.registry.history;

import java.time.Instant;
import java.util.Optional;

/**
 * A stretch of time in which an alias named one version.
 *
 * @param alias which alias
 * @param version that it named
 * @param from the entry by which it came to
 * @param until the entry by which that ended; empty: it names it still
 */
public record Tenure(String alias, long version, Entry from, Optional<Entry> until) {
    /**
     * {@return whether it named it then; at its end it did not any more}
     *
     * @param time any
     */
    public boolean holds(Instant time) {
        return !time.isBefore(from.time())
                && until.map(end -> time.isBefore(end.time())).orElse(true);
    }

    /** {@return what was done to the alias, in one word} */
    public String how() {
        return from.change() instanceof Change.Moved moved ? moved.word() : "";
    }
}

package convoy.jobs.registry.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an alias has named, from the first to now.
 *
 * @param tenures one after the other, the newest last
 * @param line what it can go back along, the version that it names now last: a promotion adds to it, a rollback shortens it; empty where
 *     the alias is not there
 */
public record Course(List<Tenure> tenures, List<Long> line) {
    static final Course NONE = new Course(List.of(), List.of());

    public Course {
        tenures = List.copyOf(tenures);
        line = List.copyOf(line);
    }

    /** {@return the version that it names; empty if it is not there} */
    public Optional<Long> now() {
        return line.isEmpty() ? Optional.empty() : Optional.of(line.get(line.size() - 1));
    }

    /** {@return the version that it goes back to; empty if there is none} */
    public Optional<Long> before() {
        return line.stream()
                .filter(version -> !Optional.of(version).equals(now()))
                .reduce((older, newer) -> newer);
    }

    /**
     * {@return whether it has ever named a version}
     *
     * @param version its number
     */
    public boolean hasNamed(long version) {
        return tenures.stream().anyMatch(tenure -> tenure.version() == version);
    }

    /** The same after it was moved. */
    Course moved(Entry entry, Change.Moved move) {
        List<Tenure> all = ended(entry);
        all.add(new Tenure(move.alias(), move.version(), entry, Optional.empty()));
        List<Long> kept = new ArrayList<>(line);
        int there = kept.lastIndexOf(move.version());
        if (move instanceof Change.RolledBack && there >= 0) {
            kept.subList(there + 1, kept.size()).clear();
        } else {
            kept.add(move.version());
        }
        return new Course(all, kept);
    }

    /** The same after the alias was removed: what comes to be called so later has nothing to go back to. */
    Course removed(Entry entry) {
        return new Course(ended(entry), List.of());
    }

    /** The same after versions are not there any more, to which nobody can go back. */
    Course without(List<Long> versions) {
        return new Course(
                tenures,
                line.stream().filter(version -> !versions.contains(version)).toList());
    }

    private List<Tenure> ended(Entry entry) {
        List<Tenure> all = new ArrayList<>(tenures);
        if (!line.isEmpty()) {
            Tenure last = all.remove(all.size() - 1);
            all.add(new Tenure(last.alias(), last.version(), last.from(), Optional.of(entry)));
        }
        return all;
    }
}

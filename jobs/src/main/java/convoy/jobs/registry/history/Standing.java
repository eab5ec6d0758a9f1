package convoy.jobs.registry.history;

import convoy.records.BadInputException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How a registry stands after all entries of its history. It is worked out from them alone, so that the two cannot disagree.
 *
 * @param added every version that ever was, by number, with the entry that added it
 * @param removed those of them that are not there any more, with the entry that removed them
 * @param courses of every alias that ever was, by name
 */
public record Standing(
        SortedMap<Long, Entry> added, SortedMap<Long, Entry> removed, SortedMap<String, Course> courses) {
    public Standing {
        added = Collections.unmodifiableSortedMap(new TreeMap<>(added));
        removed = Collections.unmodifiableSortedMap(new TreeMap<>(removed));
        courses = Collections.unmodifiableSortedMap(new TreeMap<>(courses));
    }

    /**
     * {@return how a registry stands}
     *
     * @param history all entries, the oldest first
     * @throws BadInputException if an entry does what cannot be done
     */
    public static Standing of(List<Entry> history) {
        Building building = new Building();
        history.forEach(building::take);
        return new Standing(building.added, building.removed, building.courses);
    }

    /** What is worked out entry by entry. */
    private static final class Building {
        private final SortedMap<Long, Entry> added = new TreeMap<>();
        private final SortedMap<Long, Entry> removed = new TreeMap<>();
        private final SortedMap<String, Course> courses = new TreeMap<>();

        void take(Entry entry) {
            entry.change().accept(new Step(this, entry));
        }

        private static void require(boolean right, Entry entry, String wrong) {
            if (!right) {
                throw new BadInputException("registry '" + entry.registry() + "': entry "
                        + entry.place().number() + " of its history cannot be right: " + wrong
                        + "; restore the folder history from a copy");
            }
        }
    }

    /** What one entry does. */
    private record Step(Building to, Entry entry) implements Change.Visitor<Boolean> {
        @Override
        public Boolean visit(Change.Made made) {
            return true;
        }

        @Override
        public Boolean visit(Change.Added add) {
            Building.require(
                    !to.added.containsKey(add.version()), entry, "version " + add.version() + " was added before");
            to.added.put(add.version(), entry);
            return true;
        }

        @Override
        public Boolean visit(Change.Moved move) {
            Building.require(
                    to.added.containsKey(move.version()) && !to.removed.containsKey(move.version()),
                    entry,
                    "version " + move.version() + " was not there");
            Course course = to.courses.getOrDefault(move.alias(), Course.NONE);
            Building.require(
                    course.now().equals(move.before()),
                    entry,
                    "alias '" + move.alias() + "' did not name what it is said to have named");
            to.courses.put(move.alias(), course.moved(entry, move));
            return true;
        }

        @Override
        public Boolean visit(Change.AliasRemoved gone) {
            Course course = to.courses.getOrDefault(gone.alias(), Course.NONE);
            Building.require(course.now().isPresent(), entry, "there was no alias '" + gone.alias() + "'");
            to.courses.put(gone.alias(), course.removed(entry));
            return true;
        }

        @Override
        public Boolean visit(Change.Removed gone) {
            for (long version : gone.versions()) {
                boolean named = to.courses.values().stream()
                        .anyMatch(course ->
                                course.now().filter(now -> now == version).isPresent());
                Building.require(
                        to.added.containsKey(version) && !named,
                        entry,
                        "version " + version + " was not there, or an alias named it");
                to.removed.put(version, entry);
            }
            to.courses.replaceAll((alias, course) -> course.without(gone.versions()));
            return true;
        }

        @Override
        public Boolean visit(Change.Recovered recovered) {
            return true;
        }
    }

    /** {@return the numbers of the versions that are there} */
    public SortedSet<Long> versions() {
        SortedSet<Long> there = new TreeSet<>(added.keySet());
        there.removeAll(removed.keySet());
        return there;
    }

    /** {@return the number that the next version gets: none is given twice} */
    public long next() {
        return added.isEmpty() ? 1 : added.lastKey() + 1;
    }

    /** {@return what each alias names} */
    public SortedMap<String, Long> aliases() {
        SortedMap<String, Long> named = new TreeMap<>();
        courses.forEach((alias, course) -> course.now().ifPresent(version -> named.put(alias, version)));
        return named;
    }

    /**
     * {@return the aliases of a version}
     *
     * @param version its number
     */
    public Set<String> aliases(long version) {
        return aliases().entrySet().stream()
                .filter(alias -> alias.getValue() == version)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return the version that serves, if one was ever promoted} */
    public Optional<Long> champion() {
        return course(GivenName.CHAMPION).now();
    }

    /**
     * {@return the course of an alias, which is empty if it never was}
     *
     * @param alias its name
     */
    public Course course(String alias) {
        return courses.getOrDefault(alias, Course.NONE);
    }

    /**
     * {@return what an alias named at a time}
     *
     * @param alias its name
     * @param time any; what is to come is as it is now
     */
    public Optional<Tenure> at(String alias, Instant time) {
        return course(alias).tenures().stream()
                .filter(tenure -> tenure.holds(time))
                .findFirst();
    }
}

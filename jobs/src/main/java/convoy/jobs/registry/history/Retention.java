package convoy.jobs.registry.history;

import convoy.records.Refusal;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * Which versions stay when old ones are removed: the newest ones; those that an alias names; those that it named by its last moves, and
 * the one that it would go back to; and whatever one of these was trained from, and so on up the line.
 *
 * @param keep how many of the newest, and how many moves of each alias
 */
public record Retention(int keep) {
    public Retention {
        Refusal.requireAtLeast("keep", keep, 1, "keep one version or more");
    }

    /**
     * {@return the versions that go, rising}
     *
     * @param standing of the registry
     * @param parents by version: the one that it was trained from, where there is one
     */
    public List<Long> removed(Standing standing, Map<Long, Optional<Long>> parents) {
        SortedSet<Long> there = standing.versions();
        Set<Long> kept = new HashSet<>();
        Deque<Long> open = new ArrayDeque<>(newest(there));
        for (Course course : standing.courses().values()) {
            course.now().ifPresent(open::add);
            if (course.now().isPresent()) {
                course.before().ifPresent(open::add);
                List<Tenure> tenures = course.tenures();
                tenures.subList(Math.max(0, tenures.size() - keep), tenures.size())
                        .forEach(tenure -> open.add(tenure.version()));
            }
        }
        while (!open.isEmpty()) {
            long version = open.remove();
            if (kept.add(version)) {
                parents.getOrDefault(version, Optional.empty()).ifPresent(open::add);
            }
        }
        return there.stream().filter(version -> !kept.contains(version)).toList();
    }

    private Collection<Long> newest(SortedSet<Long> there) {
        return there.stream().skip(Math.max(0, there.size() - keep)).toList();
    }
}

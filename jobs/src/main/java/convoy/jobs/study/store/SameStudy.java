package convoy.jobs.study.store;

import convoy.jobs.study.file.Study;
import convoy.records.BadInputException;
import convoy.records.CanonicalKeys;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether a study is one that was begun before: more seeds, variants and trials of the search extend it, and what trains no trial may be
 * changed; another base, validation, budget or space makes another study.
 */
final class SameStudy {
    /** What may change, with all that lies below. */
    private static final List<String> FREE = List.of(
            "question",
            "studies",
            "variants",
            "grid",
            "baseline",
            "seeds.values",
            "retries",
            "test",
            "statistics",
            "tuning.trials");

    private SameStudy() {}

    /** @throws BadInputException that names every key which makes it another study */
    static void require(Study now, Study before, String where) {
        SortedMap<String, String> asked = keys(now, before);
        SortedMap<String, String> old = keys(before, now);
        Set<String> keys = new TreeSet<>(asked.keySet());
        keys.addAll(old.keySet());
        List<String> differences = keys.stream()
                .filter(key -> !Objects.equals(asked.get(key), old.get(key)))
                .map(key -> key + " = " + asked.getOrDefault(key, "its default") + " (it was "
                        + old.getOrDefault(key, "its default") + ")")
                .toList();
        if (!differences.isEmpty()) {
            throw new BadInputException("the directory " + where + " is of another study: "
                    + String.join(", ", differences)
                    + "; put that back to go on with it, or give this study another name");
        }
    }

    /** The keys that must not change: those of variants that the other one has too among them. */
    private static SortedMap<String, String> keys(Study study, Study other) {
        Set<String> both = study.variants().map(Map::keySet).orElse(Set.of()).stream()
                .filter(name -> other.variants()
                        .map(variants -> variants.containsKey(name))
                        .orElse(false))
                .collect(Collectors.toSet());
        SortedMap<String, String> keys = CanonicalKeys.of(study);
        keys.keySet()
                .removeIf(key -> isBelow(key, FREE)
                        && both.stream().noneMatch(name -> isBelow(key, List.of("variants." + name))));
        return keys;
    }

    private static boolean isBelow(String key, List<String> above) {
        return above.stream().anyMatch(one -> (key + ".").startsWith(one + "."));
    }
}

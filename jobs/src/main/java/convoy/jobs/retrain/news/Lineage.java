package convoy.jobs.retrain.news;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What a champion was trained on, and those that it came from. */
public final class Lineage {
    private final Map<String, Set<String>> fingerprints = new HashMap<>();
    private final Map<String, String> ids = new HashMap<>();

    /**
     * A data set that was trained on.
     *
     * @param id its name then
     * @param fingerprint of its content and order then
     */
    public record Trained(String id, String fingerprint) {}

    /**
     * Of so many data sets.
     *
     * @param trained in any order; none where there is no champion
     */
    public Lineage(Collection<Trained> trained) {
        List<Trained> sorted = trained.stream()
                .sorted(Comparator.comparing(Trained::id).thenComparing(Trained::fingerprint))
                .toList();
        for (Trained one : sorted) {
            fingerprints.computeIfAbsent(one.id(), id -> new HashSet<>()).add(one.fingerprint());
            ids.putIfAbsent(one.fingerprint(), one.id());
        }
    }

    /** {@return that of no champion} */
    public static Lineage none() {
        return new Lineage(List.of());
    }

    boolean isEmpty() {
        return ids.isEmpty();
    }

    /** Whether the name was trained on, with whatever content. */
    boolean hasId(String id) {
        return fingerprints.containsKey(id);
    }

    boolean has(Offered one) {
        return Objects.requireNonNullElse(fingerprints.get(one.id()), Set.<String>of())
                .contains(one.fingerprint());
    }

    /** The first of the names under which the content was trained on. */
    Optional<String> idOf(String fingerprint) {
        return Optional.ofNullable(ids.get(fingerprint));
    }

    Set<String> ids() {
        return fingerprints.keySet();
    }
}

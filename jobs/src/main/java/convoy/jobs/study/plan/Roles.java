package convoy.jobs.study.plan;

import convoy.jobs.runfile.Overlay;
import convoy.jobs.study.file.Study;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The role of every key of the run file in which trials differ. All others are fixed.
 *
 * @param scientific what is compared
 * @param nuisance what is tuned for each variant
 */
public record Roles(Set<String> scientific, Set<String> nuisance) {
    /** What the study gives itself, by the key of the run file, and where. */
    private static final Map<String, String> GIVEN = Map.ofEntries(
            Map.entry("name", "trials are named after their variant"),
            Map.entry("runs", "trials lie in the study's directory"),
            Map.entry("seed", "seeds says them"),
            Map.entry("seeds", "seeds says them"),
            Map.entry("data.validation", "validation says it, the same rows for all trials"),
            Map.entry("epochs", "budget says it, the same for all variants"),
            Map.entry("on-divergence", "a trial that has diverged is stopped and counted as failed"));

    /** What is the same for all trials of a study. */
    private static final Set<String> ALIKE = Set.of(
            "engine",
            "device",
            "precision",
            "deterministic",
            "threads",
            "evaluation",
            "checkpoint",
            "export",
            "patience",
            "data.reader-threads",
            "data.look-ahead");

    /** What only asks for room: a large network may need more, and nothing is learned by tuning it. */
    private static final Set<String> ROOM = Set.of("workers", "servers");

    /** Makes the roles out; what cannot have one is added to the problems. */
    static Roles of(Study study, List<Arm> arms, List<String> problems) {
        Set<String> scientific = new LinkedHashSet<>();
        for (Arm arm : arms) {
            Set<String> own = new LinkedHashSet<>();
            for (Overlay.Leaf leaf : arm.settings()) {
                String where = study.grid().isPresent() ? "grid" : "variants." + arm.name();
                overlapping(leaf.key(), own)
                        .ifPresent(other -> problems.add(leaf.place() + ": " + where + " gives " + leaf.key()
                                + (other.equals(leaf.key()) ? " twice" : " and " + other) + ": give it once"));
                own.add(leaf.key());
                if (scientific.add(leaf.key())) {
                    refusal(leaf.key()).ifPresent(why -> problems.add(leaf.place() + ": " + where + why));
                }
            }
        }
        ROOM.forEach(scientific::remove);
        Set<String> nuisance = new LinkedHashSet<>();
        study.tuning().ifPresent(tuning -> tuning.space().keySet().forEach(key -> {
            overlapping(key, scientific)
                    .ifPresent(other -> problems.add("tuning.space has " + key + ", and a variant gives " + other
                            + ": what is compared is not tuned; leave it out of one of them"));
            overlapping(key, nuisance)
                    .ifPresent(other -> problems.add("tuning.space has " + key + " and " + other
                            + ", and one holds the other: give the parts alone"));
            refusal(key).ifPresent(why -> problems.add("tuning.space" + why));
            if (ROOM.contains(key)) {
                problems.add("tuning.space has " + key + ", which changes no model: set it in base");
            }
            nuisance.add(key);
        }));
        return new Roles(Set.copyOf(scientific), Set.copyOf(nuisance));
    }

    private static Optional<String> refusal(String key) {
        return overlapping(key, GIVEN.keySet())
                .map(given -> " sets " + key + ", which a study gives itself: " + GIVEN.get(given))
                .or(() -> overlapping(key, ALIKE)
                        .map(alike -> " sets " + key + ", and all trials of a study have the same " + alike
                                + ": set it in base"));
    }

    /** One of the keys that is this one, or lies above or below it. */
    private static Optional<String> overlapping(String key, Set<String> keys) {
        return keys.stream()
                .filter(other -> (key + ".").startsWith(other + ".") || (other + ".").startsWith(key + "."))
                .sorted()
                .findFirst();
    }
}

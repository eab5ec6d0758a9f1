package convoy.jobs.study.plan;

import convoy.jobs.runfile.Overlay;
import convoy.jobs.study.file.Study;
import convoy.records.CanonicalText;
import convoy.records.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A variant: what is laid over the base.
 *
 * @param name in the study and of its trials
 * @param settings in the order of the study file
 */
public record Arm(String name, List<Overlay.Leaf> settings) {
    public Arm {
        settings = List.copyOf(settings);
    }

    /** The variants of a study, in its order; what cannot be one is added to the problems. */
    static List<Arm> of(Study study, List<String> problems) {
        List<Arm> arms = new ArrayList<>();
        study.variants()
                .ifPresent(variants -> variants.forEach((name, value) -> {
                    if (value instanceof Value.Mapping mapping) {
                        arms.add(new Arm(name, Overlay.leaves(mapping)));
                    } else if (value instanceof Value.Nothing) {
                        arms.add(new Arm(name, List.of()));
                    } else {
                        problems.add(value.place() + ": variants." + name + " is " + value.form()
                                + "; give keys of the run file, or nothing for the base as it is");
                    }
                }));
        study.grid().ifPresent(grid -> arms.addAll(combinations(grid)));
        requireTwo(study, arms, problems);
        requireNames(arms, problems);
        return arms;
    }

    private static void requireTwo(Study study, List<Arm> arms, List<String> problems) {
        if (arms.size() < 2 && problems.isEmpty()) {
            problems.add((study.grid().isPresent() ? "grid" : "variants") + " has "
                    + (arms.isEmpty() ? "no variant" : "one variant")
                    + ": a study compares two or more; give them as variants, or as a grid of settings");
        }
    }

    private static void requireNames(List<Arm> arms, List<String> problems) {
        Set<String> names = new LinkedHashSet<>();
        arms.stream()
                .map(Arm::name)
                .filter(name -> !names.add(name))
                .distinct()
                .forEach(name -> problems.add("two variants are called " + name
                        + ": the values of the grid look alike in a name; give variants with names of your own"));
    }

    private static List<Arm> combinations(Map<String, List<Value>> grid) {
        List<Map<String, Value>> points = List.of(Map.of());
        for (Map.Entry<String, List<Value>> key : grid.entrySet()) {
            List<Map<String, Value>> longer = new ArrayList<>();
            for (Map<String, Value> point : points) {
                for (Value value : key.getValue()) {
                    Map<String, Value> next = new LinkedHashMap<>(point);
                    next.put(key.getKey(), value);
                    longer.add(next);
                }
            }
            points = longer;
        }
        return grid.isEmpty()
                ? List.of()
                : points.stream().map(Arm::combination).toList();
    }

    private static Arm combination(Map<String, Value> point) {
        List<Overlay.Leaf> settings = new ArrayList<>();
        point.forEach((key, value) -> settings.add(new Overlay.Leaf(Overlay.path(key), value, value.place())));
        return new Arm(point.values().stream().map(Arm::word).collect(Collectors.joining("-")), settings);
    }

    /** A value as a part of a name. */
    private static String word(Value value) {
        String text = value instanceof Value.Scalar scalar ? scalar.text() : CanonicalText.ofWritten(value);
        String word = text.replaceAll("[^A-Za-z0-9._]+", "-").replaceAll("^[^A-Za-z0-9]+|-+$", "");
        return word.isEmpty() ? "none" : word;
    }
}

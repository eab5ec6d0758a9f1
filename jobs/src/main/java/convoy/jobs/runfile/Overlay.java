package convoy.jobs.runfile;

import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lays values over others by their keys: a run file's under what {@code --set} or a variant of a study says.
 *
 * <p>A path names keys, or places of a list counted from 0. A choice that was made by its bare name ({@code optimizer: adam})
 * stays made when one of its keys is set ({@code optimizer.beta1}).
 */
public final class Overlay {
    private final Problems problems;

    /**
     * Lays over what it is given, and tells what it cannot.
     *
     * @param problems where a path that leads nowhere is told
     */
    public Overlay(Problems problems) {
        this.problems = problems;
    }

    /**
     * One value to be laid over what lies at its path.
     *
     * @param path keys from the outermost inwards
     * @param value what is laid there
     * @param place where it was written, for messages
     */
    public record Leaf(List<String> path, Value value, Place place) {
        public Leaf {
            path = List.copyOf(path);
        }

        /** {@return the path as a person writes it} */
        public String key() {
            return String.join(".", path);
        }
    }

    /**
     * {@return what a mapping sets: key by key, whether these are nested or dotted} A mapping that says its {@code kind} is one value,
     * which replaces what was there, and so are a list and a word.
     *
     * @param over a mapping, nested or dotted
     */
    public static List<Leaf> leaves(Value.Mapping over) {
        List<Leaf> leaves = new ArrayList<>();
        collect(List.of(), over, leaves);
        return leaves;
    }

    private static void collect(List<String> above, Value.Mapping over, List<Leaf> leaves) {
        over.entries().forEach((key, entry) -> {
            List<String> path = new ArrayList<>(above);
            path.addAll(path(key));
            if (entry.value() instanceof Value.Mapping below
                    && !below.entries().isEmpty()
                    && !below.entries().containsKey("kind")) {
                collect(path, below, leaves);
            } else {
                leaves.add(new Leaf(path, entry.value(), entry.key()));
            }
        });
    }

    /**
     * {@return the keys of a dotted key}
     *
     * @param key as {@code a.b.c}
     */
    public static List<String> path(String key) {
        return List.of(key.strip().split("\\.", -1));
    }

    /**
     * {@return a copy of {@code base} with a leaf laid over it; {@code base} itself if its path leads nowhere, which is then a problem}
     *
     * @param base that is left as it is
     * @param leaf to be laid over it
     */
    public Value lay(Value base, Leaf leaf) {
        return set(base, leaf.path(), leaf.value(), leaf.place()).orElse(base);
    }

    /** A copy of {@code base} with {@code path} set, or empty if the path leads nowhere, which is then a problem. */
    Optional<Value> set(Value base, List<String> path, Value value, Place place) {
        if (path.isEmpty()) {
            return Optional.of(value);
        }
        String key = path.get(0);
        List<String> rest = path.subList(1, path.size());
        if (base instanceof Value.Sequence sequence) {
            return setInList(sequence, key, rest, value, place);
        }
        if (base instanceof Value.Mapping mapping) {
            return setInMapping(mapping.entries(), mapping.place(), new Leaf(path, value, place));
        }
        if (base instanceof Value.Scalar kind) {
            Map<String, Value.Entry> chosen = Map.of("kind", new Value.Entry(kind.place(), kind));
            return setInMapping(chosen, kind.place(), new Leaf(path, value, place));
        }
        return setInMapping(Map.of(), place, new Leaf(path, value, place));
    }

    private Optional<Value> setInMapping(Map<String, Value.Entry> entries, Place mappingPlace, Leaf leaf) {
        String key = leaf.path().get(0);
        List<String> rest = leaf.path().subList(1, leaf.path().size());
        Value.Entry old = entries.get(key);
        Value below = old == null ? new Value.Nothing(leaf.place()) : old.value();
        return set(below, rest, leaf.value(), leaf.place()).map(changed -> {
            Map<String, Value.Entry> copy = new LinkedHashMap<>(entries);
            copy.put(key, new Value.Entry(rest.isEmpty() || old == null ? leaf.place() : old.key(), changed));
            return new Value.Mapping(copy, mappingPlace);
        });
    }

    private Optional<Value> setInList(
            Value.Sequence sequence, String key, List<String> rest, Value value, Place place) {
        int size = sequence.values().size();
        int index = key.matches("[0-9]{1,6}") ? Integer.parseInt(key) : -1;
        if (index < 0 || index > size) {
            problems.add(
                    place,
                    key + " is no place of a list of " + Counts.plain(size, "value") + "; write a number from 0 to "
                            + size);
            return Optional.empty();
        }
        Value below =
                index == size ? new Value.Nothing(place) : sequence.values().get(index);
        return set(below, rest, value, place).map(changed -> {
            List<Value> copy = new ArrayList<>(sequence.values());
            if (index == size) {
                copy.add(changed);
            } else {
                copy.set(index, changed);
            }
            return new Value.Sequence(copy, sequence.place());
        });
    }
}

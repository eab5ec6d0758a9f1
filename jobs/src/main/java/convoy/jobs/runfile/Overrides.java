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
 * Lays {@code --set a.b=c} over what a file says.
 *
 * <p>The path names keys, or places of a list counted from 0. The text after the first {@code =} is read as YAML, so
 * {@code 3}, {@code true}, {@code null} and {@code [a, b]} mean what they mean in the file. A choice that the file made
 * by its bare name ({@code optimizer: adam}) stays made when one of its keys is set ({@code optimizer.beta1=0.8}).
 */
final class Overrides {
    private final Problems problems;

    Overrides(Problems problems) {
        this.problems = problems;
    }

    Value apply(Value root, List<String> overrides) {
        Value result = root;
        for (String override : overrides) {
            Place place = new Place("--set " + override, 0);
            int equals = override.indexOf('=');
            if (equals <= 0) {
                problems.add(place, "is not key=value; write for instance --set seed=7");
                continue;
            }
            List<String> path = List.of(override.substring(0, equals).strip().split("\\.", -1));
            if (path.stream().anyMatch(String::isEmpty)) {
                problems.add(place, "has an empty key; write for instance --set a.b=7");
                continue;
            }
            int before = problems.count();
            Value value = YamlReader.readOverride(place.source(), override.substring(equals + 1), problems);
            if (problems.count() == before) {
                result = set(result, path, value, place).orElse(result);
            }
        }
        return result;
    }

    /** A copy of {@code base} with {@code path} set, or empty if the path leads nowhere, which is then a problem. */
    private Optional<Value> set(Value base, List<String> path, Value value, Place place) {
        if (path.isEmpty()) {
            return Optional.of(value);
        }
        String key = path.get(0);
        List<String> rest = path.subList(1, path.size());
        if (base instanceof Value.Sequence sequence) {
            return setInList(sequence, key, rest, value, place);
        }
        if (base instanceof Value.Mapping mapping) {
            return setInMapping(mapping.entries(), mapping.place(), key, rest, value, place);
        }
        if (base instanceof Value.Scalar kind) {
            Map<String, Value.Entry> chosen = Map.of("kind", new Value.Entry(kind.place(), kind));
            return setInMapping(chosen, kind.place(), key, rest, value, place);
        }
        return setInMapping(Map.of(), place, key, rest, value, place);
    }

    private Optional<Value> setInMapping(
            Map<String, Value.Entry> entries,
            Place mappingPlace,
            String key,
            List<String> rest,
            Value value,
            Place place) {
        Value.Entry old = entries.get(key);
        Value below = old == null ? new Value.Nothing(place) : old.value();
        return set(below, rest, value, place).map(changed -> {
            Map<String, Value.Entry> copy = new LinkedHashMap<>(entries);
            copy.put(key, new Value.Entry(rest.isEmpty() || old == null ? place : old.key(), changed));
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

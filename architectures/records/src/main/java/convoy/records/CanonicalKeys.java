package convoy.records;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A record's canonical text cut up, so that each difference between two of them has a name: texts by dotted keys. */
public final class CanonicalKeys {
    private CanonicalKeys() {}

    /**
     * {@return what of a record does not equal its default, by key}
     *
     * @param value of any kind of record that has a {@link Schema}
     */
    public static SortedMap<String, String> of(Record value) {
        SortedMap<String, String> keys = new TreeMap<>();
        flatten("", new Structure(value.getClass()).brief(value, Optional.empty()), keys);
        return keys;
    }

    /**
     * {@return what a key means that {@link #of} leaves out; of those alone that have a default}
     *
     * @param type the kind of record
     */
    public static SortedMap<String, String> standards(Class<? extends Record> type) {
        SortedMap<String, String> keys = new TreeMap<>();
        standards("", new Structure(type), keys);
        return keys;
    }

    private static void standards(String path, Structure structure, SortedMap<String, String> keys) {
        structure.members().forEach((key, member) -> {
            Schema schema = member.schema();
            Optional<Object> standard = structure.standard(member, Optional.empty());
            if (standard.isPresent()) {
                flatten(path + key, schema.write(standard.get()), keys);
            } else if (schema instanceof Structure below) {
                standards(path + key + ".", below, keys);
            }
        });
    }

    private static void flatten(String path, Value value, SortedMap<String, String> keys) {
        if (value instanceof Value.Mapping mapping && isPlain(mapping, path)) {
            for (Map.Entry<String, Value.Entry> entry : mapping.entries().entrySet()) {
                String below = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
                flatten(below, entry.getValue().value(), keys);
            }
        } else {
            keys.put(path, CanonicalText.text(value));
        }
    }

    /** Whether the parts of a mapping may stand for the whole: it has some, and they do not belong to a kind. */
    private static boolean isPlain(Value.Mapping mapping, String path) {
        return path.isEmpty()
                || (!mapping.entries().isEmpty() && !mapping.entries().containsKey(Variants.KIND));
    }
}

package convoy.jobs.reproduce;

import convoy.driver.model.Origin;
import convoy.driver.resolved.Determinants;
import convoy.records.CanonicalKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** What decides bits, then and now, key by key. */
final class Determined {
    /** So many characters of a value are told. */
    private static final int MOST_SAID = 200;

    private Determined() {}

    /**
     * A line for each key whose value is another.
     *
     * @param then by key, as canonical text
     * @param now likewise
     * @param but keys that are not looked at
     */
    static List<String> differences(SortedMap<String, String> then, SortedMap<String, String> now, Set<String> but) {
        SortedMap<String, String> standards = CanonicalKeys.standards(Determinants.class);
        SortedSet<String> keys = new TreeSet<>(then.keySet());
        keys.addAll(now.keySet());
        keys.removeAll(but);
        keys.remove(Origin.ADDRESS);
        List<String> lines = new ArrayList<>();
        for (String key : keys) {
            if (!Objects.equals(then.get(key), now.get(key))) {
                lines.add(line(key, said(key, now, standards), said(key, then, standards)));
            }
        }
        return lines;
    }

    /** How a value and the one of then are told. */
    static String line(String key, String now, String then) {
        return key + " = " + now + " (it was " + then + ")";
    }

    private static String said(String key, SortedMap<String, String> keys, SortedMap<String, String> standards) {
        String text = keys.getOrDefault(key, standards.getOrDefault(key, "nothing"));
        return text.length() <= MOST_SAID ? text : text.substring(0, MOST_SAID) + "…";
    }
}

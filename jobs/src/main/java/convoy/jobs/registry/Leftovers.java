package convoy.jobs.registry;

import convoy.jobs.registry.history.Change;
import convoy.jobs.registry.history.Entry;
import convoy.jobs.registry.history.Stamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * What lies below {@code versions} and belongs to no version: folders of versions that were never added, and files of versions that were
 * removed, but for their {@code version.json}.
 *
 * @param folders whole ones
 * @param removed folders by the names of the files that are left in them
 */
record Leftovers(List<Stamp> folders, Map<Stamp, List<String>> removed) {
    static Leftovers find(RegistryFiles files, Registry registry) {
        Set<Stamp> of = new HashSet<>();
        registry.standing()
                .added()
                .forEach((number, entry) ->
                        of.add(new Stamp(number, entry.place().epoch())));
        List<Stamp> folders =
                files.versions().stream().filter(stamp -> !of.contains(stamp)).toList();
        Map<Stamp, List<String>> removed = new TreeMap<>();
        List<Long> justRemoved = justRemoved(registry.history());
        registry.standing().added().forEach((number, entry) -> {
            if (justRemoved.contains(number)) {
                Stamp stamp = new Stamp(number, entry.place().epoch());
                List<String> left = new ArrayList<>(files.names(files.version(stamp)));
                left.remove(Version.FILE);
                if (!left.isEmpty()) {
                    removed.put(stamp, left);
                }
            }
        });
        return new Leftovers(folders, removed);
    }

    /** Versions whose files may be there still: whoever holds a registry does nothing else before those are gone. */
    private static List<Long> justRemoved(List<Entry> history) {
        List<Long> versions = new ArrayList<>();
        for (int i = history.size() - 1; i >= 0; i--) {
            if (history.get(i).change() instanceof Change.Removed removed) {
                versions.addAll(removed.versions());
            } else if (!(history.get(i).change() instanceof Change.Recovered)) {
                break;
            }
        }
        return versions;
    }

    boolean isEmpty() {
        return folders.isEmpty() && removed.isEmpty();
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        folders.forEach(stamp -> names.add(stamp.text()));
        removed.keySet().forEach(stamp -> names.add(stamp.text()));
        return names;
    }

    void delete(RegistryFiles files) {
        folders.forEach(stamp -> files.delete(files.version(stamp), true));
        removed.forEach(
                (stamp, names) -> names.forEach(name -> files.delete(new Path(files.version(stamp), name), true)));
    }
}

package convoy.tests.simulation.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Folders and files by their absolute paths. Names are durable at once, as on HDFS; what a file holds is once it is synced.
 *
 * <p>For the one thread that runs at a time in virtual time.
 */
public final class Disk {
    private final NavigableMap<String, StoredFile> files = new TreeMap<>();
    private final NavigableSet<String> folders = new TreeSet<>(List.of("/"));

    /** The file of a path. */
    public Optional<StoredFile> file(String path) {
        return Optional.ofNullable(files.get(path));
    }

    boolean isFolder(String path) {
        return folders.contains(path);
    }

    boolean isThere(String path) {
        return files.containsKey(path) || folders.contains(path);
    }

    /** Makes a folder with all above it. */
    void makeFolder(String path) {
        for (String folder = path; folders.add(folder); ) {
            folder = parent(folder);
        }
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    void put(String path, StoredFile file) {
        makeFolder(parent(path));
        Optional.ofNullable(files.put(path, file)).ifPresent(StoredFile::remove);
    }

    /** Takes a file's name away, which gets another one. */
    Optional<StoredFile> take(String path) {
        return Optional.ofNullable(files.remove(path));
    }

    /** Removes a file for good; whether it was there. */
    boolean remove(String path) {
        Optional<StoredFile> file = take(path);
        file.ifPresent(StoredFile::remove);
        return file.isPresent();
    }

    void removeFolder(String path) {
        folders.remove(path);
        List.copyOf(files.subMap(path + "/", path + "0").keySet()).forEach(this::remove);
        folders.subSet(path + "/", path + "0").clear();
    }

    /** Paths of what lies in a folder itself. */
    public List<String> inside(String folder) {
        String prefix = folder.equals("/") ? "/" : folder + "/";
        // The sign behind the slash.
        String end = prefix.substring(0, prefix.length() - 1) + "0";
        List<String> found = new ArrayList<>();
        for (String path : files.subMap(prefix, end).keySet()) {
            if (path.indexOf('/', prefix.length()) < 0) {
                found.add(path);
            }
        }
        for (String path : folders.subSet(prefix, end)) {
            if (path.length() > prefix.length() && path.indexOf('/', prefix.length()) < 0) {
                found.add(path);
            }
        }
        return found;
    }

    /** What was not synced is gone. */
    public void losePower() {
        files.values().forEach(StoredFile::losePower);
    }
}

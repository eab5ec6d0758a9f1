package convoy.driver.importing.archive;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The links of an archive and of those inside it. A stream cannot go back to what a link names, so that an archive with links
 * is read three times: for its files and links, for the names of all files, and for the files that links lead to.
 */
final class Links {
    /** As many as Linux follows. */
    private static final int MOST = 40;

    private final Map<String, Link> links = new TreeMap<>();
    private final NavigableSet<String> files = new TreeSet<>();

    /** For each file that links lead to, the links. */
    private final Map<String, List<Entry>> namesOf = new HashMap<>();

    private final List<Entry> faults = new ArrayList<>();

    void add(Link link) {
        links.put(link.path(), link);
    }

    void addFile(String path) {
        files.add(path);
    }

    boolean isEmpty() {
        return links.isEmpty();
    }

    /** Finds out where every link leads, once all names are known. */
    void resolve() {
        for (Link link : links.values()) {
            Optional<String> target = follow(link.path(), link.archive());
            if (target.isEmpty()) {
                faults.add(fault(link, "in a circle, or out of its archive"));
            } else if (files.contains(target.get())) {
                give(target.get(), link.path(), link);
            } else {
                resolveFolder(link, target.get());
            }
        }
    }

    private void resolveFolder(Link link, String folder) {
        String prefix = folder.isEmpty() ? "" : folder + "/";
        if (link.path().startsWith(prefix)) {
            faults.add(fault(link, "to a folder that holds it"));
            return;
        }
        boolean found = false;
        for (String file : files.tailSet(prefix, true)) {
            if (!file.startsWith(prefix)) {
                break;
            }
            give(file, link.path() + "/" + file.substring(prefix.length()), link);
            found = true;
        }
        for (Link below : links.values()) {
            if (below.path().startsWith(prefix)) {
                found = true;
                String path = link.path() + "/" + below.path().substring(prefix.length());
                follow(below.path(), below.archive())
                        .filter(files::contains)
                        .ifPresentOrElse(
                                file -> give(file, path, link),
                                () -> faults.add(Entry.unreadable(
                                        path, link.where(), "leads to a folder with further links to folders")));
            }
        }
        if (!found) {
            faults.add(fault(link, "to " + link.target() + ", and its archive holds no such file"));
        }
    }

    private void give(String file, String path, Link link) {
        namesOf.computeIfAbsent(file, all -> new ArrayList<>())
                .add(Entry.of(path, link.where(), InputStream.nullInputStream()));
    }

    private static Entry fault(Link link, String leads) {
        return Entry.unreadable(link.path(), link.where(), "is a link that leads " + leads);
    }

    /**
     * Where a path leads if every link on the way is followed.
     *
     * @return empty if it goes round in circles or out of the archive
     */
    private Optional<String> follow(String path, String archive) {
        Deque<String> rest = parts(archive.isEmpty() ? path : path.substring(archive.length() + 1));
        Deque<String> at = new ArrayDeque<>();
        int followed = 0;
        while (!rest.isEmpty()) {
            String part = rest.removeFirst();
            if (part.equals("..")) {
                if (at.isEmpty()) {
                    return Optional.empty();
                }
                at.removeLast();
                continue;
            }
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            at.addLast(part);
            Link link = links.get(joined(archive, at));
            if (link == null || !link.archive().equals(archive)) {
                continue;
            }
            followed++;
            if (followed > MOST || link.target().startsWith("/")) {
                return Optional.empty();
            }
            at.removeLast();
            if (link.hard()) {
                at.clear();
            }
            Deque<String> target = parts(link.target());
            while (!target.isEmpty()) {
                rest.addFirst(target.removeLast());
            }
        }
        return Optional.of(joined(archive, at));
    }

    private static Deque<String> parts(String path) {
        return new ArrayDeque<>(Arrays.asList(path.split("/", -1)));
    }

    private static String joined(String archive, Deque<String> parts) {
        String path = String.join("/", parts);
        return archive.isEmpty() ? path : path.isEmpty() ? archive : archive + "/" + path;
    }

    /** Links that lead to no file, each as an entry without content. */
    List<Entry> faults() {
        return faults;
    }

    /** The links to a file, each as an entry that lacks its content. */
    List<Entry> to(String file) {
        return namesOf.getOrDefault(file, List.of());
    }
}

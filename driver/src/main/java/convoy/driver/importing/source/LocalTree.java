package convoy.driver.importing.source;

import convoy.records.BadInputException;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * Lists a folder of this machine. Hadoop's listing leaves out what it cannot open without a word: names that are no UTF-8,
 * links that lead nowhere; and it goes round in circles where a link leads to a folder above it.
 */
final class LocalTree {
    private final Path root;
    private final List<SourceFile> files = new ArrayList<>();
    private final List<String> emptyFolders = new ArrayList<>();

    /** The root as it is without links. */
    private final Path real;

    /** How many links to other places of the source are above where the listing is. */
    private int linksAbove;

    /** The folders from the root to where the listing is, as they are without links. */
    private final Deque<Path> above = new ArrayDeque<>();

    private LocalTree(Path root, Path real) {
        this.root = root;
        this.real = real;
    }

    /**
     * @throws BadInputException if a folder may not be read, or a name is not UTF-8
     */
    static LocalTree list(Path root) {
        LocalTree tree;
        try {
            tree = new LocalTree(root, root.toRealPath());
        } catch (IOException e) {
            throw explained(root, e);
        }
        tree.enter(root, "");
        return tree;
    }

    List<SourceFile> files() {
        return files;
    }

    /** Folders that hold nothing at all. */
    List<String> emptyFolders() {
        return emptyFolders;
    }

    private void enter(Path folder, String path) {
        boolean empty = !Litter.hides(path);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            above.push(folder.toRealPath());
            for (Path child : all) {
                empty = false;
                add(child, path(child, path));
            }
            above.pop();
        } catch (DirectoryIteratorException e) {
            throw explained(folder, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            if (!Litter.hides(path)) {
                throw explained(folder, e);
            }
            addFaulty(folder, path, "is hidden, and may not be read");
        }
        if (empty && !path.isEmpty()) {
            emptyFolders.add(path);
        }
    }

    private static RuntimeException explained(Path folder, IOException e) {
        return Storage.explained("source", new org.apache.hadoop.fs.Path(folder.toUri()), e);
    }

    private void add(Path child, String path) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(child, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            addFaulty(child, path, "is a link to a file that is not there");
            return;
        } catch (IOException e) {
            if (!Files.isSymbolicLink(child)) {
                throw e;
            }
            addFaulty(child, path, "is a link that cannot be followed (" + e.getMessage() + ")");
            return;
        }
        boolean linked = Files.isSymbolicLink(child) && child.toRealPath().startsWith(real);
        if (attributes.isRegularFile()) {
            files.add(new SourceFile(uri(child), path, attributes.size(), false, linked || linksAbove > 0, ""));
        } else if (!attributes.isDirectory()) {
            addFaulty(child, path, "is a device or a pipe");
        } else if (Files.isSymbolicLink(child) && above.contains(child.toRealPath())) {
            addFaulty(child, path, "is a link that leads to a folder that holds it");
        } else {
            linksAbove += linked ? 1 : 0;
            enter(child, path);
            linksAbove -= linked ? 1 : 0;
        }
    }

    private void addFaulty(Path child, String path, String fault) {
        files.add(new SourceFile(uri(child), path, 0, false, false, fault));
    }

    private static String uri(Path file) {
        return new org.apache.hadoop.fs.Path("file", null, file.toString()).toString();
    }

    /** Its path, given the path of its folder. */
    private String path(Path child, String folder) {
        String path = (folder.isEmpty() ? "" : folder + "/") + child.getFileName();
        try {
            if (Litter.hides(path) || Path.of(child.toString()).equals(child)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // The text stands for other bytes than the name.
        }
        String charset = System.getProperty("sun.jnu.encoding", "");
        throw new BadInputException(
                charset.equalsIgnoreCase("UTF-8")
                        ? "source " + root + " holds " + child + ", a name that is not UTF-8: rename it, or pack the"
                                + " folder (tar -cf pictures.tar -C " + root
                                + " .) and import that with --names CHARSET"
                        : "source " + root + " holds " + child + ", a name that the locale's charset, " + charset
                                + ", does not have: set LC_ALL=C.UTF-8");
    }
}

package convoy.jobs.command;

import convoy.driver.replacing.Location;
import convoy.parameterserver.files.Durable;
import convoy.records.BadInputException;
import convoy.worker.storage.Listing;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/** What an earlier quickstart left: files that it is known to write, and nothing else, so that they may be deleted. */
final class Leavings {
    /** Of {@code quickstart-data} and of the run, below the directory that holds both. */
    private static final Pattern WRITTEN = Pattern.compile("quickstart-data/(shapes\\.tar"
            + "|(train|test)/(dataset\\.json|rows\\.crc32c|part-\\d{5}-of-\\d{5}\\.parquet)"
            + "|\\.(train|test)\\.importing/(dataset\\.json|rows\\.crc32c|\\.?part-\\d{5}-of-\\d{5}\\.parquet(\\.\\d+)?))"
            + "|quickstart/(run\\.yaml|data\\.json|data\\.crc32c"
            + "|\\.lease/\\d{8,18}-[0-9a-f]{16}(\\.sign-\\d+|\\.over)?"
            + "|metrics\\.jsonl|events\\.out\\.tfevents\\.\\d+\\.convoy\\.\\d+"
            + "|initial\\.safetensors|model\\.safetensors"
            + "|checkpoints/step-\\d{8,18}/(manifest\\.json|_?range-[^/]+))");

    private static final Pattern DIRECTORIES = Pattern.compile(
            "quickstart-data(/(train|test|\\.(train|test)\\.importing))?|quickstart(/\\.lease|/checkpoints(/step-\\d{8,18})?)?");

    private static final Pattern DRAFT =
            Pattern.compile("\\.(.+?)(\\.\\d+)?\\.(crc|draft|tmp|next)(" + Pattern.quote(Durable.OLD) + ")?");

    private final FileSystem files;

    /** Each directory after what is in it. */
    private final List<Path> inOrder;

    private Leavings(FileSystem files, List<Path> inOrder) {
        this.files = files;
        this.inOrder = List.copyOf(inOrder);
    }

    /**
     * Looks; deletes nothing yet.
     *
     * @throws BadInputException naming the first thing that quickstart did not write, or a run that it did not train
     */
    static Leavings ofQuickstart(Configuration hadoop, String directory, String data, String run) {
        Location root = Location.of(hadoop, "directory", directory);
        FileSystem files = root.files();
        List<Path> found = new ArrayList<>();
        try {
            Path runDirectory =
                    Storage.child(root.path(), Storage.path("run", run).getName());
            requireQuickstart(files, runDirectory, Storage.path("data", data).getName());
            for (Path top : List.of(
                    Storage.child(root.path(), Storage.path("data", data).getName()), runDirectory)) {
                try {
                    collect(files, root.path(), files.getFileStatus(top), found);
                } catch (FileNotFoundException nothing) {
                    // All the better.
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + root, e);
        }
        return new Leavings(files, found);
    }

    /** A run of the same name may be a person's own. */
    private static void requireQuickstart(FileSystem files, Path run, String data) throws IOException {
        Path file = new Path(run, "run.yaml");
        if (!files.exists(file)) {
            // Then it has not begun.
            return;
        }
        try (InputStream in = files.open(file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (!text.contains(data + "/train")) {
                throw new BadInputException("--fresh would delete the run " + run
                        + ", which is not of quickstart's pictures: move it away or name another --directory");
            }
        } catch (FileNotFoundException | AccessControlException closed) {
            // It may well be somebody else's.
            throw Storage.explained(files, "run file", file, closed);
        }
    }

    private static void collect(FileSystem files, Path root, FileStatus status, List<Path> found) throws IOException {
        Path path = status.getPath();
        String name = path.toUri().getPath().substring(root.toUri().getPath().length());
        name = name.startsWith("/") ? name.substring(1) : name;
        if (status.isDirectory() && DIRECTORIES.matcher(name).matches()) {
            for (FileStatus inside : Listing.of(files, path)) {
                collect(files, root, inside, found);
            }
        } else if (status.isDirectory() || !isWritten(name)) {
            throw new BadInputException("--fresh would delete " + path
                    + ", which quickstart did not write: move it away or name another --directory");
        }
        found.add(path);
    }

    /** Also as the draft, of some driver's epoch, or the checksum of what quickstart writes. */
    private static boolean isWritten(String name) {
        if (WRITTEN.matcher(name).matches()) {
            return true;
        }
        int folder = name.lastIndexOf('/') + 1;
        Matcher draft = DRAFT.matcher(name.substring(folder));
        return draft.matches() && isWritten(name.substring(0, folder) + draft.group(1));
    }

    void delete() {
        for (Path path : inOrder) {
            try {
                files.delete(path, false);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete " + path, e);
            }
        }
    }
}

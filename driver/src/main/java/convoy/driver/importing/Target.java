package convoy.driver.importing;

import convoy.architectures.BadInputException;
import convoy.worker.data.DatasetInfo;
import convoy.worker.data.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where the data set goes. Its files are written into a hidden directory beside it, {@code .NAME.importing}, which is then
 * renamed; {@code dataset.json} comes last, by a rename of its own. Whatever dies in between leaves no data set, and the
 * next import to the same place clears it away.
 */
final class Target {
    private final FileSystem files;
    private final Path directory;
    private final Path unfinished;
    private final boolean overwrite;

    private Target(FileSystem files, Path directory, boolean overwrite) {
        this.files = files;
        this.directory = directory;
        this.overwrite = overwrite;
        unfinished = new Path(directory.getParent(), "." + directory.getName() + ".importing");
    }

    /**
     * Looks at the place and makes the hidden directory.
     *
     * @throws BadInputException if something is there already that may not be overwritten
     */
    static Target prepare(Configuration hadoop, String uri, boolean overwrite) {
        Path path = Storage.path("target", uri);
        FileSystem files = Storage.of(hadoop, "target", path);
        Path directory = files.makeQualified(path);
        if (directory.getParent() == null) {
            throw new BadInputException("target " + uri + " is the root of the file system: name a directory in it");
        }
        Target target = new Target(files, directory, overwrite);
        try {
            target.check();
            files.delete(target.unfinished, true);
            if (!files.mkdirs(target.unfinished)) {
                throw new IOException(target.unfinished + " could not be made");
            }
        } catch (IOException e) {
            throw Storage.explained("target", directory, e);
        }
        return target;
    }

    private void check() throws IOException {
        FileStatus[] present;
        try {
            present = files.listStatus(directory);
        } catch (FileNotFoundException e) {
            return;
        }
        if (overwrite) {
            return;
        }
        if (files.exists(new Path(directory, DatasetInfo.FILE_NAME))) {
            throw new BadInputException("target " + directory
                    + " holds a data set already: name another, or say --overwrite to replace it");
        }
        if (present.length > 0) {
            throw new BadInputException("target " + directory + " is not empty ("
                    + present[0].getPath().getName() + "): name another, or say --overwrite to replace it");
        }
    }

    /** Where tasks put the data set's files. */
    Path unfinished() {
        return unfinished;
    }

    /** Makes the files that were written a data set. */
    void commit(DatasetInfo info) {
        try {
            check();
            files.delete(directory, true);
            if (!files.rename(unfinished, directory)) {
                throw new IOException(unfinished + " could not be renamed to " + directory);
            }
            Path draft = new Path(directory, "." + DatasetInfo.FILE_NAME + ".draft");
            try (FSDataOutputStream out = files.create(draft, true)) {
                out.write(info.toJson().getBytes(StandardCharsets.UTF_8));
            }
            if (!files.rename(draft, new Path(directory, DatasetInfo.FILE_NAME))) {
                throw new IOException(draft + " could not be renamed");
            }
        } catch (IOException e) {
            throw Storage.explained("target", directory, e);
        }
    }

    /** Clears away what a failed import wrote; after a successful one there is nothing. */
    void clear() {
        try {
            files.delete(unfinished, true);
        } catch (IOException e) {
            throw Storage.explained("target", unfinished, e);
        }
    }
}

package convoy.tests.simulation.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/** The same that renames in one step over a file that is there, if it is asked to, as HDFS does. */
public final class OverwritingFileSystem extends MemoryFileSystem {
    /** For Hadoop, which makes it by its name. */
    public OverwritingFileSystem() {}

    @Override
    @SuppressWarnings("deprecation") // which file systems are to override all the same
    protected void rename(Path from, Path to, Options.Rename... options) throws IOException {
        String source = text(from);
        String target = text(to);
        mount().before(Operation.RENAME, source);
        if (disk().file(source).isEmpty()) {
            throw new FileNotFoundException(source);
        }
        if (disk().isFolder(target)
                || (disk().isThere(target) && !List.of(options).contains(Options.Rename.OVERWRITE))) {
            throw new FileAlreadyExistsException(target);
        }
        disk().put(target, disk().take(source).orElseThrow());
        mount().after(Operation.RENAME, target);
    }
}

package convoy.parameterserver.files;

import java.io.IOException;
import org.apache.hadoop.fs.Path;

/**
 * A file system of disks that can be asked to write down what it was given. Hadoop's interface has a word for that of an open file, and
 * none of names. {@code file:} is taken for one by itself; a file system of somebody's own says it by this.
 */
public interface Disk {
    /**
     * Waits until a file's bytes, or the names in a folder, outlast the machine's power.
     *
     * @param path of a file or a folder
     * @throws IOException if the disk cannot
     */
    void force(Path path) throws IOException;
}

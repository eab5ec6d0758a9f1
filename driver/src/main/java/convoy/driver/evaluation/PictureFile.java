package convoy.driver.evaluation;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads single picture files from any Hadoop file system. */
public final class PictureFile {
    /** One of more bytes is a mistake. */
    private static final long LARGEST = 256L << 20;

    private PictureFile() {}

    /**
     * {@return all bytes of a file}
     *
     * @param hadoop settings of the file systems
     * @param uri of the file
     * @throws BadInputException if it is not there, or too large for a picture
     */
    public static byte[] read(Configuration hadoop, String uri) {
        Path path = Storage.path("picture", uri);
        FileSystem files = Storage.of(hadoop, "picture", path);
        FileStatus status = Storage.requireFile(files, "picture", path, "give a JPEG or PNG file");
        if (status.getLen() > LARGEST) {
            throw new BadInputException(
                    "picture " + uri + " has " + Counts.plain(status.getLen(), "byte") + ", the limit is " + LARGEST);
        }
        try (InputStream in = files.open(path)) {
            return in.readAllBytes();
        } catch (IOException failure) {
            throw Storage.explained(files, "picture", path, failure);
        }
    }
}

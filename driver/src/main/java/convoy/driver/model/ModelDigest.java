package convoy.driver.model;

import convoy.parameterserver.files.ModelFiles;
import convoy.records.BadInputException;
import convoy.records.text.Sha256;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The SHA-256 of a model's bytes, by which models are told apart. */
public final class ModelDigest {
    private ModelDigest() {}

    /**
     * {@return 64 hexadecimal digits of a model's file; of several files those of all, in the order of their names, behind their index}
     *
     * @param hadoop settings of the file systems
     * @param uri of the file, the index, or a directory that has one
     * @throws BadInputException if there is no model
     */
    public static String of(Configuration hadoop, String uri) {
        List<Path> paths = StoredModel.use(hadoop, uri, ModelFiles::paths);
        MessageDigest digest = Sha256.begin();
        byte[] buffer = new byte[1 << 16];
        for (Path path : paths) {
            FileSystem files = Storage.of(hadoop, "model", path);
            try (InputStream in = files.open(path)) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    digest.update(buffer, 0, read);
                }
            } catch (IOException failure) {
                throw Storage.explained(files, "model", path, failure);
            }
        }
        return Sha256.digits(digest);
    }

    /**
     * Looks whether a model is still what it was.
     *
     * @param hadoop settings of the file systems
     * @param uri of the model
     * @param sha256 that {@link #of} gave
     * @throws BadInputException if it is not
     */
    public static void require(Configuration hadoop, String uri, String sha256) {
        if (!of(hadoop, uri).equals(sha256)) {
            throw new BadInputException("model " + uri + " was replaced while it was in use: start again");
        }
    }
}

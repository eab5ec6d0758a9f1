package convoy.driver.profile;

import convoy.driver.replacing.WholeFile;
import convoy.parameterserver.files.Durable;
import convoy.records.BadInputException;
import convoy.records.StoredFormat;
import convoy.records.annotation.Flat;
import convoy.records.text.Sha256;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Profiles in a directory, each under the fingerprint of its data set. They do not lie beside the data: those may be another's, and a
 * champion is compared with when its data are long gone.
 */
public final class ProfileStore {
    private static final StoredFormat<Stored> FORMAT = new StoredFormat<>(Stored.class, 1);

    private final FileSystem files;
    private final Path directory;

    /**
     * What a file holds.
     *
     * @param dataSet the fingerprint of the data set
     * @param profile of it
     */
    record Stored(String dataSet, @Flat DataProfile profile) {}

    /**
     * Of a directory, which need not be there yet.
     *
     * @param hadoop how to reach its file system
     * @param uri of the directory
     */
    public ProfileStore(Configuration hadoop, String uri) {
        directory = Storage.path("profiles", uri);
        files = Durable.raw(Storage.of(hadoop, "profiles", directory));
    }

    /**
     * {@return the profile of a data set, empty if none is kept}
     *
     * @param fingerprint of the data set
     * @throws BadInputException if what is kept is broken, or of another data set
     */
    public Optional<DataProfile> read(String fingerprint) {
        Path file = file(fingerprint);
        try {
            if (!files.exists(file)) {
                return Optional.empty();
            }
            String text;
            try (FSDataInputStream in = files.open(file)) {
                text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            String where = Storage.uri(file);
            Stored stored = FORMAT.read(
                    text,
                    where,
                    "use a newer convoy, or remove it: it is counted anew",
                    "remove it: it is counted anew");
            if (!stored.dataSet.equals(fingerprint)) {
                throw new BadInputException(where + ": data-set = " + stored.dataSet + ", its name is that of "
                        + fingerprint + ": remove it, it is counted anew");
            }
            return Optional.of(stored.profile);
        } catch (IOException unreadable) {
            throw Storage.explained(files, "profile", file, unreadable);
        }
    }

    /**
     * Keeps a profile, over one that is there.
     *
     * @param fingerprint of its data set
     * @param profile of it
     */
    public void write(String fingerprint, DataProfile profile) {
        Path file = file(fingerprint);
        byte[] text = FORMAT.write(new Stored(fingerprint, profile)).getBytes(StandardCharsets.UTF_8);
        try {
            files.mkdirs(directory);
            WholeFile.write(files, file, out -> out.write(text));
        } catch (IOException unwritable) {
            throw Storage.unwritten(files, "profile", file, unwritable);
        }
    }

    /** A fingerprint may be what another program wrote, which no name can hold. */
    private Path file(String fingerprint) {
        return Storage.child(directory, Sha256.digits(fingerprint) + ".json");
    }
}

package convoy.jobs.retrain.work;

import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.lease.GuardedFileSystem;
import convoy.driver.lease.Lease;
import convoy.jobs.registry.Hand;
import convoy.parameterserver.files.Durable;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.storage.Listing;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a registry in which its pipeline works, held by one call at a time: hours long, while the registry itself is held for the
 * moments in which it is changed, so that people may promote and roll back meanwhile.
 *
 * <pre>
 *  REGISTRY/retraining/
 *    .lease/                    which call works here
 *    profiles/                  of data sets, by fingerprint
 *    snapshots/                 data sets that were imported from a table, by what they hold
 *    data-DIGEST/
 *      training/dataset.json    data sets that are joined to be trained on
 *      held-out/dataset.json    likewise, where a share is held out
 *      common-rows.json         what was searched for in both, once it is known
 *    ATTEMPT/
 *      run/                     the run, until its model is a version
 *      scores/                  answers to the held-out rows, likewise
 * </pre>
 */
public final class Workplace implements AutoCloseable {
    private static final String FOLDER = "retraining";
    private static final String SNAPSHOTS = "snapshots";

    private final Configuration hadoop;
    private final Path root;
    private final GuardedFileSystem files;
    private final Lease lease;

    private Workplace(Configuration hadoop, Path root, GuardedFileSystem files, Lease lease) {
        this.hadoop = hadoop;
        this.root = root;
        this.files = files;
        this.lease = lease;
    }

    /**
     * Takes the folder, which is made if need be.
     *
     * @param hadoop settings of the file systems
     * @param registry URI of the registry, which is there
     * @param pipeline its name
     * @param hand who wants it
     * @return the folder, to be closed
     * @throws convoy.driver.lease.HeldByAnotherException if another call works there
     * @throws InterruptedException if the thread is interrupted while it waits for another holder's signs
     */
    static Workplace take(Configuration hadoop, String registry, String pipeline, Hand hand)
            throws InterruptedException {
        RunDirectory place = RunDirectory.open(hadoop, "registry", registry, FOLDER);
        try {
            Lease lease = Lease.take(
                    new Lease.Territory(place.fileSystem(), place.root(), "the retraining of '" + pipeline + "'"),
                    hand.clock(),
                    hand.number(),
                    hand.notices());
            return new Workplace(
                    hadoop, place.root(), new GuardedFileSystem(place.fileSystem(), lease::require), lease);
        } catch (IOException failure) {
            throw Storage.unwritten(place.fileSystem(), "registry", place.root(), failure);
        }
    }

    /** Settings of the file systems. */
    Configuration hadoop() {
        return hadoop;
    }

    /** The URI of the folder of profiles. */
    String profiles() {
        return Storage.uri(new Path(root, "profiles"));
    }

    /** The URI of a data set that is imported from a table. */
    String snapshot(String digest) {
        return of(SNAPSHOTS, digest);
    }

    /** The URI of an attempt's folder, whose run lies below. */
    String attempt(String id) {
        return Storage.uri(new Path(root, id));
    }

    /** The URI of something of an attempt's. */
    String of(String id, String name) {
        return Storage.uri(new Path(new Path(root, id), name));
    }

    /** The URI of an attempt's scores by a model. */
    String scores(String id, String model) {
        return Storage.uri(new Path(new Path(new Path(root, id), "scores"), model));
    }

    /** Makes a data set of others, which is there whole or not at all; one of that name is the same one. */
    void join(String uri, DatasetInfo info) {
        write(uri + "/" + DatasetInfo.FILE_NAME, info.toJson());
    }

    /** Writes a file below the folder, which is there whole or not at all. */
    void write(String uri, String text) {
        Path file = new Path(uri);
        Path draft = new Path(file.getParent(), "." + file.getName() + "." + lease.epoch() + ".tmp");
        try {
            Durable.mkdirs(files, file.getParent());
            try (FSDataOutputStream out = files.create(draft, true)) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
                Durable.sync(out);
            }
            files.replace(draft, file);
        } catch (IOException failure) {
            throw Storage.unwritten(files, "retraining", file, failure);
        }
    }

    /** The text of a file below the folder; empty if it is not there. */
    Optional<String> read(String uri) {
        Path file = new Path(uri);
        try (InputStream in = files.open(file)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (FileNotFoundException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw Storage.explained(files, "retraining", file, failure);
        }
    }

    /** Removes what is large of all attempts but one: their models are versions, or were given up. What they were trained on stays known. */
    void clearBut(String id) {
        try {
            for (FileStatus status : Listing.of(files, root)) {
                String name = status.getPath().getName();
                if (status.isDirectory()
                        && !name.startsWith(".")
                        && !name.equals(id)
                        && !name.equals("profiles")
                        && !name.equals(SNAPSHOTS)
                        && !name.startsWith("data-")) {
                    for (String large : List.of("run", "scores")) {
                        files.delete(new Path(status.getPath(), large), true);
                    }
                }
            }
        } catch (IOException failure) {
            throw Storage.unwritten(files, "retraining", root, failure);
        }
    }

    /** Lets go of it, so that the next one need not wait. */
    @Override
    public void close() {
        lease.close();
    }
}

package convoy.driver.network;

import convoy.architectures.graph.Network;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.RunConfiguration;
import convoy.records.CanonicalText;
import convoy.records.StoredFormat;
import convoy.records.annotation.Flat;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The network of a run that has no name in the catalogue, as the run's directory keeps it: once the run has a checkpoint, it goes on with
 * this one, whatever has become of the file that it was made of.
 *
 * <pre>
 *  {"format": 1, "made-of": "{classes: 10, file: my-net.yaml, …}", "network": {"name": "my_net", "nodes": […], …},
 *   "dense": [], "left-out": ["aux.weight", "aux.bias"]}
 * </pre>
 *
 * @param madeOf canonical text of the keys of the run file that it was made of
 * @param network node by node
 * @param source in what trained weights of its source may differ from it
 */
public record KeptNetwork(
        String madeOf, Network network, @Flat SourceTensors source) {
    /** Its name in the run's directory. */
    public static final String FILE = "network.json";

    private static final StoredFormat<KeptNetwork> FORMAT = new StoredFormat<>(KeptNetwork.class, 1);

    /**
     * Puts it into the run's directory.
     *
     * @param directory of the run
     */
    public void keep(RunDirectory directory) {
        directory.write(directory.path(FILE), FORMAT.write(this));
    }

    /**
     * Reads what {@link #keep} wrote.
     *
     * @param text all of a file
     * @param where it comes from, for the message
     * @return what was kept
     * @throws convoy.records.BadInputException if it is nothing of the kind
     */
    static KeptNetwork read(String text, String where) {
        return FORMAT.read(
                text,
                where,
                "use the version that wrote it",
                "this is no network that a run has kept; begin the run anew under another name");
    }

    /** What a run goes on with: nothing before its first checkpoint, nor where it is to be made of something else now. */
    static Optional<KeptNetwork> of(Configuration hadoop, RunConfiguration run, String madeOf) {
        Path root = Storage.child(Storage.path("runs", run.runs()), run.name());
        Path file = new Path(root, FILE);
        if (!isThere(Storage.of(hadoop, "runs", root), file)) {
            return Optional.empty();
        }
        RunDirectory directory = RunDirectory.existing(hadoop, Storage.uri(root));
        return directory
                .read(directory.path(FILE))
                .map(text -> read(text, file.toString()))
                .filter(kept -> kept.madeOf().equals(madeOf))
                .filter(kept -> !new Checkpoints(directory).whole().isEmpty());
    }

    /**
     * {@return a run that does not ask for the file that its network was made of, but for the network that it kept} The run as it is where
     * its network has a name in the catalogue, or was not kept.
     *
     * @param hadoop settings of the file systems
     * @param folder URI of what the run left behind
     * @param run its configuration
     */
    public static RunConfiguration inPlaceOfFile(Configuration hadoop, String folder, RunConfiguration run) {
        Path file = Storage.child(Storage.path("run", folder), FILE);
        NetworkChoice choice = run.network();
        if (!choice.isOwn() || !isThere(Storage.of(hadoop, "run", file), file)) {
            return run;
        }
        // What is left here was done to it before it was kept.
        return run.withNetwork(NetworkChoice.ofFile(Storage.uri(file))
                .with()
                .classes(choice.classes())
                .input(choice.input())
                .zeroInitializedBranches(choice.zeroInitializedBranches())
                .weights(choice.startingWeights())
                .build());
    }

    /** The keys that a network is made of, whatever weights it then starts from. */
    static String madeOf(NetworkChoice choice, int classes, String input) {
        return CanonicalText.of(choice.with()
                .classes(Optional.of(classes))
                .input(Optional.of(input))
                .zeroInitializedBranches(false)
                .weights(Optional.empty())
                .build());
    }

    private static boolean isThere(FileSystem files, Path file) {
        try {
            return files.exists(file);
        } catch (IOException failure) {
            throw Storage.explained(files, "run", file, failure);
        }
    }
}

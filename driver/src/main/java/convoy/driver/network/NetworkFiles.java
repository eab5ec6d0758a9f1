package convoy.driver.network;

import convoy.architectures.families.Blueprint;
import convoy.architectures.file.NetworkFile;
import convoy.architectures.file.StoredNetwork;
import convoy.parameterserver.files.FileAccess;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Networks in files, on any Hadoop file system: those that somebody has written, and those that a run has kept. */
public final class NetworkFiles {
    private static final String WHAT = "network file";

    /** What a run keeps is JSON, and what a person writes is not. */
    private static final String KEPT = ".json";

    /** The largest network that this program keeps has less; what a person writes has a thousandth of it. */
    private static final long LARGEST = 64L << 20;

    private NetworkFiles() {}

    /**
     * {@return the network that lies in a file, to be built for some data}
     *
     * @param hadoop settings of the file systems
     * @param uri of the file
     * @param parameters of it that differ from their defaults, as written
     * @throws BadInputException if it is not there, or no network; all that is wrong with it at once
     */
    public static Blueprint open(Configuration hadoop, String uri, SortedMap<String, String> parameters) {
        String text = text(hadoop, uri);
        if (!uri.endsWith(KEPT)) {
            return NetworkFile.read(uri, text, parameters);
        }
        KeptNetwork kept = KeptNetwork.read(text, uri);
        if (!parameters.isEmpty()) {
            throw new BadInputException("network.parameters = " + String.join(", ", parameters.keySet()) + ": " + uri
                    + " is a network as a run has kept it, which has none: leave them out");
        }
        return new StoredNetwork(kept.network());
    }

    /**
     * {@return what a run has kept, if a file is that; empty: it is one that somebody has written}
     *
     * @param hadoop settings of the file systems
     * @param uri of the file
     */
    static Optional<KeptNetwork> kept(Configuration hadoop, String uri) {
        return uri.endsWith(KEPT) ? Optional.of(KeptNetwork.read(text(hadoop, uri), uri)) : Optional.empty();
    }

    private static String text(Configuration hadoop, String uri) {
        Path path = Storage.path(WHAT, uri);
        FileSystem files = Storage.of(hadoop, WHAT, path);
        FileStatus status = Storage.requireFile(files, WHAT, path, "check the path and its scheme");
        if (status.getLen() > LARGEST) {
            throw new BadInputException(WHAT + " " + uri + " has " + Counts.plain(status.getLen(), "byte")
                    + "; one has at most " + LARGEST + ": check the path");
        }
        try {
            return FileAccess.read(() -> {
                try (FSDataInputStream in = files.open(path)) {
                    return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(in.readAllBytes()))
                            .toString();
                }
            });
        } catch (CharacterCodingException binary) {
            throw new BadInputException(
                    WHAT + " " + uri + " is no text in UTF-8: give a YAML file, as docs/own-network.md describes it",
                    binary);
        } catch (IOException unreadable) {
            throw Storage.explained(files, WHAT, path, unreadable);
        }
    }
}

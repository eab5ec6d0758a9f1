package convoy.jobs.registry.intake;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.WeightsChoice;
import convoy.jobs.registry.Addition;
import convoy.jobs.registry.Registry;
import convoy.jobs.registry.Version;
import convoy.parameterserver.files.ModelFiles;
import convoy.records.BadInputException;
import convoy.records.text.Sha256;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a run began with: data and weights. What is not there any more, or cannot be read, is named without its digest.
 *
 * @param hadoop settings of the file systems
 * @param run as it was resolved
 * @param determinants of its last checkpoint; empty if that is gone
 */
record Lineage(Configuration hadoop, RunConfiguration run, SortedMap<String, String> determinants) {
    private static final int BUFFER = 1 << 20;

    /** Data sets; of the training data the fingerprint that it had then. */
    List<Version.Data> data() {
        List<Version.Data> data = new ArrayList<>();
        Optional<String> then =
                Optional.ofNullable(determinants.get("data.train")).map(text -> text.replace("\"", ""));
        data.add(new Version.Data(
                "train",
                run.data().train(),
                then.or(() -> fingerprint(run.data().train()))));
        run.data()
                .validation()
                .flatMap(heldOut -> heldOut.uri())
                .ifPresent(uri -> data.add(new Version.Data("validation", uri, fingerprint(uri))));
        return data;
    }

    private Optional<String> fingerprint(String uri) {
        try {
            Path folder = Storage.path("data set", uri);
            return Optional.of(DatasetInfo.read(
                                    Storage.of(hadoop, "data set", folder), new Path(folder, DatasetInfo.FILE_NAME))
                            .fingerprint())
                    .filter(known -> !known.isEmpty());
        } catch (IOException | BadInputException notThereAnyMore) {
            return Optional.empty();
        }
    }

    Optional<Version.Weights> weights() {
        return run.network().weights().map(WeightsChoice::from).map(from -> new Version.Weights(from, sha256(from)));
    }

    private Optional<String> sha256(String from) {
        try {
            Path path = Storage.path("weights", from);
            FileSystem files = Storage.of(hadoop, "weights", path);
            Path file = files.getFileStatus(path).isDirectory() ? new Path(path, ModelFiles.SINGLE) : path;
            if (!file.getName().endsWith(".safetensors")) {
                return Optional.empty();
            }
            MessageDigest digest = Sha256.begin();
            try (InputStream in = files.open(file)) {
                byte[] buffer = new byte[BUFFER];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    digest.update(buffer, 0, read);
                }
            }
            return Optional.of(Sha256.digits(digest));
        } catch (IOException | BadInputException notThereAnyMore) {
            return Optional.empty();
        }
    }

    /** The version of a registry whose model has a digest, the newest if there are several. */
    static Optional<Long> parent(Registry registry, String sha256) {
        return registry.versions().entrySet().stream()
                .filter(version -> version.getValue().sha256(Addition.MODEL).equals(Optional.of(sha256)))
                .map(Map.Entry::getKey)
                .reduce((older, newer) -> newer);
    }
}

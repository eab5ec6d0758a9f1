package convoy.jobs.reproduce;

import convoy.parameterserver.files.FileAccess;
import convoy.records.text.Counts;
import convoy.records.text.Sha256;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.DatasetInfo.DataFile;
import convoy.worker.data.format.RowSums;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Whether a data set is what it was: by its fingerprint, and by every byte of its files. */
final class DataCheck {
    private static final int BUFFER = 1 << 20;

    private final Configuration hadoop;
    private final String uri;
    private final DataSet data;
    private final DatasetInfo now;

    /**
     * What a run kept of its data.
     *
     * @param info its description
     * @param rows checksums of its rows; empty where the data set had none
     */
    record Before(DatasetInfo info, Optional<RowSums> rows) {}

    DataCheck(Configuration hadoop, DataSet data) {
        this.hadoop = hadoop;
        this.data = data;
        this.uri = data.uri();
        this.now = data.info();
    }

    /** Whether nothing says what the bytes of some file were: then its length alone is compared. */
    boolean isUnsummed() {
        if (!now.parts().isEmpty()) {
            return parts().anyMatch(DataCheck::isUnsummed);
        }
        return now.files().stream().anyMatch(file -> file.sha256().isEmpty());
    }

    /**
     * In one line what is not as it was; empty if everything is.
     *
     * @param fingerprint that the data had, as canonical text; empty where that is not known
     * @param then what was kept of it; empty where nothing was
     */
    Optional<String> difference(Optional<String> fingerprint, Optional<Before> then) {
        boolean isSame = fingerprint.isEmpty() || fingerprint.get().equals("\"" + now.fingerprint() + "\"");
        if (isSame) {
            return changedFile();
        }
        String what = then.filter(
                        kept -> fingerprint.get().equals("\"" + kept.info().fingerprint() + "\""))
                .map(this::otherThan)
                .orElse("which of its files differs is not known, as the run's data.json is not there");
        return Optional.of(Determined.line("data.train", "\"" + now.fingerprint() + "\"", fingerprint.get()) + ", of "
                + uri + ": " + what);
    }

    /** Of data sets that are joined; opening these has compared their fingerprints. */
    private Stream<DataCheck> parts() {
        return now.parts().stream()
                .map(DatasetInfo.Part::uri)
                .distinct()
                .map(one -> new DataCheck(hadoop, DataSet.open(hadoop, one)));
    }

    /** The first file whose bytes are not those that {@code dataset.json} names. */
    private Optional<String> changedFile() {
        if (!now.parts().isEmpty()) {
            return parts().flatMap(part -> part.changedFile().stream()).findFirst();
        }
        for (DataFile file : now.files()) {
            if (!file.sha256().isEmpty()) {
                String found = sha256(file.name());
                if (!found.equals(file.sha256())) {
                    return Optional.of("data set " + uri + " was changed: " + file.name() + " has the SHA-256 " + found
                            + " (it was " + file.sha256() + ")" + rows(file, ownSums()));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<RowSums> ownSums() {
        return RowSums.read(hadoop, Storage.child(Storage.path("data set", uri), RowSums.FILE_NAME), now);
    }

    /** To follow what is said of a file: which of its rows are others than those with these checksums. */
    private String rows(DataFile file, Optional<RowSums> before) {
        return before.map(
                        sums -> "; " + new RowsCheck(data, sums).of(now.files().indexOf(file)))
                .orElse("; which of its rows differs is not known, as there are no checksums of them");
    }

    private String sha256(String name) {
        Path path = Storage.child(Storage.path("data set", uri), name);
        FileSystem files = Storage.of(hadoop, "data set", path);
        MessageDigest digest = Sha256.begin();
        try {
            FileAccess.write(() -> {
                try (InputStream in = files.open(path)) {
                    byte[] buffer = new byte[BUFFER];
                    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                        digest.update(buffer, 0, read);
                    }
                }
            });
        } catch (IOException failure) {
            throw Storage.explained(files, "data set", path, failure);
        }
        return Sha256.digits(digest);
    }

    /** What of a description is other now: the first of its files, else of its other figures. */
    private String otherThan(Before kept) {
        DatasetInfo then = kept.info();
        List<DataFile> before = then.files();
        for (int i = 0; i < Math.min(before.size(), now.files().size()); i++) {
            Optional<String> other = other(before.get(i), now.files().get(i));
            if (other.isPresent()) {
                boolean sameRows = before.stream()
                        .map(DataFile::rowGroups)
                        .toList()
                        .equals(now.files().stream().map(DataFile::rowGroups).toList());
                return other.get() + (sameRows ? rows(now.files().get(i), kept.rows()) : "");
            }
        }
        if (before.size() != now.files().size()) {
            return "it has " + Counts.plain(now.files().size(), "file") + " (it had " + before.size() + ")";
        }
        if (!then.classes().equals(now.classes())) {
            return "its classes are other ones";
        }
        return "its files are the same, and what dataset.json says of them is not";
    }

    private static Optional<String> other(DataFile then, DataFile now) {
        if (!then.name().equals(now.name())) {
            return Optional.of("it has " + now.name() + " where it had " + then.name());
        }
        if (then.rows() != now.rows()) {
            return Optional.of(
                    now.name() + " has " + Counts.plain(now.rows(), "row") + " (it had " + then.rows() + ")");
        }
        if (then.equals(now)) {
            return Optional.empty();
        }
        return Optional.of(
                then.sha256().equals(now.sha256())
                        ? now.name() + " has " + Counts.plain(now.bytes(), "byte")
                                + " in row groups of other sizes (it had " + then.bytes() + ")"
                        : now.name() + " has the SHA-256 " + now.sha256() + " (it was " + then.sha256() + ")");
    }
}

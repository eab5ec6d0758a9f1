package convoy.driver.scoring;

import convoy.records.BadInputException;
import convoy.records.CanonicalText;
import convoy.records.StoredFormat;
import convoy.records.annotation.Default;
import convoy.records.annotation.Flat;
import convoy.worker.engine.EngineChoice;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a model is asked of which rows, and how the answers are cut into files: all that decides the bytes of these, but for the
 * processor. While rows are being scored it lies beside the files as {@value #FILE}.
 *
 * @param model URI of the model
 * @param modelSha256 of its file, or of its index and then the files that it names; 64 hexadecimal digits
 * @param network of the model, by name
 * @param data URI of the data set
 * @param dataFingerprint what it holds
 * @param rows of the data set
 * @param classes names, in the order of the logits
 * @param top how many classes are kept of each row
 * @param features how long the features of a row are; 0 if they are not kept
 * @param batch rows that are computed at once
 * @param partRows rows of each file, a multiple of {@code batch}; the last file may have fewer
 * @param engine that computes
 * @param release of the engine's libraries
 * @param threads of each engine
 * @param labelSets the sets of classes that labels are indices into, where rows may be of several; else none
 */
@RecordBuilder
public record ScorePlan(
        String model,
        String modelSha256,
        String network,
        String data,
        String dataFingerprint,
        long rows,
        List<String> classes,
        int top,
        int features,
        int batch,
        int partRows,
        @Flat EngineChoice engine,
        String release,
        int threads,
        @Default(Default.EMPTY_LIST) List<List<Integer>> labelSets)
        implements ScorePlanBuilder.With {
    /** Its file while rows are scored; Spark and others pass over names that begin so. */
    public static final String FILE = "_scoring.json";

    /** A file of so many rows is written in seconds, and lost if a task is killed. */
    private static final int LEAST_ROWS = 2048;

    /** More files than these would be in the way of whoever lists them. */
    private static final int MOST_PARTS = 1024;

    private static final StoredFormat<ScorePlan> FORMAT = new StoredFormat<>(ScorePlan.class, 1);

    public ScorePlan {
        classes = List.copyOf(classes);
        labelSets = labelSets.stream().map(List::copyOf).toList();
        if (top < 1 || top > classes.size()) {
            throw new BadInputException("top = " + top + ", must lie in [1, " + classes.size()
                    + "], the model has so many classes: ask for some of these");
        }
        if (batch < 1 || partRows < batch || partRows % batch != 0 || rows < 1 || threads < 1 || features < 0) {
            throw new BadInputException("rows = " + rows + ", batch = " + batch + ", part-rows = " + partRows
                    + ", threads = " + threads + ", features = " + features
                    + ": part-rows is a multiple of batch, features 0 or more, the others 1 or more");
        }
    }

    /**
     * {@return how many rows each file of a data set has: the same for any number of tasks}
     *
     * @param rows of the data set
     * @param batch rows that are computed at once
     */
    public static int partRows(long rows, int batch) {
        long wanted = Math.max(LEAST_ROWS, (rows + MOST_PARTS - 1) / MOST_PARTS);
        return Math.toIntExact((wanted + batch - 1) / batch * batch);
    }

    /** {@return how many files there are} */
    public int parts() {
        return Math.toIntExact((rows + partRows - 1) / partRows);
    }

    /**
     * {@return the first row of a file}
     *
     * @param part from 0; for the number of parts, the number of rows
     */
    public long firstRow(int part) {
        return Math.min(rows, (long) part * partRows);
    }

    /**
     * {@return the name of a file}
     *
     * @param part from 0
     */
    public String name(int part) {
        return String.format(Locale.ROOT, "scores-%05d-of-%05d.parquet", part, parts());
    }

    /** {@return what tells this scoring from another: two of one fingerprint write the same files} */
    public String fingerprint() {
        // By which names model and data go decides nothing.
        return CanonicalText.fingerprint("scoring", with().model("").data("").build());
    }

    /**
     * {@return in what another plan differs, for a person; empty if both write the same files}
     *
     * @param other found where this one shall go
     */
    public List<String> differences(ScorePlan other) {
        List<String> found = new ArrayList<>();
        note(found, "model", short64(modelSha256), short64(other.modelSha256));
        note(found, "data", dataFingerprint, other.dataFingerprint);
        note(found, "top", top, other.top);
        note(found, "features", features, other.features);
        note(found, "batch", batch, other.batch);
        note(found, "engine", engine.engine() + " " + release, other.engine.engine() + " " + other.release);
        note(found, "device", engine.device(), other.engine.device());
        note(found, "precision", engine.precision(), other.engine.precision());
        note(found, "threads", threads, other.threads);
        if (found.isEmpty() && !fingerprint().equals(other.fingerprint())) {
            found.add("part-rows " + other.partRows + ", not " + partRows);
        }
        return found;
    }

    private static String short64(String sha256) {
        return "SHA-256 " + sha256.substring(0, Math.min(12, sha256.length())) + "…";
    }

    private static void note(List<String> found, String what, Object mine, Object others) {
        if (!mine.equals(others)) {
            found.add(what + " " + others + ", not " + mine);
        }
    }

    /** {@return it as JSON text} */
    String toJson() {
        return FORMAT.write(this);
    }

    static ScorePlan fromJson(String text, String where) {
        String remedy = "remove the directory, or name another target";
        return FORMAT.read(text, where, remedy, remedy);
    }
}

package convoy.driver.checkpoint;

import convoy.parameterserver.range.SnapshotFile;
import convoy.records.BadInputException;
import convoy.records.JsonText;
import convoy.records.Numbered;
import convoy.records.StoredFormat;
import convoy.records.Value;
import convoy.records.text.Counts;
import convoy.records.text.FirstLine;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a checkpoint consists of, written last: a checkpoint without a manifest does not exist.
 *
 * <pre>
 *  {"format": 2,
 *   "step": 1200,
 *   "determinants": {"network.fingerprint": "…", "data.train": "…", "seed": "1", …},
 *   "model": {"convoy.format": "2", "convoy.network": "resnet20_cifar", "convoy.classes": "10", …},
 *   "left-out": null, or {"file": "initial.safetensors", "sha256": "…", "tensors": ["conv1.weight", …]},
 *   "ranges": [{"name": "range-00000-of-00002.1000001.safetensors", "length": 33280, "crc32c": "…",
 *               "range": {"begin": 0, "end": 4096}}, …]}
 * </pre>
 *
 * @param step updates applied
 * @param determinants everything that decides the model's bits, key by key
 * @param model what the model is, key by key
 * @param leftOut tensors that the ranges lack since they were never trained; empty: none is
 * @param ranges the range files, in the order of their keys, which they cover from 0 without a gap
 */
public record Manifest(
        long step,
        SortedMap<String, String> determinants,
        SortedMap<String, String> model,
        Optional<LeftOut> leftOut,
        List<SnapshotFile> ranges) {
    /** Its name in the checkpoint's directory. */
    public static final String FILE = "manifest.json";

    /**
     * Tensors that are as the run began.
     *
     * @param file in the run's directory that has them
     * @param sha256 of it, in hexadecimal
     * @param tensors their names
     */
    public record LeftOut(String file, String sha256, List<String> tensors) {
        public LeftOut {
            tensors = List.copyOf(tensors);
            if (file.isEmpty() || file.contains("/") || tensors.isEmpty()) {
                throw new IllegalArgumentException("'" + file + "' with " + Counts.plain(tensors.size(), "tensor")
                        + ": a file in the run's directory with one tensor or more is wanted");
            }
        }
    }

    private static final int NUMBER = 2;

    private static final StoredFormat<Manifest> FORMAT = new StoredFormat<>(Manifest.class, NUMBER);

    public Manifest {
        determinants = Collections.unmodifiableSortedMap(new TreeMap<>(determinants));
        model = Collections.unmodifiableSortedMap(new TreeMap<>(model));
        ranges = List.copyOf(ranges);
        int end = 0;
        for (SnapshotFile file : ranges) {
            if (file.range().begin() != end) {
                throw new IllegalArgumentException(
                        file.name() + " begins at key " + file.range().begin() + ", the one before it ends at " + end);
            }
            end = file.range().end();
        }
        if (step < 0 || ranges.isEmpty()) {
            throw new IllegalArgumentException("step " + step + " with " + Counts.plain(ranges.size(), "range file"));
        }
    }

    /** {@return the length of the flat vector that the ranges make up} */
    public int size() {
        return ranges.get(ranges.size() - 1).range().end();
    }

    /** {@return the length of all range files, in bytes} */
    public long bytes() {
        return ranges.stream().mapToLong(SnapshotFile::length).sum();
    }

    /** {@return it as JSON text} */
    public String toJson() {
        return FORMAT.write(this);
    }

    /**
     * Reads JSON text.
     *
     * @param text what {@link #toJson} made
     * @param where it comes from, for the message
     * @return what it says
     * @throws BadInputException if it is no manifest
     */
    public static Manifest fromJson(String text, String where) {
        return FORMAT.read(
                text,
                where,
                "resume with the version that wrote it",
                "this is no manifest of a checkpoint; `train` goes on from the checkpoint before it");
    }

    /**
     * Reads JSON text that may have been damaged.
     *
     * @param text what {@link #toJson} made, or what is left of it
     * @param where it comes from, for the message
     * @return what it says
     * @throws Damage if it is not what was written
     * @throws BadInputException if it is of another format
     */
    static Manifest whole(String text, String where) throws Damage {
        Value all;
        try {
            all = JsonText.read(where, text);
        } catch (BadInputException cutOff) {
            throw new Damage(FirstLine.of(cutOff), cutOff);
        }
        if (!(all instanceof Value.Mapping)) {
            throw new Damage(where + " is empty, or no manifest");
        }
        boolean ours = Numbered.of(all).said().equals(Optional.of(Integer.toString(NUMBER)));
        try {
            return fromJson(text, where);
        } catch (BadInputException malformed) {
            if (!ours) {
                throw malformed;
            }
            throw new Damage(FirstLine.of(malformed), malformed);
        }
    }
}

package convoy.worker.data.format;

import convoy.records.BadInputException;
import convoy.records.CanonicalText;
import convoy.records.Refusal;
import convoy.records.annotation.Default;
import convoy.records.text.Counts;
import convoy.worker.storage.Storage;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What {@code dataset.json} says of the Parquet files beside it; {@link DatasetDescription} is its text.
 *
 * @param classes the names of the classes; a label is an index into them, if there are no {@code labelSets}
 * @param mean of each channel over all pixels of the data set, scaled to [0, 1]; empty if unknown
 * @param std the standard deviation, likewise
 * @param encoding how the {@code image} column holds a picture
 * @param height of every picture in pixels, 0 where they differ
 * @param width likewise
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param rows the number of pictures; -1 if that is not known yet
 * @param fingerprint names this data set's content: equal for equal content and order; empty if it is not known yet
 * @param files the Parquet files in order; together they hold {@code rows} rows
 * @param whitening fitted to these rows
 * @param provenance where they came from
 * @param parts one for each of {@code files}, of a data set that is joined of others; else none
 * @param labelSets where pictures may show several classes: the sets of these that a label is an index into; else none
 */
@RecordBuilder
public record DatasetInfo(
        List<String> classes,
        List<Double> mean,
        List<Double> std,
        Encoding encoding,
        int height,
        int width,
        int channels,
        long rows,
        String fingerprint,
        List<DataFile> files,
        Optional<WhiteningFile> whitening,
        Optional<Provenance> provenance,
        List<Part> parts,
        List<List<Integer>> labelSets)
        implements DatasetInfoBuilder.With {
    /** The name of the file that makes a directory of Parquet files a data set. */
    public static final String FILE_NAME = "dataset.json";

    /** No {@code dataset.json} is longer: a million row groups take less. */
    private static final long LONGEST = 64L << 20;

    /** How the {@code image} column holds a picture. */
    public enum Encoding {
        /** Planes of unsigned bytes, {@code [C, H, W]} row-major. */
        RAW,
        /** JPEG or PNG. */
        ENCODED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One Parquet file.
     *
     * @param name inside the data set's directory
     * @param bytes its length
     * @param sha256 of its bytes in lower-case hexadecimal; empty where it was not recorded
     * @param rowGroups the number of rows of each row group
     */
    public record DataFile(String name, long bytes, String sha256, List<Integer> rowGroups) {
        public DataFile {
            rowGroups = List.copyOf(rowGroups);
        }

        /** {@return the number of rows of all row groups} */
        public long rows() {
            return rowGroups.stream().mapToLong(Integer::longValue).sum();
        }
    }

    /**
     * Rows of another data set, which stand where a file would. What the file has for a SHA-256 is that of which rows they are.
     *
     * @param uri of the other data set
     * @param fingerprint that it had
     * @param rows which of its rows: 64 a word, as {@code RowSet} has them, the lowest byte first, in Base64; empty: all
     */
    public record Part(String uri, String fingerprint, Optional<String> rows) {}

    /**
     * Where a {@code Whitening} lies and how it was fitted.
     *
     * @param name inside the data set's directory
     * @param bytes its length
     * @param sha256 of its bytes in lower-case hexadecimal
     * @param filterBias added to the eigenvalues of the covariance
     * @param contrast what was done to every picture before
     */
    public record WhiteningFile(
            String name, long bytes, String sha256, double filterBias, Optional<Contrast> contrast) {}

    /**
     * The figures of a global contrast normalization.
     *
     * @param scale the norm that every picture gets, above 0
     * @param bias added to the sum of squares, at least 0
     */
    public record Contrast(double scale, double bias) {
        public Contrast {
            if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
                throw new BadInputException(Refusal.of("scale", scale)
                        .because(", must be above 0")
                        .instead("fit it again with `convoy whiten`"));
            }
            if (!(bias >= 0 && bias < Double.POSITIVE_INFINITY)) {
                throw new BadInputException(Refusal.of("bias", bias)
                        .because(", must be at least 0")
                        .instead("fit it again with `convoy whiten`"));
            }
        }
    }

    public DatasetInfo {
        classes = List.copyOf(classes);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        files = List.copyOf(files);
        parts = List.copyOf(parts);
        labelSets = labelSets.isEmpty() ? List.of() : new LabelSets(classes.size(), labelSets).sets();
    }

    /** {@return what labels are indices into, where pictures may show several classes} */
    public Optional<LabelSets> severalLabels() {
        return labelSets.isEmpty() ? Optional.empty() : Optional.of(new LabelSets(classes.size(), labelSets));
    }

    /**
     * Refuses this data set if its pictures may show several classes.
     *
     * @param where its URI
     * @param what needs one class of each, for the message
     * @param remedy what to do instead
     * @throws BadInputException if it is one
     */
    public void requireOneLabel(String where, String what, String remedy) {
        if (!labelSets.isEmpty()) {
            throw new BadInputException("data set " + where + " has several labels an image, and one is needed for "
                    + what + ": " + remedy);
        }
    }

    /** {@return what labels are below} */
    public int labelCount() {
        return labelSets.isEmpty() ? classes.size() : labelSets.size();
    }

    /**
     * {@return the same rows with labels that are sets of classes, and so with another fingerprint}
     *
     * @param sets that labels are indices into; none: labels are classes
     */
    public DatasetInfo labelledBy(List<List<Integer>> sets) {
        DatasetInfo other = withLabelSets(sets);
        return other.withFingerprint(other.computeFingerprint());
    }

    /**
     * {@return the description of these figures and files, with the fingerprint that follows from them}
     *
     * @param classes names, in the order of the labels
     * @param mean of each channel, of pixels in [0, 1]; empty if unknown
     * @param std likewise
     * @param encoding how the pictures are stored
     * @param height of all pictures in pixels, or 0 where they differ
     * @param width likewise
     * @param channels 1 or 3
     * @param files in the order of their rows
     */
    public static DatasetInfo of(
            List<String> classes,
            List<Double> mean,
            List<Double> std,
            Encoding encoding,
            int height,
            int width,
            int channels,
            List<DataFile> files) {
        long rows = files.stream().mapToLong(DataFile::rows).sum();
        DatasetInfo bare = DatasetInfoBuilder.builder()
                .classes(classes)
                .mean(mean)
                .std(std)
                .encoding(encoding)
                .height(height)
                .width(width)
                .channels(channels)
                .rows(rows)
                .fingerprint("")
                .files(files)
                .parts(List.of())
                .labelSets(List.of())
                .build();
        return bare.withFingerprint(bare.computeFingerprint());
    }

    /**
     * {@return the same with another whitening, and so with another fingerprint}
     *
     * @param file that was written beside the rows
     */
    public DatasetInfo withWhitening(WhiteningFile file) {
        DatasetInfo other = withWhitening(Optional.of(file));
        return other.withFingerprint(other.computeFingerprint());
    }

    /**
     * {@return the same, with where its rows came from}
     *
     * @param from where they came from
     */
    public DatasetInfo withProvenance(Provenance from) {
        return withProvenance(Optional.of(from));
    }

    /**
     * {@return where a data set lies for the moment in which another takes its place}
     *
     * @param directory of the data set
     */
    public static Path replaced(Path directory) {
        return Storage.child(directory.getParent(), "." + directory.getName() + ".replaced");
    }

    /** {@return the text of {@code dataset.json}} */
    public String toJson() {
        return DatasetDescription.of(this).json();
    }

    String computeFingerprint() {
        Content content = DatasetInfoContentBuilder.builder()
                .classes(classes)
                .encoding(encoding)
                .height(height)
                .width(width)
                .channels(channels)
                .mean(mean)
                .std(std)
                .rows(rows)
                .whitening(whitening)
                .files(files)
                .labelSets(labelSets)
                .build();
        return "sha256:" + CanonicalText.fingerprint("dataset", content);
    }

    /** What the fingerprint is of. */
    @RecordBuilder
    record Content(
            List<String> classes,
            Encoding encoding,
            int height,
            int width,
            int channels,
            @Default(Default.EMPTY_LIST) List<Double> mean,
            @Default(Default.EMPTY_LIST) List<Double> std,
            long rows,
            Optional<WhiteningFile> whitening,
            List<DataFile> files,
            @Default(Default.EMPTY_LIST) List<List<Integer>> labelSets) {}

    /**
     * Reads {@code dataset.json} as it stands, without looking at the files that it names.
     *
     * @param files the file system of the path
     * @param file the address of {@code dataset.json}
     * @return what stands there
     * @throws BadInputException that lists every problem, a line for each
     * @throws IOException if the file system fails
     */
    public static DatasetInfo read(FileSystem files, Path file) throws IOException {
        long length = files.getFileStatus(file).getLen();
        if (length > LONGEST) {
            throw new BadInputException(file + " is " + Counts.plain(length, "byte") + " long, at most " + LONGEST
                    + " are read: it is not what `convoy import` wrote");
        }
        byte[] text = new byte[(int) length];
        try (FSDataInputStream in = files.open(file)) {
            in.readFully(0, text);
        }
        return DatasetDescription.parse(new String(text, StandardCharsets.UTF_8), file.toString());
    }

    /**
     * The same with the files that were found by listing the directory, where {@code dataset.json} names none.
     *
     * @param found in the order of their rows
     * @param where the data set's address, for the message
     * @return the same, with the row groups of these files
     * @throws BadInputException if the rows do not add up
     */
    public DatasetInfo indexed(List<DataFile> found, String where) {
        DatasetInfo bare =
                of(classes, mean, std, encoding, height, width, channels, found).labelledBy(labelSets);
        DatasetInfo whitened = whitening.map(bare::withWhitening).orElse(bare);
        DatasetInfo full = provenance.map(whitened::withProvenance).orElse(whitened);
        if (rows >= 0 && rows != full.rows) {
            throw new BadInputException(where + ": rows = " + rows + ", the Parquet files hold " + full.rows
                    + ": correct it or leave it out");
        }
        return fingerprint.isEmpty() ? full : full.withFingerprint(fingerprint);
    }
}

package convoy.worker.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import convoy.records.BadInputException;
import convoy.records.CanonicalText;
import convoy.records.Default;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What {@code dataset.json} says of the Parquet files beside it.
 *
 * <pre>
 * { "format": 2,                             1 and 2 are read; without it 2 is meant
 *   "classes": ["airplane", ...],            names by label
 *   "encoding": "raw" | "encoded",           planes of bytes [C, H, W], or JPEG and PNG files
 *   "height": 32, "width": 32,               of every picture; 0 where they differ
 *   "channels": 3,                           1 or 3: what a picture is read as
 *   "mean": [...], "std": [...],             of each channel, pixels in [0, 1]; may be left out
 *   "rows": 50000,
 *   "whitening": {"name": "whitening-0123456789ab.safetensors", "bytes": ..., "sha256": "...",
 *                 "filter-bias": 0.1, "contrast": {"scale": 55, "bias": 0}}   if `convoy whiten` fitted one
 *   "fingerprint": "sha256:...",             of all else in this file but "import"; may be left out
 *   "files": [{"name": "part-00000-of-00001.parquet", "bytes": ..., "sha256": "...",
 *              "row-groups": [782, 781, ...]}]   may be left out: then it is read from the footers
 *   "import": {...}                          see {@link Provenance}; may be left out
 * }
 * </pre>
 *
 * @param classes the names of the classes; a label is an index into them
 * @param mean of each channel over all pixels of the data set, scaled to [0, 1]; empty if unknown
 * @param std the standard deviation, likewise
 * @param encoding how the {@code image} column holds a picture
 * @param height of every picture in pixels, 0 where they differ
 * @param width likewise
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param rows the number of pictures
 * @param fingerprint names this data set's content: equal for equal content and order
 * @param files the Parquet files in order; together they hold {@code rows} rows
 * @param whitening fitted to these rows
 * @param provenance where they came from
 */
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
        Optional<Provenance> provenance) {
    /** The name of the file that makes a directory of Parquet files a data set. */
    public static final String FILE_NAME = "dataset.json";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 2;

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

        /** The number of rows of all row groups. */
        public long rows() {
            return rowGroups.stream().mapToLong(Integer::longValue).sum();
        }
    }

    /**
     * Where a {@link Whitening} lies and how it was fitted.
     *
     * @param name inside the data set's directory
     * @param bytes its length
     * @param sha256 of its bytes in lower-case hexadecimal
     * @param filterBias added to the eigenvalues of the covariance
     * @param contrast what was done to every picture before
     */
    public record WhiteningFile(
            String name,
            long bytes,
            String sha256,
            double filterBias,
            Optional<GlobalContrastNormalization> contrast) {}

    public DatasetInfo {
        classes = List.copyOf(classes);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        files = List.copyOf(files);
    }

    /** Of these figures and files, with the fingerprint that follows from them. */
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
        DatasetInfo bare = new DatasetInfo(
                classes,
                mean,
                std,
                encoding,
                height,
                width,
                channels,
                rows,
                "",
                files,
                Optional.empty(),
                Optional.empty());
        return bare.withFingerprint(bare.computeFingerprint());
    }

    private DatasetInfo withFingerprint(String value) {
        return new DatasetInfo(
                classes, mean, std, encoding, height, width, channels, rows, value, files, whitening, provenance);
    }

    /** The same with another whitening, and so with another fingerprint. */
    public DatasetInfo withWhitening(WhiteningFile file) {
        DatasetInfo other = new DatasetInfo(
                classes, mean, std, encoding, height, width, channels, rows, "", files, Optional.of(file), provenance);
        return other.withFingerprint(other.computeFingerprint());
    }

    /** The same, with where its rows came from. */
    public DatasetInfo withProvenance(Provenance from) {
        return new DatasetInfo(
                classes,
                mean,
                std,
                encoding,
                height,
                width,
                channels,
                rows,
                fingerprint,
                files,
                whitening,
                Optional.of(from));
    }

    /** Where a data set lies for the moment in which another takes its place. */
    public static Path replaced(Path directory) {
        return Storage.child(directory.getParent(), "." + directory.getName() + ".replaced");
    }

    /** The text of {@code dataset.json}. */
    public String toJson() {
        ObjectNode root = describe();
        root.put("fingerprint", fingerprint);
        root.set("files", describeFiles());
        provenance.ifPresent(from -> from.describe(root.putObject("import")));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always writable", e);
        }
    }

    private ObjectNode describe() {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        classes.forEach(root.putArray("classes")::add);
        root.put("encoding", encoding.text());
        root.put("height", height);
        root.put("width", width);
        root.put("channels", channels);
        if (!mean.isEmpty()) {
            mean.forEach(root.putArray("mean")::add);
            std.forEach(root.putArray("std")::add);
        }
        root.put("rows", rows);
        whitening.ifPresent(file -> {
            ObjectNode node = root.putObject("whitening");
            node.put("name", file.name());
            node.put("bytes", file.bytes());
            node.put("sha256", file.sha256());
            node.put("filter-bias", file.filterBias());
            file.contrast().ifPresent(contrast -> {
                ObjectNode before = node.putObject("contrast");
                before.put("scale", contrast.scale());
                before.put("bias", contrast.bias());
            });
        });
        return root;
    }

    private ArrayNode describeFiles() {
        ArrayNode list = JSON.createArrayNode();
        for (DataFile file : files) {
            ObjectNode node = list.addObject();
            node.put("name", file.name());
            node.put("bytes", file.bytes());
            if (!file.sha256().isEmpty()) {
                node.put("sha256", file.sha256());
            }
            file.rowGroups().forEach(node.putArray("row-groups")::add);
        }
        return list;
    }

    private String computeFingerprint() {
        Content content = new Content(classes, encoding, height, width, channels, mean, std, rows, whitening, files);
        return "sha256:" + CanonicalText.fingerprint("dataset", content);
    }

    /** What the fingerprint is of. */
    private record Content(
            List<String> classes,
            Encoding encoding,
            int height,
            int width,
            int channels,
            @Default(Default.EMPTY_LIST) List<Double> mean,
            @Default(Default.EMPTY_LIST) List<Double> std,
            long rows,
            Optional<WhiteningFile> whitening,
            List<DataFile> files) {}

    /** No {@code dataset.json} is longer: a million row groups take less. */
    private static final long LONGEST = 64L << 20;

    /**
     * Reads {@code dataset.json} as it stands, without looking at the files that it names.
     *
     * @throws BadInputException naming the first thing that is wrong
     */
    public static DatasetInfo read(FileSystem files, Path file) throws IOException {
        long length = files.getFileStatus(file).getLen();
        if (length > LONGEST) {
            throw new BadInputException(file + " is " + length + " bytes long, at most " + LONGEST
                    + " are read: it is not what `convoy import` wrote");
        }
        byte[] text = new byte[(int) length];
        try (FSDataInputStream in = files.open(file)) {
            in.readFully(0, text);
        }
        return parse(new String(text, StandardCharsets.UTF_8), file.toString());
    }

    /**
     * Reads {@code dataset.json}. Files and rows may be missing in what is returned, where the text leaves them out.
     *
     * @param text the file's text
     * @param where its URI, for messages
     * @throws BadInputException naming the first thing that is wrong
     */
    static DatasetInfo parse(String text, String where) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new BadInputException(
                    where + " is not JSON ("
                            + e.getOriginalMessage().lines().findFirst().orElse("unreadable")
                            + "): write it again or import again",
                    e);
        }
        return new Reading(root, where).dataset();
    }

    /**
     * The same with the files that were found by listing the directory, where {@code dataset.json} names none.
     *
     * @throws BadInputException if the rows do not add up
     */
    DatasetInfo indexed(List<DataFile> found, String where) {
        DatasetInfo bare = of(classes, mean, std, encoding, height, width, channels, found);
        DatasetInfo whitened = whitening.map(bare::withWhitening).orElse(bare);
        DatasetInfo full = provenance.map(whitened::withProvenance).orElse(whitened);
        if (rows >= 0 && rows != full.rows) {
            throw new BadInputException(where + ": rows = " + rows + ", the Parquet files hold " + full.rows
                    + ": correct it or leave it out");
        }
        return fingerprint.isEmpty() ? full : full.withFingerprint(fingerprint);
    }

    /** The fields of {@code dataset.json}, each with its own complaint. */
    private record Reading(JsonNode root, String where) {
        DatasetInfo dataset() {
            if (!root.isObject()) {
                throw bad("holds no JSON object");
            }
            int format = root.path("format").asInt(FORMAT);
            if (format < 1 || format > FORMAT) {
                throw bad(
                        "format = " + format + ", this version reads formats 1 to " + FORMAT + ": use a newer convoy");
            }
            List<String> classes = texts("classes");
            if (classes.isEmpty()) {
                throw bad("classes is missing or empty: list the classes' names in the order of their labels");
            }
            Encoding encoding = encoding();
            int height = number("height", 0, 65_535);
            int width = number("width", 0, 65_535);
            int channels = number("channels", 1, 3);
            if (channels == 2) {
                throw bad("channels = 2, must be 1 (grey) or 3 (red, green, blue)");
            }
            List<Double> mean = figures("mean");
            List<Double> std = figures("std");
            if (mean.size() != std.size() || (!mean.isEmpty() && mean.size() != channels)) {
                throw bad("mean has " + mean.size() + " and std " + std.size() + " values for " + channels
                        + " channels: give one for every channel, or leave both out");
            }
            if (std.stream().anyMatch(s -> !(s > 0))) {
                throw bad("std = " + std + ", every value must be above 0");
            }
            List<DataFile> files = files();
            long rows = root.path("rows").asLong(-1);
            // Those of format 1 were made of another text, and are worked out anew.
            String fingerprint = format == FORMAT ? root.path("fingerprint").asText("") : "";
            DatasetInfo info = new DatasetInfo(
                    classes,
                    mean,
                    std,
                    encoding,
                    height,
                    width,
                    channels,
                    rows,
                    fingerprint,
                    files,
                    whitening(),
                    Provenance.read(root.path("import")));
            if (files.isEmpty()) {
                return info;
            }
            check(info);
            return fingerprint.isEmpty() ? info.withFingerprint(info.computeFingerprint()) : info;
        }

        private void check(DatasetInfo info) {
            long sum = info.files.stream().mapToLong(DataFile::rows).sum();
            if (info.rows != sum) {
                throw bad("rows = " + info.rows + ", its files add up to " + sum + ": import again");
            }
            if (!info.fingerprint.isEmpty()) {
                String computed = info.computeFingerprint();
                if (!computed.equals(info.fingerprint)) {
                    throw bad("fingerprint = " + info.fingerprint + ", its content gives " + computed
                            + ": it was changed by hand; leave the fingerprint out or import again");
                }
            }
        }

        private Encoding encoding() {
            String text = root.path("encoding").asText("");
            for (Encoding encoding : Encoding.values()) {
                if (encoding.text().equals(text)) {
                    return encoding;
                }
            }
            throw bad("encoding = \"" + text + "\", must be \"raw\" or \"encoded\"");
        }

        private int number(String name, int least, int most) {
            JsonNode node = root.path(name);
            if (!node.isInt() || node.intValue() < least || node.intValue() > most) {
                throw bad(name + " = " + (node.isMissingNode() ? "nothing" : node) + ", must be a whole number in ["
                        + least + ", " + most + "]");
            }
            return node.intValue();
        }

        private List<String> texts(String name) {
            List<String> texts = new ArrayList<>();
            for (JsonNode node : array(root, name)) {
                if (!node.isTextual()) {
                    throw bad(name + " holds " + node + ", must be a list of texts");
                }
                texts.add(node.textValue());
            }
            return texts;
        }

        private List<Double> figures(String name) {
            List<Double> figures = new ArrayList<>();
            for (JsonNode node : array(root, name)) {
                if (!node.isNumber()) {
                    throw bad(name + " holds " + node + ", must be a list of numbers");
                }
                figures.add(node.doubleValue());
            }
            return figures;
        }

        private List<DataFile> files() {
            List<DataFile> files = new ArrayList<>();
            for (JsonNode node : array(root, "files")) {
                String name = node.path("name").asText("");
                if (name.isEmpty() || name.contains("/")) {
                    throw bad("files names \"" + name + "\", must be the name of a file in the same directory");
                }
                List<Integer> groups = new ArrayList<>();
                for (JsonNode count : array(node, "row-groups")) {
                    if (!count.isInt() || count.intValue() < 0) {
                        throw bad("row-groups of " + name + " holds " + count + ", must be a list of whole numbers");
                    }
                    groups.add(count.intValue());
                }
                if (groups.isEmpty() || !node.path("bytes").canConvertToLong()) {
                    throw bad("files gives no bytes or row-groups for " + name + ": leave files out or import again");
                }
                files.add(new DataFile(
                        name,
                        node.path("bytes").longValue(),
                        node.path("sha256").asText(""),
                        groups));
            }
            return files;
        }

        private Optional<WhiteningFile> whitening() {
            JsonNode node = root.path("whitening");
            if (node.isMissingNode()) {
                return Optional.empty();
            }
            String name = node.path("name").asText("");
            if (name.isEmpty() || name.contains("/")) {
                throw bad("whitening names \"" + name + "\", must be the name of a file in the same directory");
            }
            if (!node.path("bytes").canConvertToLong() || !node.path("sha256").isTextual()) {
                throw bad("whitening gives no bytes or sha256 for " + name + ": fit it again with `convoy whiten`");
            }
            Optional<GlobalContrastNormalization> contrast = Optional.empty();
            if (node.has("contrast")) {
                JsonNode before = node.path("contrast");
                contrast = Optional.of(new GlobalContrastNormalization(
                        before.path("scale").asDouble(Double.NaN),
                        before.path("bias").asDouble(Double.NaN)));
            }
            return Optional.of(new WhiteningFile(
                    name,
                    node.path("bytes").longValue(),
                    node.path("sha256").textValue(),
                    node.path("filter-bias").asDouble(),
                    contrast));
        }

        private JsonNode array(JsonNode parent, String name) {
            JsonNode node = parent.path(name);
            if (!node.isMissingNode() && !node.isArray()) {
                throw bad(name + " = " + node + ", must be a list");
            }
            return node;
        }

        private BadInputException bad(String what) {
            return new BadInputException(where + ": " + what);
        }
    }
}

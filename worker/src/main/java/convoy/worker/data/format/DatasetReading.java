package convoy.worker.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.format.DatasetInfo.Contrast;
import convoy.worker.data.format.DatasetInfo.DataFile;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.DatasetInfo.WhiteningFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The fields of {@code dataset.json}, each with its own complaint. */
record DatasetReading(JsonNode root, String where) {
    DatasetInfo dataset() {
        if (!root.isObject()) {
            throw bad("holds no JSON object");
        }
        int format = root.path("format").asInt(DatasetInfo.FORMAT);
        if (format < 1 || format > DatasetInfo.FORMAT) {
            throw bad("format = " + format + ", this version reads formats 1 to " + DatasetInfo.FORMAT
                    + ": use a newer convoy");
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
            throw bad("mean has " + Counts.plain(mean.size(), "value") + " and std has " + std.size() + " for "
                    + Counts.plain(channels, "channel") + ": give one for every channel, or leave both out");
        }
        if (std.stream().anyMatch(s -> !(s > 0))) {
            throw bad("std = " + std + ", every value must be above 0");
        }
        List<DataFile> files = files();
        long rows = root.path("rows").asLong(-1);
        // Those of format 1 were made of another text, and are worked out anew.
        String fingerprint =
                format == DatasetInfo.FORMAT ? root.path("fingerprint").asText("") : "";
        DatasetInfo info = DatasetInfoBuilder.builder()
                .classes(classes)
                .mean(mean)
                .std(std)
                .encoding(encoding)
                .height(height)
                .width(width)
                .channels(channels)
                .rows(rows)
                .fingerprint(fingerprint)
                .files(files)
                .whitening(whitening())
                .provenance(Provenance.read(root.path("import")))
                .build();
        if (files.isEmpty()) {
            return info;
        }
        check(info);
        return fingerprint.isEmpty() ? info.withFingerprint(info.computeFingerprint()) : info;
    }

    private void check(DatasetInfo info) {
        long sum = info.files().stream().mapToLong(DataFile::rows).sum();
        if (info.rows() != sum) {
            throw bad("rows = " + info.rows() + ", its files add up to " + sum + ": import again");
        }
        if (!info.fingerprint().isEmpty()) {
            String computed = info.computeFingerprint();
            if (!computed.equals(info.fingerprint())) {
                throw bad("fingerprint = " + info.fingerprint() + ", its content gives " + computed
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
            throw bad(name + " = " + (node.isMissingNode() ? "nothing" : node) + ", must be a whole number in [" + least
                    + ", " + most + "]");
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
                    name, node.path("bytes").longValue(), node.path("sha256").asText(""), groups));
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
        Optional<Contrast> contrast =
                node.has("contrast") ? Optional.of(contrast(node.path("contrast"))) : Optional.empty();
        return Optional.of(new WhiteningFile(
                name,
                node.path("bytes").longValue(),
                node.path("sha256").textValue(),
                node.path("filter-bias").asDouble(),
                contrast));
    }

    private Contrast contrast(JsonNode node) {
        double scale = node.path("scale").asDouble(Double.NaN);
        double bias = node.path("bias").asDouble(Double.NaN);
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw bad("whitening: contrast has scale = " + scale
                    + ", must be above 0: fit it again with `convoy whiten`");
        }
        if (!(bias >= 0 && bias < Double.POSITIVE_INFINITY)) {
            throw bad("whitening: contrast has bias = " + bias
                    + ", must be at least 0: fit it again with `convoy whiten`");
        }
        return new Contrast(scale, bias);
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

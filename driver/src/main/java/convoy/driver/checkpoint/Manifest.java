package convoy.driver.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.range.SnapshotFile;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a checkpoint consists of, written last: a checkpoint without a manifest does not exist.
 *
 * <pre>
 *  {"format": 1,
 *   "step": 1200,
 *   "determinants": {"network": "…", "data.train": "…", "seed": "1", …},
 *   "model": {"convoy.network": "resnet20_cifar", "convoy.classes": "10", …},
 *   "left-out": {"file": "initial.safetensors", "sha256": "…", "tensors": ["conv1.weight", …]},
 *   "ranges": [{"file": "range-00000-of-00002.safetensors", "begin": 0, "end": 4096, "bytes": 33280, "crc32c": "…"}, …]}
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
                throw new IllegalArgumentException("'" + file + "' with " + tensors.size()
                        + " tensors: a file in the run's directory with one tensor or more is wanted");
            }
        }
    }

    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

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
            throw new IllegalArgumentException("step " + step + " with " + ranges.size() + " range files");
        }
    }

    /** Length of the flat vector that the ranges make up. */
    public int size() {
        return ranges.get(ranges.size() - 1).range().end();
    }

    /** Length of all range files. */
    public long bytes() {
        return ranges.stream().mapToLong(SnapshotFile::length).sum();
    }

    /** As JSON text. */
    public String toJson() {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        root.put("step", step);
        ObjectNode keys = root.putObject("determinants");
        determinants.forEach(keys::put);
        ObjectNode described = root.putObject("model");
        model.forEach(described::put);
        leftOut.ifPresent(left -> {
            ObjectNode object = root.putObject("left-out");
            object.put("file", left.file()).put("sha256", left.sha256());
            left.tensors().forEach(object.putArray("tensors")::add);
        });
        ArrayNode files = root.putArray("ranges");
        for (SnapshotFile file : ranges) {
            files.addObject()
                    .put("file", file.name())
                    .put("begin", file.range().begin())
                    .put("end", file.range().end())
                    .put("bytes", file.length())
                    .put("crc32c", file.crc32c());
        }
        return root.toPrettyString() + "\n";
    }

    /**
     * Reads JSON text.
     *
     * @param where it comes from, for the message
     * @throws BadInputException if it is no manifest
     */
    public static Manifest fromJson(String text, String where) {
        try {
            JsonNode root = JSON.readTree(text);
            int format = need(root, "format").asInt(-1);
            if (format != FORMAT) {
                throw new BadInputException(where + ": format = " + format + ", this version reads format " + FORMAT
                        + "; resume with the version that wrote it");
            }
            List<SnapshotFile> files = new ArrayList<>();
            for (JsonNode file : need(root, "ranges")) {
                files.add(new SnapshotFile(
                        need(file, "file").asText(),
                        need(file, "bytes").asLong(-1),
                        need(file, "crc32c").asText(),
                        new KeyRange(
                                need(file, "begin").asInt(-1), need(file, "end").asInt(-1))));
            }
            return new Manifest(
                    need(root, "step").asLong(-1),
                    texts(need(root, "determinants")),
                    texts(need(root, "model")),
                    leftOut(root),
                    files);
        } catch (JsonProcessingException | IllegalArgumentException malformed) {
            throw new BadInputException(
                    where + " is no manifest of a checkpoint: "
                            + String.valueOf(malformed.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("")
                            + "; remove its directory to resume from the checkpoint before it",
                    malformed);
        }
    }

    private static Optional<LeftOut> leftOut(JsonNode root) {
        if (!root.has("left-out")) {
            return Optional.empty();
        }
        JsonNode object = need(root, "left-out");
        List<String> tensors = new ArrayList<>();
        need(object, "tensors").forEach(tensor -> tensors.add(tensor.asText()));
        return Optional.of(new LeftOut(
                need(object, "file").asText(), need(object, "sha256").asText(), tensors));
    }

    private static SortedMap<String, String> texts(JsonNode object) {
        SortedMap<String, String> texts = new TreeMap<>();
        object.fields()
                .forEachRemaining(
                        field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    private static JsonNode need(JsonNode parent, String key) {
        JsonNode node = parent.get(key);
        if (node == null) {
            throw new IllegalArgumentException("'" + key + "' is missing");
        }
        return node;
    }
}

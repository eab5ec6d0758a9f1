package convoy.worker.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the rows of a data set came from, as {@code convoy import} found it. It tells people; nothing else depends on it.
 *
 * <pre>
 *   "import": {"from": "hdfs://...", "split": "train",
 *              "class-counts": [5000, ...],                                      by label
 *              "left-out": [{"what": "hidden: ...", "files": 2, "example": "..."}, ...],   files that gave no row
 *              "adjusted": [{"what": "...", "files": 7, "example": "..."}, ...]}           files that needed something
 * </pre>
 *
 * @param from the source's URI
 * @param split which part of it, if one was named
 * @param classCounts how many rows each class has, by label
 * @param leftOut files that gave no row, by reason
 * @param adjusted files whose pictures were read after something had been done about them
 */
public record Provenance(
        String from, Optional<String> split, List<Long> classCounts, List<Counted> leftOut, List<Counted> adjusted) {
    /**
     * Files that have something in common.
     *
     * @param what they have in common
     * @param files how many
     * @param example the first of them
     */
    public record Counted(String what, long files, String example) {}

    public Provenance {
        classCounts = List.copyOf(classCounts);
        leftOut = List.copyOf(leftOut);
        adjusted = List.copyOf(adjusted);
    }

    void describe(ObjectNode node) {
        node.put("from", from);
        split.ifPresent(name -> node.put("split", name));
        classCounts.forEach(node.putArray("class-counts")::add);
        describe(node.putArray("left-out"), leftOut);
        describe(node.putArray("adjusted"), adjusted);
    }

    private static void describe(ArrayNode list, List<Counted> counted) {
        for (Counted one : counted) {
            list.addObject().put("what", one.what).put("files", one.files).put("example", one.example);
        }
    }

    /** Takes what is there: a file that was written by hand need not have it. */
    static Optional<Provenance> read(JsonNode node) {
        if (!node.isObject()) {
            return Optional.empty();
        }
        List<Long> counts = new ArrayList<>();
        node.path("class-counts").forEach(count -> counts.add(count.asLong()));
        return Optional.of(new Provenance(
                node.path("from").asText(""),
                node.has("split") ? Optional.of(node.path("split").asText()) : Optional.empty(),
                counts,
                counted(node.path("left-out")),
                counted(node.path("adjusted"))));
    }

    private static List<Counted> counted(JsonNode list) {
        List<Counted> all = new ArrayList<>();
        for (JsonNode one : list) {
            all.add(new Counted(
                    one.path("what").asText(""),
                    one.path("files").asLong(),
                    one.path("example").asText("")));
        }
        return all;
    }
}

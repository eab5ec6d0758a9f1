package convoy.worker.data.format;

import convoy.records.annotation.Default;
import java.util.List;
import java.util.Optional;

/**
 * Where the rows of a data set came from, as {@code convoy import} found it. It tells people; nothing
 * else depends on it, and a file that was written by hand need not have all of it.
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
        @Default("") String from,
        Optional<String> split,
        @Default(Default.EMPTY_LIST) List<Long> classCounts,
        @Default(Default.EMPTY_LIST) List<Counted> leftOut,
        @Default(Default.EMPTY_LIST) List<Counted> adjusted) {
    /**
     * Files that have something in common.
     *
     * @param what they have in common
     * @param files how many
     * @param example the first of them
     */
    public record Counted(
            @Default("") String what,
            @Default("0") long files,
            @Default("") String example) {}

    public Provenance {
        classCounts = List.copyOf(classCounts);
        leftOut = List.copyOf(leftOut);
        adjusted = List.copyOf(adjusted);
    }
}

package convoy.driver.metrics;

import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rows that a call left out as their pictures cannot be decoded. Each comes once an epoch; the first few are told of as they come. */
public final class BadRows {
    private static final int TOLD = 5;
    /** Others are counted as often as they come, and not told apart. */
    private static final int KNOWN = 10_000;

    private final Set<String> known = new HashSet<>();
    private long times;

    /**
     * {@return what is to be told of rows that are new}
     *
     * @param rows that a step lacks: which they are, and why
     */
    public List<String> add(List<String> rows) {
        List<String> news = new ArrayList<>();
        for (String row : rows) {
            times++;
            boolean told = known.size() < TOLD;
            if (known.size() < KNOWN && known.add(row) && told) {
                news.add("left out, as data.on-bad = skip: " + row);
            }
        }
        return news;
    }

    /** {@return in a line, how many there were in all; empty if there were none} */
    public Optional<String> all() {
        return times == 0
                ? Optional.empty()
                : Optional.of(Counts.plain(known.size(), "row") + (known.size() == KNOWN ? " or more" : "")
                        + " of the training data cannot be decoded and " + (known.size() == 1 ? "was" : "were")
                        + " left out " + Counts.plain(times, "time")
                        + ": `left-out` in metrics.jsonl counts them by step");
    }
}

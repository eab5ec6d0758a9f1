package convoy.jobs.report.study;

import convoy.jobs.output.Json;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a study's trials took, and when. It is no part of the report, which is the same each time.
 *
 * @param trials in the order of the study
 */
public record StudyTiming(List<Timed> trials) {
    /**
     * One training.
     *
     * @param trial its name
     * @param variant that it is of
     * @param begun when it began, in UTC, as {@code 2026-03-01T10:00:00Z}
     * @param seconds that it was trained for, interruptions left out
     * @param attempts it took
     */
    public record Timed(String trial, String variant, String begun, double seconds, int attempts) {}

    public StudyTiming {
        trials = List.copyOf(trials);
    }

    /** {@code timing.csv}. */
    public Table table() {
        Table.Builder table = Table.named("timing", "Times of the trials")
                .words("trial", "variant", "begun")
                .numbers("seconds", "attempts");
        for (Timed timed : trials) {
            table.row(
                    Cell.of(timed.trial()),
                    Cell.of(timed.variant()),
                    Cell.of(timed.begun()),
                    Cell.of(timed.seconds(), Numbers.fixed(timed.seconds(), 1)),
                    Cell.of(timed.attempts()));
        }
        return table.build();
    }

    /** {@code timing.json}. */
    public String json() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Timed timed : trials) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("trial", timed.trial());
            one.put("variant", timed.variant());
            one.put("begun", timed.begun());
            one.put("seconds", timed.seconds());
            one.put("attempts", timed.attempts());
            all.add(one);
        }
        return Json.pretty(all) + "\n";
    }
}

package convoy.jobs.report.study;

import convoy.jobs.output.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a study's trials took, and when. It is no part of the report, which is the same each time.
 *
 * @param trials in the order of the study
 * @param tests readings of the test set, in their order
 */
public record StudyTiming(List<Timed> trials, List<TestReading> tests) {
    /** Of {@code timing.json}: goes up when a key is renamed or removed, or gets another meaning. */
    private static final int FORMAT = 1;

    /**
     * One training.
     *
     * @param trial its name
     * @param variant that it is of
     * @param begun when it began, in UTC, as {@code 2026-03-01T10:00:00Z}; empty if nothing says it
     * @param seconds that it was trained for, interruptions left out
     * @param attempts it took
     */
    public record Timed(String trial, String variant, String begun, double seconds, int attempts) {}

    /**
     * That the test set was about to be read.
     *
     * @param at when, in UTC
     * @param trials by which it was
     */
    public record TestReading(String at, List<String> trials) {
        public TestReading {
            trials = List.copyOf(trials);
        }
    }

    public StudyTiming {
        trials = List.copyOf(trials);
        tests = List.copyOf(tests);
    }

    /** {@return the text of {@code timing.json}} */
    public String json() {
        List<Map<String, Object>> trained = new ArrayList<>();
        for (Timed timed : trials) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("trial", timed.trial());
            one.put("variant", timed.variant());
            one.put("begun", timed.begun());
            one.put("seconds", timed.seconds());
            one.put("attempts", timed.attempts());
            trained.add(one);
        }
        List<Map<String, Object>> read = new ArrayList<>();
        for (TestReading test : tests) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("at", test.at());
            one.put("trials", test.trials());
            read.add(one);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("format", FORMAT);
        all.put("trials", trained);
        all.put("test-readings", read);
        return Json.pretty(all) + "\n";
    }
}

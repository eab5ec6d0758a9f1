package convoy.jobs.gpucheck;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Where one step tells its rows, and how much time it has for them. */
final class Rows {
    private final String step;
    private final Report report;
    private final Budget budget;

    Rows(String step, Report report, Budget budget) {
        this.step = step;
        this.report = report;
        this.budget = budget;
    }

    /** Something that may throw. */
    interface Work {
        void run() throws InterruptedException;
    }

    /**
     * Does what one row, or a few, need. What that throws costs nothing else; if too little time is left, it is not begun.
     *
     * @param what is told of then
     * @param estimate of how long it takes
     * @return whether it was done
     */
    boolean attempt(String what, Duration estimate, Work work) throws InterruptedException {
        if (!budget.allows(estimate)) {
            skip(what, shortage(budget, estimate));
            return false;
        }
        try {
            work.run();
            return true;
        } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
            report.failed(step, what, e);
            return false;
        }
    }

    static String shortage(Budget budget, Duration estimate) {
        return String.format(
                Locale.ROOT,
                "%d s left, needs about %.0f",
                Math.max(0, budget.left().toSeconds()),
                Math.ceil(estimate.toMillis() / 1e3));
    }

    void skip(String what, String why) {
        report.skipped(step, what, why);
    }

    /** @param fields names and values in turn */
    void tell(String text, Object... fields) {
        report.row(step, "  " + text, fields(fields));
    }

    static Map<String, Object> fields(Object... fields) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            map.put((String) fields[i], fields[i + 1]);
        }
        return map;
    }

    void wrong(String what) {
        report.wrong(step + " " + what);
    }

    Report report() {
        return report;
    }

    Budget budget() {
        return budget;
    }

    /** A line of a person's: what, precision, and figures. */
    static String text(String what, Object precision, String format, Object... values) {
        return String.format(Locale.ROOT, "%-18s %-5s ", what, precision) + String.format(Locale.ROOT, format, values);
    }

    static String mebibytes(OptionalLong bytes) {
        return bytes.isPresent() ? (bytes.getAsLong() >> 20) + " MiB" : "unknown";
    }

    static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}

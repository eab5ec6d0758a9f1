package convoy.jobs.output;

import java.util.Locale;

/** How many there are of something, for a person. */
public final class Counts {
    private Counts() {}

    /** {@code 1 worker}, {@code 2 workers}, {@code 5,000 workers}. */
    public static String of(long count, String one) {
        return of(count, one, one + "s");
    }

    /** The same where the plural is more than an s. */
    public static String of(long count, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
    }
}

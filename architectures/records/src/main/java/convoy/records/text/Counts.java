package convoy.records.text;

import java.util.Locale;

/** How many there are of something, for a person: one of them is one. */
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

    /** {@code 1 byte}, {@code 5000 bytes}: for sentences that hold the count against a number that stands somewhere as digits alone. */
    public static String plain(long count, String one) {
        return plain(count, one, one + "s");
    }

    /** The same where the plural is more than an s. */
    public static String plain(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}

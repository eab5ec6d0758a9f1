package convoy.records.text;

import java.util.Locale;

/** How many there are of something, for a person: one of them is one. */
public final class Counts {
    private Counts() {}

    /**
     * {@return {@code 1 worker}, {@code 2 workers}, {@code 5,000 workers}}
     *
     * @param count how many
     * @param one the word for one
     */
    public static String of(long count, String one) {
        return of(count, one, one + "s");
    }

    /**
     * {@return the same where the plural is more than an s}
     *
     * @param count how many
     * @param one the word for one
     * @param many the word for any other number
     */
    public static String of(long count, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
    }

    /**
     * {@return {@code 1 byte}, {@code 5000 bytes}: for sentences that hold the count against a number that stands
     * somewhere as digits alone}
     *
     * @param count how many
     * @param one the word for one
     */
    public static String plain(long count, String one) {
        return plain(count, one, one + "s");
    }

    /**
     * {@return the same where the plural is more than an s}
     *
     * @param count how many
     * @param one the word for one
     * @param many the word for any other number
     */
    public static String plain(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}

package convoy.jobs.registry.history;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number that is given once by each holder of a registry, with the holder's epoch, which no other holder has. So no two of them ever
 * write a file, or a folder, of the same name.
 *
 * @param number of an entry or of a version, from 1
 * @param epoch of the lease under which it was written
 */
public record Stamp(long number, long epoch) implements Comparable<Stamp> {
    private static final Pattern FORM = Pattern.compile("([0-9]{8,18})-([0-9]{8,18})");

    /** What a later holder wrote comes after all that an earlier one did, whatever its number. */
    private static final Comparator<Stamp> ORDER =
            Comparator.comparingLong(Stamp::epoch).thenComparingLong(Stamp::number);

    public Stamp {
        if (number < 1 || epoch < 0) {
            throw new IllegalArgumentException("number " + number + " of epoch " + epoch);
        }
    }

    /** {@return as it stands in a name: {@code 00000007-00000003}} */
    public String text() {
        return String.format(Locale.ROOT, "%08d-%08d", number, epoch);
    }

    /**
     * {@return what {@link #text} wrote; empty if it is none}
     *
     * @param text any
     */
    public static Optional<Stamp> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Long.parseLong(form.group(1)) < 1) {
            return Optional.empty();
        }
        Stamp stamp = new Stamp(Long.parseLong(form.group(1)), Long.parseLong(form.group(2)));
        return stamp.text().equals(text) ? Optional.of(stamp) : Optional.empty();
    }

    @Override
    public int compareTo(Stamp other) {
        return ORDER.compare(this, other);
    }
}

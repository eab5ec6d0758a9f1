package convoy.jobs.retrain.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;

/**
 * The address of a data set for each day, as {@code hdfs://host/data/day={date}}: folders beside each other, of which the name holds a
 * date.
 *
 * @param folder URI of the folder that they lie in, without a slash at its end
 * @param before the date in a name
 * @param behind the date in a name
 */
public record DayPattern(String folder, String before, String behind) {
    private static final String DATE = "{date}";

    /** Nothing but four, two and two digits, of a day that there is. */
    private static final DateTimeFormatter DAYS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withResolverStyle(ResolverStyle.STRICT);

    /**
     * {@return the pattern of an address}
     *
     * @param uri with {@code {date}} once, in its last part
     * @throws BadInputException if it has not
     */
    public static DayPattern of(String uri) {
        int slash = uri.lastIndexOf('/');
        int date = uri.indexOf(DATE);
        if (slash < 1 || date < slash || uri.indexOf(DATE, date + 1) >= 0) {
            throw new BadInputException(Refusal.of("uri", "'" + uri + "'")
                    .because("does not have {date} once, in its last part")
                    .instead("give the address of the folders of the days, as hdfs://host/data/day={date}"));
        }
        return new DayPattern(
                uri.substring(0, slash), uri.substring(slash + 1, date), uri.substring(date + DATE.length()));
    }

    /** {@return how the names look: {@code day={date}}} */
    public String name() {
        return before + DATE + behind;
    }

    /**
     * {@return whether a name has what stands before and behind the date}
     *
     * @param name of a folder
     */
    public boolean isMeant(String name) {
        return name.length() >= before.length() + behind.length() && name.startsWith(before) && name.endsWith(behind);
    }

    /**
     * {@return the day of a name, empty if it holds no date}
     *
     * @param name of a folder, which {@link #isMeant is meant}
     */
    public Optional<LocalDate> day(String name) {
        try {
            return Optional.of(LocalDate.parse(name.substring(before.length(), name.length() - behind.length()), DAYS));
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }
}

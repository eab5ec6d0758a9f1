package convoy.jobs.retrain.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import convoy.records.BadInputException;
import convoy.records.text.FirstLine;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRulesException;
import java.util.Locale;
import java.util.Optional;

/**
 * The moments that a cron line names, by the clocks of a time zone. The line is that of {@code crontab(5)}: minute, hour, day of the
 * month, month, day of the week, where the two days are alternatives if both are given.
 *
 * <p>In the night in which clocks are put forward, what falls into the hour that is not there happens when it would have begun, as with
 * cron: a nightly job is never left out. In the night in which they are put back, what has a fixed hour happens once, the first time that
 * the clocks show it, and what happens every so many minutes goes on through both.
 */
public final class Timetable {
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    /** Nine years: no day is rarer than the 29th of February around a century without one. */
    private static final long FURTHEST_SECONDS = 9L * 366 * 24 * 3600;

    private final String line;
    private final ZoneId zone;
    private final ExecutionTime times;

    private Timetable(String line, ZoneId zone, ExecutionTime times) {
        this.line = line;
        this.zone = zone;
        this.times = times;
    }

    /**
     * Reads a timetable.
     *
     * @param line five fields with spaces between them
     * @param zone as {@code Europe/Berlin}, {@code UTC} or {@code +02:00}
     * @param now from which on there has to be a moment that it names
     * @return what they say
     * @throws BadInputException if either cannot be read, or the line names no moment
     */
    public static Timetable parse(String line, String zone, Instant now) {
        Timetable timetable = new Timetable(line, zone(zone), ExecutionTime.forCron(cron(line)));
        if (timetable.find(now).isEmpty()) {
            throw new BadInputException("--schedule = '" + line
                    + "' never fires: no month that it names has the day; name another day or month");
        }
        return timetable;
    }

    private static Cron cron(String line) {
        try {
            return PARSER.parse(line.strip()).validate();
        } catch (IllegalArgumentException wrong) {
            throw new BadInputException(
                    "--schedule = '" + line + "' is no cron line ("
                            + FirstLine.of(String.valueOf(wrong.getMessage()))
                            + "); give minute, hour, day of the month, month and day of the week, as '0 3 * * *' for every"
                            + " night at three",
                    wrong);
        }
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (ZoneRulesException unknown) {
            throw new BadInputException(
                    "--zone = '" + name
                            + "' is not known; give one of the time zone database's, as Europe/Berlin or UTC",
                    unknown);
        } catch (DateTimeException wrong) {
            throw new BadInputException(
                    "--zone = '" + name + "' is no time zone; give one as Europe/Berlin, UTC or +02:00", wrong);
        }
    }

    /**
     * {@return the first moment after another that the line names}
     *
     * @param after the other
     */
    public Instant next(Instant after) {
        return find(after)
                .orElseThrow(() -> new IllegalStateException("'" + line + "' names no moment after " + after));
    }

    private Optional<Instant> find(Instant after) {
        Optional<Instant> shown = times.nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant);
        Optional<Instant> skipped = inTheNextGap(after, shown);
        return skipped.isPresent() ? skipped : shown;
    }

    /** The end of an hour that clocks leave out, if the line names a moment in it and it comes before what the clocks do show. */
    private Optional<Instant> inTheNextGap(Instant after, Optional<Instant> shown) {
        ZoneOffsetTransition change = zone.getRules().nextTransition(after);
        while (change != null && shown.map(change.getInstant()::isBefore).orElse(true)) {
            if (change.isGap() && names(change.getDateTimeBefore(), change.getDateTimeAfter())) {
                return Optional.of(change.getInstant());
            }
            // Zones that change their clocks do so for as long as there are years, and a line may name none of them.
            if (change.getInstant().isAfter(after.plusSeconds(FURTHEST_SECONDS))) {
                return Optional.empty();
            }
            change = zone.getRules().nextTransition(change.getInstant());
        }
        return Optional.empty();
    }

    /** Whether the line names a moment from one on and before another, by clocks that show every hour. */
    private boolean names(LocalDateTime from, LocalDateTime before) {
        return times.nextExecution(from.minusNanos(1).atZone(ZoneOffset.UTC))
                .map(found -> found.toLocalDateTime().isBefore(before))
                .orElse(false);
    }

    /**
     * {@return a moment as people of the zone read it: {@code 2026-11-28 03:00 Europe/Berlin}}
     *
     * @param moment any
     */
    public String text(Instant moment) {
        LocalDateTime local = LocalDateTime.ofInstant(moment, zone);
        return String.format(
                Locale.ROOT, "%s %02d:%02d %s", local.toLocalDate(), local.getHour(), local.getMinute(), zone.getId());
    }

    @Override
    public String toString() {
        return "'" + line + "' in " + zone.getId();
    }
}

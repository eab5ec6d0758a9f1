package convoy.jobs.retrain.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimetableTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private static List<String> next(String line, String zone, String from, int count) {
        Timetable timetable = Timetable.parse(line, zone, NOW);
        List<String> moments = new ArrayList<>();
        Instant moment = LocalDateTime.parse(from).atZone(ZoneId.of(zone)).toInstant();
        for (int i = 0; i < count; i++) {
            moment = timetable.next(moment);
            moments.add(moment.atZone(ZoneId.of(zone)).toOffsetDateTime().toString());
        }
        return moments;
    }

    @Test
    void followsTheClocksOfItsZone() {
        assertThat(next("0 3 * * *", "Europe/Berlin", "2026-10-24T12:00", 2))
                .containsExactly("2026-10-25T03:00+01:00", "2026-10-26T03:00+01:00");
        assertThat(next("0 3 * * *", "UTC", "2026-10-24T12:00", 1)).containsExactly("2026-10-25T03:00Z");
        assertThat(next("15 6 * * 1-5", "America/New_York", "2026-11-27T07:00", 2))
                .containsExactly("2026-11-30T06:15-05:00", "2026-12-01T06:15-05:00");
    }

    @Test
    void aNightlyStartInTheHourThatIsLeftOutIsNotLeftOut() {
        assertThat(next("30 2 * * *", "Europe/Berlin", "2027-03-27T00:00", 3))
                .containsExactly("2027-03-27T02:30+01:00", "2027-03-28T03:00+02:00", "2027-03-29T02:30+02:00");
        assertThat(next("30 2 28 3 *", "Europe/Berlin", "2027-01-01T00:00", 2))
                .as("a date that falls into it")
                .containsExactly("2027-03-28T03:00+02:00", "2028-03-28T02:30+02:00");
        assertThat(next("0 3 * * *", "Europe/Berlin", "2027-03-27T12:00", 2))
                .as("at the gap's end")
                .containsExactly("2027-03-28T03:00+02:00", "2027-03-29T03:00+02:00");
        assertThat(next("*/30 * * * *", "Europe/Berlin", "2027-03-28T01:10", 3))
                .containsExactly("2027-03-28T01:30+01:00", "2027-03-28T03:00+02:00", "2027-03-28T03:30+02:00");
    }

    @Test
    void aNightlyStartInTheHourThatComesTwiceComesOnce() {
        assertThat(next("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", 2))
                .containsExactly("2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00");
        assertThat(next("*/30 * * * *", "Europe/Berlin", "2026-10-25T01:40", 5))
                .containsExactly(
                        "2026-10-25T02:00+02:00",
                        "2026-10-25T02:30+02:00",
                        "2026-10-25T02:00+01:00",
                        "2026-10-25T02:30+01:00",
                        "2026-10-25T03:00+01:00");
    }

    @Test
    void rareDaysAreFound() {
        assertThat(next("0 0 29 2 *", "UTC", "2096-03-01T00:00", 1)).containsExactly("2104-02-29T00:00Z");
        assertThat(next("0 3 1 * 1", "Europe/Berlin", "2026-11-28T00:00", 3))
                .as("either day")
                .containsExactly("2026-11-30T03:00+01:00", "2026-12-01T03:00+01:00", "2026-12-07T03:00+01:00");
    }

    @Test
    void momentsOfAYearAreInOrderAndNeverFewerThanDays() {
        for (String zone :
                List.of("Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")) {
            Timetable nightly = Timetable.parse("15 2 * * *", zone, NOW);
            Instant moment = NOW;
            for (int day = 0; day < 730; day++) {
                Instant after = nightly.next(moment);
                assertThat(after).as("%s after %s", zone, moment).isAfter(moment);
                assertThat(Duration.between(moment, after).toHours())
                        .as("%s after %s", zone, moment)
                        .isLessThanOrEqualTo(25);
                moment = after;
            }
        }
    }

    @Test
    void aMomentIsShownInItsZone() {
        assertThat(Timetable.parse("0 3 * * *", "Europe/Berlin", NOW).text(NOW))
                .isEqualTo("2026-11-28 13:00 Europe/Berlin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "0 0 31 2 *|UTC|never fires",
                "0 0 30 2 *|Europe/Berlin|never fires",
                "0 0 31 4,6,9,11 *|UTC|never fires",
                "61 * * * *|UTC|is no cron line",
                "* * * *|UTC|is no cron line",
                "0 3 * * * *|UTC|is no cron line",
                "\"\"|UTC|is no cron line",
                "@daily|UTC|is no cron line",
                "*/0 * * * *|UTC|is no cron line",
                "5-1 * * * *|UTC|is no cron line",
                "0 3 * * *|Europe/Berln|--zone = 'Europe/Berln' is not known",
                "0 3 * * *|Mitteleuropa/ Berlin|is no time zone",
                "0 3 * * *|+25:00|is no time zone",
                "0 3 * * *|\"\"|is no time zone",
            })
    void whatCannotBeIsRefusedInOneLine(String line, String zone, String part) {
        assertThatThrownBy(() -> Timetable.parse(line, zone, NOW))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(part)
                .hasMessageContaining(part.startsWith("--zone") || part.contains("zone") ? zone : line)
                .extracting(Throwable::getMessage)
                .matches(message -> message.lines().count() == 1, "one line");
    }
}

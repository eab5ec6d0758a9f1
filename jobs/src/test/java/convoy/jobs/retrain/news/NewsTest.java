package convoy.jobs.retrain.news;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.jobs.retrain.file.Window;
import convoy.records.BadInputException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is new follows from the listing, the line and the window alone. */
final class NewsTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 11, 1);

    private static Offered day(int day, String fingerprint, long rows) {
        LocalDate date = FIRST.plusDays(day - 1L);
        return new Offered("day=" + date, "data/day=" + date, fingerprint, rows, Optional.of(date));
    }

    private static Listing listing(Offered... offered) {
        return new Listing(List.of(offered), List.of());
    }

    private static Lineage line(Offered... trained) {
        return new Lineage(List.of(trained).stream()
                .map(one -> new Lineage.Trained(one.id(), one.fingerprint()))
                .toList());
    }

    private static List<String> chosen(News news) {
        return ((News.Some) news)
                .chosen().stream()
                        .map(one -> one.dataSet().id() + " " + one.standing() + " " + one.share())
                        .toList();
    }

    @Test
    void withoutAChampionEverythingIsNew() {
        News news = News.of(listing(day(2, "b", 300), day(1, "a", 100)), Lineage.none(), new Window.All());
        assertThat(chosen(news)).containsExactly("day=2026-11-01 NEW 0.25", "day=2026-11-02 NEW 0.75");
        assertThat(news.notes()).isEmpty();
        assertThat(((News.Some) news).trained())
                .containsExactly(
                        new Lineage.Trained("day=2026-11-01", "a"), new Lineage.Trained("day=2026-11-02", "b"));
    }

    @Test
    void whatWasTrainedOnIsNotNew() {
        Offered first = day(1, "a", 100);
        assertThat(News.of(listing(first), line(first), new Window.All())).isEqualTo(new News.Nothing(List.of()));
        assertThat(News.of(listing(), Lineage.none(), new Window.All())).isEqualTo(new News.Nothing(List.of()));
        News.Some news = (News.Some) News.of(listing(first, day(2, "b", 100)), line(first), new Window.All());
        assertThat(chosen(news)).containsExactly("day=2026-11-01 OLD 0.5", "day=2026-11-02 NEW 0.5");
        assertThat(news.fresh()).hasSize(1);
    }

    @Test
    void aPartitionThatChangedIsNewAndSaidToBe() {
        News news = News.of(listing(day(1, "z", 100)), line(day(1, "a", 100)), new Window.All());
        assertThat(chosen(news)).containsExactly("day=2026-11-01 CHANGED 1.0");
        assertThat(news.notes())
                .containsExactly(
                        "day=2026-11-01 has changed since it was trained on, and counts as new: its fingerprint is z"
                                + " now.");
    }

    @Test
    void anEmptyDayIsNothingNew() {
        News news = News.of(listing(day(1, "a", 100), day(2, "e", 0)), line(day(1, "a", 100)), new Window.All());
        assertThat(news).isEqualTo(new News.Nothing(List.of("day=2026-11-02 holds no rows.")));
    }

    @Test
    void theSameRowsUnderAnotherNameAreNotNew() {
        Offered renamed = new Offered("november", "data/november", "a", 100, Optional.empty());
        News news = News.of(listing(renamed), line(day(1, "a", 100)), new Window.All());
        assertThat(news)
                .isEqualTo(new News.Nothing(List.of(
                        "november holds what was trained on as day=2026-11-01, and is not new.",
                        "1 data set that the champion was trained on is not there any more, day=2026-11-01.")));
    }

    @Test
    void aCopyCountsOnce() {
        News news = News.of(listing(day(1, "a", 100), day(2, "a", 100)), Lineage.none(), new Window.All());
        assertThat(chosen(news)).containsExactly("day=2026-11-01 NEW 1.0");
        assertThat(news.notes())
                .containsExactly("day=2026-11-02 holds the same rows as day=2026-11-01, and is left out.");
    }

    @Test
    void theWindowCountsBackFromTheNewestDay() {
        Listing listing = listing(day(1, "a", 100), day(5, "e", 100), day(8, "h", 100));
        News news = News.of(listing, line(day(5, "e", 100)), new Window.Last(4));
        assertThat(chosen(news)).containsExactly("day=2026-11-05 OLD 0.5", "day=2026-11-08 NEW 0.5");
        assertThat(news.notes())
                .containsExactly(
                        "day=2026-11-01 is new, but older than the window, which begins with 2026-11-05: it is not"
                                + " trained on.");
        assertThat(News.of(listing, line(day(8, "h", 100)), new Window.Last(1))).isInstanceOf(News.Nothing.class);
        assertThatThrownBy(() -> News.of(
                        listing(new Offered("autumn", "autumn", "a", 3, Optional.empty())),
                        Lineage.none(),
                        new Window.Last(4)))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "window = last asks for days, and data set 'autumn' has none: give each entry of the manifest"
                                + " its day, or choose all");
    }

    @Test
    void aMixtureGivesTheNewItsShare() {
        Offered old = day(1, "a", 900);
        Listing listing = listing(old, day(2, "b", 75), day(3, "c", 25));
        News news = News.of(listing, line(old), new Window.Mixture(0.6, 0.4));
        assertThat(((News.Some) news).chosen().stream().map(Chosen::share))
                .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : Double.compare(a, b))
                .containsExactly(0.6, 0.3, 0.1);
        News alone = News.of(listing, Lineage.none(), new Window.Mixture(0.6, 0.4));
        assertThat(alone.notes())
                .containsExactly("There is nothing old to mix with: the new data have all of the rows that are drawn.");
        assertThat(((News.Some) alone).chosen().get(0).share()).isEqualTo(0.9, within(1e-12));
    }

    /** For any listing, line and window. */
    @Test
    void sharesAddUpAndOrderDoesNotMatterAndWhatIsTrainedOnIsNotNewAgain() {
        Random random = new Random(3);
        int some = 0;
        for (int i = 0; i < 2000; i++) {
            List<Offered> offered = new ArrayList<>();
            for (int day = 1; day <= 8; day++) {
                if (random.nextBoolean()) {
                    offered.add(day(day, "fingerprint-" + random.nextInt(10), random.nextInt(4) * 10L));
                }
            }
            List<Lineage.Trained> trained = new ArrayList<>();
            for (int day = 1; day <= 8; day++) {
                if (random.nextInt(3) == 0) {
                    Offered one = day(day, "fingerprint-" + random.nextInt(10), 1);
                    trained.add(new Lineage.Trained(one.id(), one.fingerprint()));
                }
            }
            Window window = List.of(
                            new Window.All(), new Window.Last(1 + random.nextInt(8)), new Window.Mixture(0.7, 0.3))
                    .get(random.nextInt(3));
            News news = News.of(new Listing(offered, List.of()), new Lineage(trained), window);
            List<Offered> shuffled = new ArrayList<>(offered);
            Collections.shuffle(shuffled, random);
            Collections.shuffle(trained, random);
            assertThat(News.of(new Listing(shuffled, List.of()), new Lineage(trained), window))
                    .isEqualTo(news);
            if (news instanceof News.Some found) {
                some++;
                assertThat(found.fresh()).isNotEmpty();
                assertThat(found.chosen())
                        .allMatch(one -> one.share() > 0 && one.dataSet().rows() > 0);
                assertThat(found.chosen().stream().mapToDouble(Chosen::share).sum())
                        .isEqualTo(1, within(1e-12));
                assertThat(found.chosen().stream()
                                .map(one -> one.dataSet().fingerprint())
                                .collect(Collectors.toSet()))
                        .hasSize(found.chosen().size());
                List<Lineage.Trained> after = new ArrayList<>(trained);
                after.addAll(found.trained());
                assertThat(News.of(new Listing(offered, List.of()), new Lineage(after), window))
                        .isInstanceOf(News.Nothing.class);
            }
        }
        assertThat(some).isBetween(500, 1900);
    }
}

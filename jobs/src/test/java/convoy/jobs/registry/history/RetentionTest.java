package convoy.jobs.registry.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is removed and what stays, over drawn histories. */
final class RetentionTest {
    private static final List<String> ALIASES = List.of(GivenName.CHAMPION, "canary", "last-good");

    /** A history as it is drawn, with who was trained from whom. */
    private static final class Drawn {
        private final Random random;
        private final List<Entry> entries = new ArrayList<>();
        private final Map<Long, Optional<Long>> parents = new HashMap<>();

        Drawn(long seed) {
            random = new Random(seed);
            add(new Change.Made());
            for (int i = 0; i < 10 + random.nextInt(40); i++) {
                step();
            }
        }

        Standing standing() {
            return Standing.of(entries);
        }

        private void add(Change change) {
            long number = entries.size() + 1L;
            Optional<Entry.Before> before =
                    number == 1 ? Optional.empty() : Optional.of(new Entry.Before("any", "any"));
            entries.add(new Entry(
                    "drawn",
                    new Entry.Place(number, 1, before),
                    change,
                    new Entry.Circumstances(
                            String.format("2026-11-28T%02d:%02d:00Z", number / 60, number % 60),
                            new Actor("anna", "n1"),
                            "drawn",
                            Optional.empty())));
        }

        private Optional<Long> any() {
            List<Long> there = new ArrayList<>(standing().versions());
            return there.isEmpty() ? Optional.empty() : Optional.of(there.get(random.nextInt(there.size())));
        }

        private void step() {
            Standing now = standing();
            String alias = ALIASES.get(random.nextInt(ALIASES.size()));
            Course course = now.course(alias);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    long number = now.next();
                    parents.put(number, random.nextBoolean() ? any() : Optional.empty());
                    add(new Change.Added(number, "any"));
                }
                case 3, 4 ->
                    any().filter(version -> !course.now().equals(Optional.of(version)))
                            .ifPresent(version -> add(new Change.Promoted(alias, version, course.now())));
                case 5 ->
                    course.before()
                            .filter(version -> !course.now().equals(Optional.of(version)))
                            .ifPresent(version -> add(new Change.RolledBack(alias, version, course.now())));
                case 6 ->
                    course.now()
                            .filter(version -> !alias.equals(GivenName.CHAMPION))
                            .ifPresent(version -> add(new Change.AliasRemoved(alias, version)));
                default -> {
                    List<Long> gone = new Retention(1 + random.nextInt(4)).removed(now, parents);
                    if (!gone.isEmpty()) {
                        add(new Change.Removed(gone));
                    }
                }
            }
        }
    }

    @Test
    void nothingGoesThatIsNamedOrCanBeGoneBackToOrThatAKeptOneCameFrom() {
        int removed = 0;
        for (long seed = 0; seed < 1_000; seed++) {
            Drawn drawn = new Drawn(seed);
            Standing standing = drawn.standing();
            for (int keep = 1; keep <= 4; keep++) {
                List<Long> gone = new Retention(keep).removed(standing, drawn.parents);
                removed += gone.size();
                Set<Long> present = Set.copyOf(standing.versions());
                Set<Long> kept = new TreeSet<>(present);
                assertThat(kept).as("seed %d", seed).containsAll(gone);
                gone.forEach(kept::remove);
                assertThat(kept)
                        .as("seed %d", seed)
                        .containsAll(standing.aliases().values());
                List<Long> there = new ArrayList<>(standing.versions());
                assertThat(kept).containsAll(there.subList(Math.max(0, there.size() - keep), there.size()));
                for (String alias : standing.aliases().keySet()) {
                    Course course = standing.course(alias);
                    course.before().ifPresent(before -> assertThat(kept).contains(before));
                    List<Tenure> tenures = course.tenures();
                    tenures.subList(Math.max(0, tenures.size() - keep), tenures.size()).stream()
                            .map(Tenure::version)
                            .filter(present::contains)
                            .forEach(version -> assertThat(kept).contains(version));
                }
                for (long version : kept) {
                    drawn.parents
                            .getOrDefault(version, Optional.empty())
                            .filter(present::contains)
                            .ifPresent(parent -> assertThat(kept).contains(parent));
                }
                // A second time there is nothing to remove.
                if (!gone.isEmpty()) {
                    Drawn after = new Drawn(seed);
                    after.add(new Change.Removed(gone));
                    assertThat(new Retention(keep).removed(after.standing(), drawn.parents))
                            .isEmpty();
                }
            }
        }
        assertThat(removed).isGreaterThan(1_000);
    }

    @Test
    void everyTimeHasOneChampionFromTheFirstPromotionOn() {
        for (long seed = 0; seed < 300; seed++) {
            Standing standing = new Drawn(seed).standing();
            for (String alias : ALIASES) {
                List<Tenure> tenures = standing.course(alias).tenures();
                for (int i = 0; i < tenures.size(); i++) {
                    Tenure tenure = tenures.get(i);
                    assertThat(standing.at(alias, tenure.from().time())).contains(tenure);
                    boolean isLast = i == tenures.size() - 1;
                    assertThat(tenure.until().isEmpty())
                            .isEqualTo(isLast && standing.course(alias).now().isPresent());
                    if (!isLast) {
                        assertThat(tenure.until().orElseThrow().time())
                                .isBeforeOrEqualTo(tenures.get(i + 1).from().time());
                    }
                }
            }
        }
    }

    @Test
    void keepingNoneIsRefused() {
        assertThatThrownBy(() -> new Retention(0))
                .isInstanceOf(BadInputException.class)
                .hasMessage("keep = 0 < 1: keep one version or more");
    }
}

package convoy.jobs.retrain.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.driver.profile.ClassProfile;
import convoy.driver.profile.DataProfile;
import convoy.jobs.retrain.file.Drift;
import convoy.jobs.retrain.file.Guards;
import convoy.jobs.retrain.file.Limits;
import convoy.jobs.retrain.file.Reaction;
import convoy.jobs.retrain.statistics.Grouping;
import convoy.jobs.retrain.statistics.HomogeneityTest;
import convoy.jobs.retrain.statistics.Published;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** What is found of data that are drawn, with its words. */
final class DriftCheckTest {
    private static final int PIXELS = 64;

    private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(11L);

    /** Pictures of 8 x 8 whose pixels lie round a brightness of their own, which lies round that of the class. */
    private ClassProfile drawn(String name, int rows, int channels, double brightness) {
        List<List<Long>> counts = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            long[] values = new long[256];
            for (int row = 0; row < rows; row++) {
                double mean = brightness + 30 * (random.nextDouble() + random.nextDouble() - 1);
                for (int pixel = 0; pixel < PIXELS; pixel++) {
                    int value = (int) (mean + 20 * (random.nextDouble() + random.nextDouble() - 1));
                    values[Math.max(0, Math.min(255, value))]++;
                }
            }
            counts.add(LongStream.of(values).boxed().toList());
        }
        return new ClassProfile(name, rows, counts);
    }

    private static ClassProfile none(String name) {
        return new ClassProfile(name, 0, List.of(Collections.nCopies(256, 0L)));
    }

    private static DataProfile profile(ClassProfile... classes) {
        long rows = Arrays.stream(classes).mapToLong(ClassProfile::rows).sum();
        List<Long> sizes = new ArrayList<>(Collections.nCopies(32, 0L));
        sizes.set(6, rows);
        return new DataProfile(classes[0].channels().size(), List.of(classes), sizes);
    }

    private static DriftReport check(DataProfile champion, DataProfile fresh) {
        return new DriftCheck(Guards.defaults()).of(Optional.of(champion), fresh);
    }

    @Test
    void dataOfTheSameKindAreFine() {
        DataProfile champion = profile(drawn("cat", 500, 3, 120), drawn("dog", 700, 3, 90));
        DriftReport report = check(champion, profile(drawn("cat", 250, 3, 120), drawn("dog", 340, 3, 90)));
        assertThat(report.grade()).isEqualTo(Grade.FINE);
        assertThat(report.sentences()).isEmpty();
        assertThat(report.findings()).hasSize(1 + 1 + 2 * 3);
        assertThat(report.of(Grade.FINE).get(0).sentence())
                .startsWith("Shares of the classes: population stability index 0.00")
                .contains("which is not told from chance; most of it is class ");
    }

    @Test
    void anotherBalanceIsRefusedAndNamesTheClass() {
        DataProfile champion = profile(drawn("cat", 500, 1, 120), drawn("dog", 500, 1, 90));
        DriftReport report = check(champion, profile(drawn("cat", 450, 1, 120), drawn("dog", 50, 1, 90)));
        assertThat(report.grade()).isEqualTo(Grade.REFUSAL);
        assertThat(report.sentences())
                .containsExactly(
                        "Shares of the classes: population stability index 0.873 >= 0.25, p < 0.0001 by chi-squared"
                                + " after Holm's correction over 4 comparisons; most of it is class dog, with 10.0 % of the new rows and"
                                + " 50.0 % of the champion's.");
    }

    /** The shares of a finding are those of the counts as they are. */
    @Test
    void sharesAreNotSmoothed() {
        Shift shift = Shift.ofKinds(new double[] {500, 500}, new double[] {450, 50});
        assertThat(shift.freshShare()).isEqualTo(0.1, within(1e-12));
    }

    @Test
    void brighterPixelsOfOneClassAreNamedWithTheirChannel() {
        DataProfile champion = profile(drawn("cat", 500, 3, 120), drawn("dog", 500, 3, 90));
        ClassProfile dog = drawn("dog", 250, 3, 90);
        ClassProfile brighter = drawn("dog", 250, 3, 160);
        ClassProfile greener = new ClassProfile(
                "dog",
                250,
                List.of(
                        dog.channels().get(0),
                        brighter.channels().get(1),
                        dog.channels().get(2)));
        DriftReport report = check(champion, profile(drawn("cat", 250, 3, 120), greener));
        assertThat(report.sentences())
                .singleElement()
                .asString()
                .matches(
                        "Pixels of class dog, green: population stability"
                                + " index \\d\\.\\d{3} >= 0\\.25, p < 0\\.0001 by chi-squared after Holm's correction over 8 comparisons; most of"
                                + " it is values \\d+ to \\d+, with [\\d.]+ % of the new pixels and [\\d.]+ % of the champion's\\.");
        Guards lenient = new Guards(
                100,
                Reaction.REFUSE,
                Reaction.WARN,
                new Drift(0.01, Limits.defaults(), Limits.defaults(), new Limits(Optional.of(0.1), Optional.empty())));
        assertThat(new DriftCheck(lenient)
                        .of(Optional.of(champion), profile(drawn("cat", 250, 3, 120), greener))
                        .grade())
                .isEqualTo(Grade.WARNING);
    }

    @Test
    void otherSizesAreFound() {
        DataProfile champion = profile(drawn("cat", 500, 1, 120));
        List<Long> sizes = new ArrayList<>(Collections.nCopies(32, 0L));
        sizes.set(6, 200L);
        sizes.set(10, 300L);
        DataProfile fresh = new DataProfile(1, List.of(drawn("cat", 500, 1, 120)), sizes);
        assertThat(check(champion, fresh).sentences())
                .singleElement()
                .asString()
                .startsWith("Sizes of the pictures: population stability index ")
                .contains(
                        "most of it is pictures of 1,024 to 2,047 pixels, with 60.0 % of the new ones and 0.0 % of the"
                                + " champion's");
    }

    @Test
    void fewRowsAreNotToldFromChance() {
        DataProfile champion = profile(drawn("cat", 10, 1, 120), drawn("dog", 10, 1, 90));
        DriftReport report = new DriftCheck(new Guards(1, Reaction.REFUSE, Reaction.WARN, Drift.defaults()))
                .of(Optional.of(champion), profile(drawn("cat", 3, 1, 120), drawn("dog", 6, 1, 150)));
        assertThat(report.grade()).isEqualTo(Grade.FINE);
        assertThat(report.findings().stream().map(Finding::sentence))
                .anyMatch(sentence -> sentence.contains("with too few rows to tell it from chance"));
    }

    @Test
    void tooFewRowsAreRefused() {
        DriftReport report = new DriftCheck(Guards.defaults()).of(Optional.empty(), profile(drawn("cat", 99, 1, 120)));
        assertThat(report.grade()).isEqualTo(Grade.REFUSAL);
        assertThat(report.sentences()).containsExactly("There are 99 new rows, and guards.minimum-rows = 100.");
        assertThat(new Finding.TooFewRows(1, 5).sentence())
                .isEqualTo("There is 1 new row, and guards.minimum-rows = 5.");
        assertThat(new DriftCheck(Guards.defaults())
                        .of(Optional.empty(), profile(drawn("cat", 100, 1, 120)))
                        .findings())
                .isEmpty();
    }

    @Test
    void aClassThatTheChampionLacksIsNamed() {
        DataProfile champion = profile(drawn("cat", 500, 1, 120), drawn("dog", 500, 1, 90));
        DataProfile fresh = profile(drawn("cat", 250, 1, 120), drawn("dog", 249, 1, 90), drawn("fox", 1, 1, 90));
        assertThat(check(champion, fresh).sentences())
                .containsExactly("1 new row is of class fox, which the champion has not.");
        assertThat(check(champion, fresh).grade()).isEqualTo(Grade.REFUSAL);
        Guards ignoring = new Guards(1, Reaction.IGNORE, Reaction.WARN, Drift.defaults());
        assertThat(new DriftCheck(ignoring).of(Optional.of(champion), fresh).sentences())
                .isEmpty();
    }

    @Test
    void aClassThatVanishedIsNamed() {
        DataProfile champion = profile(drawn("cat", 970, 1, 120), drawn("dog", 30, 1, 90));
        DataProfile fresh = profile(drawn("cat", 1000, 1, 120), none("dog"));
        assertThat(check(champion, fresh).of(Grade.WARNING)).first().satisfies(found -> assertThat(found.sentence())
                .isEqualTo("None of 1,000 new rows is of class dog, as 3.0 % of the champion's are (p < 0.0001)."));
        DataProfile few = profile(drawn("cat", 100, 1, 120), none("dog"));
        assertThat(check(champion, few).findings()).noneMatch(Finding.LostClass.class::isInstance);
        Guards ignoring = new Guards(1, Reaction.REFUSE, Reaction.IGNORE, Drift.defaults());
        assertThat(new DriftCheck(ignoring).of(Optional.of(champion), fresh).findings())
                .noneMatch(Finding.LostClass.class::isInstance);
    }

    /** The chance of none is Fisher's, as R gives it. */
    @Test
    void theChanceOfNoneIsRs() {
        DataProfile champion = profile(drawn("cat", 170, 1, 120), drawn("dog", 30, 1, 90));
        DataProfile fresh = profile(drawn("cat", 50, 1, 120));
        Guards guards = new Guards(1, Reaction.REFUSE, Reaction.REFUSE, Drift.defaults());
        Finding.LostClass found = new DriftCheck(guards)
                .of(Optional.of(champion), fresh).findings().stream()
                        .filter(Finding.LostClass.class::isInstance)
                        .map(Finding.LostClass.class::cast)
                        .findFirst()
                        .orElseThrow();
        assertThat(found.p()).isEqualTo(2 * Published.R.get("none.of.the.class")[0], within(1e-10));
        assertThat(found.grade()).isEqualTo(Grade.REFUSAL);
    }

    @Test
    void greyPicturesAreNotComparedWithColouredOnes() {
        assertThat(check(profile(drawn("cat", 200, 3, 120)), profile(drawn("cat", 200, 1, 120)))
                        .sentences())
                .containsExactly("The new pictures have 1 channel and the champion's 3.");
    }

    /** Pixels of one picture hang together: counted one by one they would raise an alarm each time. */
    @Test
    void dataOfTheSameKindRaiseNoMoreAlarmsThanTheLevel() {
        Guards any = new Guards(
                1,
                Reaction.REFUSE,
                Reaction.WARN,
                new Drift(
                        0.05,
                        new Limits(Optional.of(1e-9), Optional.empty()),
                        new Limits(Optional.of(1e-9), Optional.empty()),
                        new Limits(Optional.of(1e-9), Optional.empty())));
        long alarms = IntStream.range(0, 300)
                .filter(i -> new DriftCheck(any)
                                .of(
                                        Optional.of(profile(drawn("cat", 80, 1, 120), drawn("dog", 80, 1, 90))),
                                        profile(drawn("cat", 40, 1, 120), drawn("dog", 40, 1, 90)))
                                .grade()
                        != Grade.FINE)
                .count();
        // 0.999 of binomial(300, 0.05); rows of each class are not drawn here, so that few alarms come.
        assertThat(alarms).isLessThanOrEqualTo(27);
    }

    /** Why they are not: of two draws of one source nearly each pair would be told apart. */
    @Test
    void countedOneByOnePixelsOfTheSameKindWouldBeToldApart() {
        long alarms = IntStream.range(0, 50)
                .filter(i -> {
                    double[] one = pixels(drawn("cat", 80, 1, 120));
                    double[] other = pixels(drawn("cat", 40, 1, 120));
                    Grouping groups = Grouping.ofNeighbours(one, other);
                    return HomogeneityTest.of(groups.of(one), groups.of(other))
                                    .orElseThrow()
                                    .p()
                            <= 0.05;
                })
                .count();
        assertThat(alarms).isGreaterThan(40);
    }

    private static double[] pixels(ClassProfile one) {
        return one.channels().get(0).stream().mapToDouble(count -> count).toArray();
    }
}

package convoy.worker.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.data.order.RowLabels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class SplitTest {
    private static final List<String> CLASSES = List.of("ant", "bee", "cat");

    /** Rows with ids {@code 7 i} and labels by id: 60, 25 and 15 of a hundred. */
    private static int label(long id) {
        long of = id / 7 % 20;
        return of < 12 ? 0 : of < 17 ? 1 : 2;
    }

    private static RowKeys keys(long... ids) {
        int[] labels = Arrays.stream(ids).mapToInt(SplitTest::label).toArray();
        return new RowKeys("file:///data", CLASSES, new RowLabels(3, labels), ids);
    }

    private static long[] ids(int rows) {
        return IntStream.range(0, rows).mapToLong(i -> 7L * i).toArray();
    }

    private static Set<Long> heldOut(Split split, long... ids) {
        RowSet rows = split.heldOut(keys(ids));
        return IntStream.range(0, ids.length)
                .filter(rows::has)
                .mapToObj(row -> ids[row])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static int[] perClass(Set<Long> ids) {
        int[] counts = new int[3];
        ids.forEach(id -> counts[label(id)]++);
        return counts;
    }

    private static void refused(ThrowingCallable action, String... parts) {
        assertThatThrownBy(action)
                .isInstanceOf(BadInputException.class)
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }

    /** 60, 25 and 15 rows: halves go up, and products are those of decimal numbers. */
    @Test
    void aShareOfEachClassIsHeldOut() {
        assertThat(perClass(heldOut(new Split.Share(0.1, 0), ids(100)))).containsExactly(6, 3, 2);
        assertThat(perClass(heldOut(new Split.Share(0.5, 0), ids(100)))).containsExactly(30, 13, 8);
        assertThat(perClass(heldOut(new Split.Share(0.29, 0), ids(1000)))).containsExactly(174, 73, 44);
        // In double precision 0.145 * 100 is 14.499999999999998.
        assertThat(new Split.Share(0.145, 0).ranks(0, 100)).matches(held -> held.test(14) && !held.test(15));
    }

    @Test
    void theSameRowsAreHeldOutInWhateverOrderTheyCome() {
        List<Long> shuffled = new ArrayList<>(Arrays.stream(ids(300)).boxed().toList());
        Collections.shuffle(shuffled, new Random(5));
        long[] other = shuffled.stream().mapToLong(Long::longValue).toArray();
        for (Split split : List.of(new Split.Share(0.2, 3), new Split.Fold(7, 2, 3))) {
            assertThat(heldOut(split, other)).isEqualTo(heldOut(split, ids(300)));
        }
    }

    @Test
    void anotherSeedHoldsOutOtherRowsAndALargerShareMoreOfThem() {
        Set<Long> tenth = heldOut(new Split.Share(0.1, 0), ids(1000));
        assertThat(heldOut(new Split.Share(0.1, 1), ids(1000)))
                .isNotEqualTo(tenth)
                .hasSameSizeAs(tenth);
        assertThat(heldOut(new Split.Share(0.3, 0), ids(1000))).containsAll(tenth);
    }

    @Test
    void foldsAreDisjointAndCoverAllAndDifferByARow() {
        Set<Long> all = new TreeSet<>();
        for (int fold = 0; fold < 7; fold++) {
            Set<Long> rows = heldOut(new Split.Fold(7, fold, 0), ids(100));
            assertThat(rows).hasSizeBetween(14, 15);
            assertThat(perClass(rows)[0]).isBetween(8, 9);
            assertThat(perClass(rows)[1]).isBetween(3, 4);
            assertThat(perClass(rows)[2]).isBetween(2, 3);
            assertThat(all).doesNotContainAnyElementsOf(rows);
            all.addAll(rows);
        }
        assertThat(all).hasSize(100);
    }

    /** The rows of runs that have begun depend on it. The figures are those of a few lines of Python after its description. */
    @Test
    void theFunctionStaysAsItIs() {
        assertThat(keys(ids(12)).ranks(0)).containsExactly(11, 1, 10, 4, 8, 7, 2, 9, 3, 5, 6, 0);
        assertThat(heldOut(new Split.Share(0.2, 0), ids(40)))
                .containsExactly(7L, 77L, 105L, 133L, 140L, 203L, 210L, 231L);
    }

    @Test
    void aClassLeftWithoutRowsIsNamed() {
        refused(
                () -> new Split.Share(0.1, 0).heldOut(keys(ids(20))),
                "data.validation.share = 0.1 leaves class 2, cat, of data set file:///data, which has 3 rows, none that is"
                        + " held out: raise share");
        refused(
                () -> new Split.Share(0.9, 0).heldOut(keys(0, 7, 7 * 12)),
                "share = 0.9 leaves class 0, ant,",
                "which has 2 rows, none that is trained on: lower share");
        refused(
                () -> new Split.Fold(4, 3, 0).heldOut(keys(ids(20))),
                "data.validation.folds = 4 leaves class 2, cat, of data set file:///data, which has 3 rows, none in some");
        // A class that the data set has no rows of is no matter.
        assertThat(heldOut(new Split.Fold(2, 0, 0), 0, 7, 14, 21, 7 * 12, 7 * 13))
                .hasSize(3);
    }

    @Test
    void idsThatTwoRowsHaveAreRefused() {
        refused(
                () -> new Split.Share(0.5, 0).heldOut(keys(0, 7, 14, 84, 91, 7)),
                "data set file:///data has two rows or more with id = 7, and data.validation takes rows out by their ids");
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        for (double share : new double[] {0, 1, -0.1, 1.5, Double.NaN}) {
            refused(() -> new Split.Share(share, 0), "share = " + share + " is not in (0, 1): hold out a part");
        }
        refused(() -> new Split.Fold(1, 0, 0), "folds = 1 < 2: with one, no row is left");
        refused(() -> new Split.Fold(5, 5, 0), "fold = 5 is not in [0, folds = 5): the first one is 0, the last one 4");
        refused(() -> new Split.Fold(5, -1, 0), "fold = -1 is not in [0, folds = 5)");
    }

    @Test
    void aSetOfRowsHasItsComplementAndItsPlaces() {
        RowSet rows = RowSet.where(70, row -> row % 9 == 0);
        assertThat(rows.size()).isEqualTo(8);
        assertThat(rows.within(9, 28)).containsExactly(0, 9, 18);
        assertThat(rows.complement().size()).isEqualTo(62);
        assertThat(rows.complement().complement()).isEqualTo(rows);
        assertThatThrownBy(() -> new RowSet(3, new long[] {8})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RowSet(65, new long[] {8})).isInstanceOf(IllegalArgumentException.class);
    }
}

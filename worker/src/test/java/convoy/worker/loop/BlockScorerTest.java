package convoy.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class BlockScorerTest {
    @Test
    void theRankCountsBetterScoresAndTiesGoToTheLowerClass() {
        float[] logits = {9, 9, 9, 1, 5, 5, 2};
        assertThat(BlockScorer.rank(logits, 3, 4, 0)).isEqualTo(3);
        assertThat(BlockScorer.rank(logits, 3, 4, 1)).isEqualTo(0);
        assertThat(BlockScorer.rank(logits, 3, 4, 2)).isEqualTo(1);
        assertThat(BlockScorer.rank(logits, 3, 4, 3)).isEqualTo(2);
    }

    @Test
    void whatIsNoNumberIsNeverRight() {
        float[] logits = {Float.NaN, Float.NaN, Float.NaN};
        assertThat(BlockScorer.rank(logits, 0, 3, 0)).isEqualTo(2);
    }

    @Test
    void crossEntropyIsThatOfTheSoftmax() {
        float[] logits = {1, 2, 3};
        double expected = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 2;
        assertThat(BlockScorer.crossEntropy(logits, 0, 3, 1)).isCloseTo(expected, within(1e-12));
        float[] large = {1000, 0};
        assertThat(BlockScorer.crossEntropy(large, 0, 2, 1)).isCloseTo(1000, within(1e-9));
    }

    @Test
    void blocksCoverAllRows() {
        assertThat(BlockScorer.blockRows(32)).isEqualTo(512);
        assertThat(BlockScorer.blockRows(1000)).isEqualTo(1000);
        assertThat(BlockScorer.blocks(1025, 512)).isEqualTo(3);
        assertThat(BlockScorer.blocks(1024, 512)).isEqualTo(2);
    }

    @Test
    void theGuessIsTheClassOfRankZero() {
        float[] logits = {9, 1, 3, 3, -2, Float.NaN, 5};
        assertThat(BlockScorer.guess(logits, 1, 4)).isEqualTo(1);
        assertThat(BlockScorer.rank(logits, 1, 4, 1)).isZero();
        assertThat(BlockScorer.guess(logits, 0, 4)).isZero();
        assertThat(BlockScorer.guess(logits, 4, 3)).isEqualTo(-1);
    }
}

package convoy.worker.data.drawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DrawnShapesTest {
    private static final int PIXELS = 3072;
    private static final int CLASSES = 10;

    /** The same on every machine: the sum of the first hundred pictures. */
    @Test
    void picturesAreAFunctionOfTheirNumber() {
        CRC32 sum = new CRC32();
        for (int i = 0; i < 100; i++) {
            sum.update(DrawnShapes.label(1, i));
            sum.update(DrawnShapes.picture(1, i));
        }
        assertThat(Long.toHexString(sum.getValue())).isEqualTo("ab4efaa7");
    }

    @Test
    void onlyAnArchiveOfItsOwnMayBeReplaced(@TempDir Path directory) throws IOException {
        Configuration hadoop = new Configuration();
        Path file = directory.resolve("shapes.tar");
        assertThat(DrawnShapes.mayReplace(hadoop, file.toString())).isTrue();
        DrawnShapes.writeArchive(hadoop, file.toUri().toString(), 1, 5, 1);
        assertThat(DrawnShapes.mayReplace(hadoop, file.toString())).isTrue();
        for (String other : new String[] {"my shapes", "drawn-shapes/mine.bin"}) {
            Files.deleteIfExists(directory.resolve(".shapes.tar.crc"));
            Files.writeString(file, other);
            assertThat(DrawnShapes.mayReplace(hadoop, file.toString())).isFalse();
        }
        assertThat(DrawnShapes.mayReplace(hadoop, directory.toString())).isFalse();
    }

    @Test
    void classesAreAboutEquallyFrequent() {
        int[] counts = new int[CLASSES];
        for (int i = 0; i < 5000; i++) {
            counts[DrawnShapes.label(3, i)]++;
        }
        assertThat(counts).hasSize(DrawnShapes.CLASSES.size());
        for (int count : counts) {
            assertThat(count).isBetween(430, 570);
        }
    }

    /** One epoch of softmax regression on 2,000 pictures stays near chance, so there is something to learn for a network. */
    @Test
    void aLinearModelLearnsLittle() {
        double[][] weights = new double[CLASSES][PIXELS + 1];
        for (int i = 0; i < 2000; i++) {
            double[] input = input(i);
            double[] scores = probabilities(weights, input);
            scores[DrawnShapes.label(1, i)] -= 1;
            for (int c = 0; c < CLASSES; c++) {
                for (int p = 0; p <= PIXELS; p++) {
                    weights[c][p] -= 0.001 * scores[c] * input[p];
                }
            }
        }
        int right = 0;
        int tested = 1000;
        for (int i = 10_000; i < 10_000 + tested; i++) {
            double[] scores = probabilities(weights, input(i));
            int best = 0;
            for (int c = 1; c < CLASSES; c++) {
                best = scores[c] > scores[best] ? c : best;
            }
            right += best == DrawnShapes.label(1, i) ? 1 : 0;
        }
        assertThat((double) right / tested).isLessThan(0.25);
    }

    private static double[] input(int i) {
        byte[] picture = DrawnShapes.picture(1, i);
        double[] input = new double[PIXELS + 1];
        for (int p = 0; p < PIXELS; p++) {
            input[p] = ((picture[p] & 0xFF) - 100) / 60.0;
        }
        input[PIXELS] = 1;
        return input;
    }

    private static double[] probabilities(double[][] weights, double[] input) {
        double[] scores = new double[CLASSES];
        double most = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < CLASSES; c++) {
            for (int p = 0; p <= PIXELS; p++) {
                scores[c] += weights[c][p] * input[p];
            }
            most = Math.max(most, scores[c]);
        }
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            scores[c] = Math.exp(scores[c] - most);
            sum += scores[c];
        }
        for (int c = 0; c < CLASSES; c++) {
            scores[c] /= sum;
        }
        return scores;
    }

    @Test
    void tooFewPicturesAreRefused(@TempDir Path directory) {
        String uri = directory.resolve("x.tar").toUri().toString();
        assertThatThrownBy(() -> DrawnShapes.writeArchive(new Configuration(), uri, 0, 4, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessage("training = 4, test = 1: draw at least 5 and 1");
    }
}

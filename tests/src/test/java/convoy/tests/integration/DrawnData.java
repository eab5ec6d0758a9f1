package convoy.tests.integration;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Small raw data sets that a network can learn: stripes whose direction and width the class decides, under noise. */
public final class DrawnData {
    static final int SIDE = 32;
    static final int CLASSES = 4;

    private DrawnData() {}

    /** Writes {@code rows} pictures of {@code 3 x 32 x 32} in row groups of 50 and returns the directory's URI. */
    public static String write(Path directory, int rows, long seed) throws IOException {
        return write(directory, rows, seed, id -> Integer.MAX_VALUE);
    }

    /** The same with labels of one's own, by id; those of no class are drawn. */
    static String write(Path directory, int rows, long seed, IntUnaryOperator labels) throws IOException {
        return RawData.write(
                directory,
                IntStream.range(0, CLASSES).mapToObj(label -> "class " + label).toList(),
                IntStream.range(0, rows)
                        .mapToObj(id -> row(id, seed, labels.applyAsInt(id)))
                        .toList(),
                50);
    }

    private static ImageRow row(int id, long seed, int wanted) {
        RandomStream random = RandomStream.of(seed, "drawn", id);
        int drawn = random.nextInt(CLASSES);
        int label = wanted < CLASSES ? wanted : drawn;
        int phase = random.nextInt(8);
        byte[] planes = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < planes.length; i++) {
            int x = i % SIDE;
            int y = i / SIDE % SIDE;
            int along = label % 2 == 0 ? x : y;
            boolean bright = (along + phase) / (label < 2 ? 2 : 4) % 2 == 0;
            planes[i] = (byte) ((bright ? 120 : 40) + random.nextInt(96));
        }
        return new ImageRow(id, planes, label, SIDE, SIDE, 3);
    }
}

package convoy.tests.retrain;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Days of stripes, across or down, under noise, on which LeNet-5 takes a moment; and a pipeline of them. */
public final class Days {
    static final int SIDE = 12;
    static final List<String> CLASSES = List.of("across", "down");

    private final Path directory;

    /** Writes the held-out rows. */
    public Days(Path directory) throws IOException {
        this.directory = directory;
        write(directory.resolve("held-out"), 300, 1, label -> label, 2);
    }

    /** A day as the others. */
    public void day(String date, int rows) throws IOException {
        write(directory.resolve("data/day=" + date), rows, date.hashCode(), label -> label, 2);
    }

    /** A day whose labels are swapped. */
    public void swapped(String date, int rows) throws IOException {
        write(directory.resolve("data/day=" + date), rows, date.hashCode(), label -> 1 - label, 2);
    }

    /** A day whose labels have nothing to do with the pictures. */
    void permuted(String date, int rows, long seed) throws IOException {
        RandomStream random = RandomStream.of(seed, "permuted");
        write(directory.resolve("data/day=" + date), rows, date.hashCode(), label -> random.nextInt(2), 2);
    }

    /** A day that has the very pictures that are held out. */
    void leaked(String date) throws IOException {
        write(directory.resolve("data/day=" + date), 300, 1, label -> label, 2);
    }

    /** A day on which one class came eight times as often. */
    void unbalanced(String date, int rows) throws IOException {
        write(directory.resolve("data/day=" + date), rows, date.hashCode(), label -> label, 9);
    }

    /** Rows as those of a day, which lie nowhere. */
    static List<ImageRow> rows(long seed, int rows) {
        return IntStream.range(0, rows)
                .mapToObj(id -> row(id, seed, label -> label, 2))
                .toList();
    }

    /** @param of one in so many rows is of the class 0 */
    private static void write(Path folder, int rows, long seed, IntUnaryOperator labels, int of) throws IOException {
        RawData.write(
                folder,
                CLASSES,
                IntStream.range(0, rows)
                        .mapToObj(id -> row(id, seed, labels, of))
                        .toList(),
                50);
    }

    private static ImageRow row(int id, long seed, IntUnaryOperator labels, int of) {
        RandomStream random = RandomStream.of(seed, "days", id);
        int drawn = random.nextInt(of) == 0 ? 0 : 1;
        int phase = random.nextInt(4);
        byte[] planes = new byte[SIDE * SIDE];
        for (int i = 0; i < planes.length; i++) {
            int along = (drawn == 0 ? i / SIDE : i % SIDE) + phase;
            planes[i] = (byte) ((along / 2 % 2 == 0 ? 150 : 40) + random.nextInt(100));
        }
        return new ImageRow(id, planes, labels.applyAsInt(drawn), SIDE, SIDE, 1);
    }

    /** Of the pipeline's registry. */
    public Path registry() {
        return directory.resolve("registry");
    }

    /**
     * Writes the pipeline file.
     *
     * @param more lines of it
     */
    public Path pipeline(String more) throws IOException {
        String at = directory.toUri().toString().replaceAll("/$", "");
        return Files.writeString(directory.resolve("pipeline.yaml"), """
                name: stripes
                registry: %1$s/registry
                base:
                  network: {name: lenet5}
                  epochs: 4
                  micro-batch: 8
                  micro-batches: 2
                  schedule: {rate: 0.05}
                  optimizer: {kind: momentum, momentum: 0.9}
                data: {kind: partitions, uri: "%1$s/data/day={date}"}
                held-out: %1$s/held-out
                licence: CC0-1.0
                """.formatted(at) + more);
    }
}

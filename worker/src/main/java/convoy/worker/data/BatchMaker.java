package convoy.worker.data;

import convoy.architectures.BadInputException;
import convoy.architectures.RandomStream;
import convoy.architectures.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Turns rows into batches: decodes, transforms and normalizes each. Used by any number of threads at once. */
final class BatchMaker implements AutoCloseable {
    private final RowGroupCache rowGroups;
    private final Transforms transforms;
    private final long seed;
    private final DatasetInfo info;
    private final Shape.Image shape;
    private final float[][] table;
    private final Queue<Canvas> idle = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /**
     * @throws BadInputException if the transforms do not suit the data set
     */
    BatchMaker(DataSet data, RowGroupCache rowGroups, Transforms transforms, long seed) {
        this.rowGroups = rowGroups;
        this.seed = seed;
        info = data.info();
        this.transforms = transforms.normalizedBy(info.mean(), info.std());
        shape = transforms.output(info);
        table = this.transforms.normalization(info);
    }

    /** Of every picture that is made. */
    Shape.Image shape() {
        return shape;
    }

    /** The rows of a slice, augmented with what (seed, epoch, row id) says of each. */
    Batch make(Slice slice) {
        int size = slice.size();
        float[] images = new float[Math.multiplyExact(size, shape.size())];
        int[] labels = new int[size];
        Canvas waiting = idle.poll();
        Canvas canvas = waiting == null ? new Canvas(info.encoding(), info.channels(), table) : waiting;
        // Held while the batch is made, so that even a cache that is too small reads each once a batch.
        Map<Integer, RowGroup> held = new HashMap<>();
        try {
            for (int i = 0; i < size; i++) {
                RowGroup rows = held.computeIfAbsent(slice.rowGroups()[i], rowGroups::get);
                int row = slice.rows()[i];
                labels[i] = rows.labels()[row];
                paint(canvas, rows, row, slice.epoch(), images, i * shape.size());
            }
        } finally {
            if (closed) {
                canvas.close();
            } else {
                idle.add(canvas);
            }
        }
        return new Batch(size, images, labels);
    }

    private void paint(Canvas canvas, RowGroup rows, int row, long epoch, float[] images, int at) {
        RandomStream random = RandomStream.of(seed, "augment", epoch, rows.ids()[row]);
        try {
            canvas.begin(rows, row);
            for (Transform transform : transforms.steps()) {
                transform.apply(canvas, random);
            }
            if (canvas.height() != shape.height() || canvas.width() != shape.width()) {
                throw new BadInputException(rows.where() + ", row " + row + " (id " + rows.ids()[row] + ") comes out "
                        + canvas.height() + "x" + canvas.width() + ", the others " + shape.height() + "x"
                        + shape.width() + ": end the transforms with {kind: center-crop}");
            }
            canvas.paint(images, at);
        } catch (UndecodableException e) {
            throw new BadInputException(
                    rows.where() + ", row " + row + " (id " + rows.ids()[row] + ") " + e.getMessage()
                            + ": import again, with --on-bad skip if the source is at fault",
                    e);
        }
    }

    /** Gives back native memory, once no thread makes a batch any more. */
    @Override
    public void close() {
        closed = true;
        for (Canvas canvas = idle.poll(); canvas != null; canvas = idle.poll()) {
            canvas.close();
        }
    }
}

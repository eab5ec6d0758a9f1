package convoy.worker.data.batch;

import convoy.architectures.random.RandomStream;
import convoy.architectures.tensor.Shape;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.Whitening;
import convoy.worker.data.batch.ReadBatch.Undecoded;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.LabelSets;
import convoy.worker.data.format.RowGroup;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.order.Slice;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Transforms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Turns rows into batches: decodes, transforms and normalizes each. Used by any number of threads at once. */
final class BatchMaker implements AutoCloseable {
    private final RowGroupCache rowGroups;
    private final long seed;
    private final DatasetInfo info;
    private final Optional<LabelSets> sets;
    private final Shape.Image shape;
    private final Optional<Whitening> whitening;

    /** Steps to be done picture by picture, before a whitening if there is one. */
    private final List<Transform.Step> before;

    /** The shape of a picture after them. */
    private final Shape.Image fresh;

    /** Steps after a whitening. */
    private final List<Transform.Step> after;

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
        sets = info.severalLabels();
        Transforms normalized = transforms.normalizedBy(info.mean(), info.std());
        shape = normalized.output(info);
        whitening = data.whitening(normalized);
        fresh = whitening.map(Whitening::shape).orElse(shape);
        Transforms first = whitening.isPresent() ? normalized.beforeWhitening(info.channels()) : normalized;
        before = first.ready();
        after = whitening.isPresent() ? new Transforms(normalized.afterWhitening()).ready() : List.of();
        table = first.normalization(info);
    }

    /** Of every picture that is made. */
    Shape.Image shape() {
        return shape;
    }

    /** The rows of a slice, augmented with what (seed, pass, row id) says of each, with notes of the pictures that cannot be decoded. */
    ReadBatch read(Slice slice) {
        int size = slice.size();
        long[] ids = new long[size];
        List<Undecoded> undecoded = new ArrayList<>();
        int[] labels = new int[size];
        RandomStream[] random = new RandomStream[size];
        float[] images = new float[Math.multiplyExact(size, fresh.size())];
        Canvas waiting = idle.poll();
        Canvas canvas = waiting == null ? canvas() : waiting;
        boolean[] made = new boolean[size];
        try {
            for (int first = 0; first < size; first++) {
                if (made[first]) {
                    continue;
                }
                // All rows of a row group together, so that even a cache that is too small reads each once a batch and
                // no more
                // than one is held.
                int group = slice.rowGroups()[first];
                RowGroup rows = rowGroups.get(group);
                for (int i = first; i < size; i++) {
                    if (slice.rowGroups()[i] == group) {
                        int row = slice.rows()[i];
                        labels[i] = rows.labels()[row];
                        ids[i] = rows.ids()[row];
                        random[i] = RandomStream.of(seed, "augment", slice.passes()[i], rows.ids()[row]);
                        try {
                            paint(canvas, rows, row, random[i], images, i * fresh.size());
                        } catch (UndecodableException bad) {
                            Arrays.fill(images, i * fresh.size(), (i + 1) * fresh.size(), 0);
                            undecoded.add(new Undecoded(i, where(rows, row), bad));
                        }
                        made[i] = true;
                    }
                }
            }
            undecoded.sort(Comparator.comparingInt(Undecoded::example));
            return new ReadBatch(
                    new Batch(size, whitening.isPresent() ? whitened(canvas, images, random) : images, labels)
                            .labelled(sets),
                    ids,
                    undecoded);
        } finally {
            if (closed) {
                canvas.close();
            } else {
                idle.add(canvas);
            }
        }
    }

    private Canvas canvas() {
        return switch (info.encoding()) {
            case RAW -> Canvas.ofPlanes(info.channels(), table);
            case ENCODED -> Canvas.ofFiles(info.channels(), table);
        };
    }

    private void paint(Canvas canvas, RowGroup rows, int row, RandomStream random, float[] images, int at)
            throws UndecodableException {
        int from = rows.offsets()[row];
        int length = rows.offsets()[row + 1] - from;
        canvas.begin(rows.bytes(), from, length, rows.heights()[row], rows.widths()[row]);
        for (Transform.Step step : before) {
            step.apply(canvas, random);
        }
        if (canvas.height() != fresh.height() || canvas.width() != fresh.width()) {
            throw new BadInputException(where(rows, row) + " comes out " + canvas.height() + "x" + canvas.width()
                    + ", the others " + fresh.height() + "x" + fresh.width()
                    + ": end the transforms with {kind: center-crop}");
        }
        canvas.paint(images, at);
    }

    private static String where(RowGroup rows, int row) {
        return rows.where() + ", row " + rows.places()[row] + " (id " + rows.ids()[row] + ")";
    }

    /** Whitens the pictures, all at once, and goes on with what comes after that. */
    private float[] whitened(Canvas canvas, float[] pictures, RandomStream[] random) {
        whitening.orElseThrow().apply(pictures, random.length);
        if (after.isEmpty()) {
            return pictures;
        }
        float[] images = new float[Math.multiplyExact(random.length, shape.size())];
        for (int i = 0; i < random.length; i++) {
            canvas.begin(pictures, i * fresh.size(), fresh.height(), fresh.width());
            try {
                for (Transform.Step step : after) {
                    step.apply(canvas, random[i]);
                }
                canvas.paint(images, i * shape.size());
            } catch (UndecodableException e) {
                throw new IllegalStateException("floats need no decoding", e);
            }
        }
        return images;
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

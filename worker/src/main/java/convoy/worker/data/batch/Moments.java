package convoy.worker.data.batch;

import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.transform.GlobalContrastNormalization;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Transforms;
import convoy.worker.natives.NativeLibraries;
import java.util.Optional;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;

/**
 * The sums of the values of a stretch of rows, and of the products of every two values, in double precision and in a fixed
 * order: what a {@code Whitening} is fitted from. Holds native memory; for one thread at a time.
 */
public final class Moments implements AutoCloseable {
    /** Rows that are added at once; part of what the bits depend on. */
    private static final int CHUNK = 256;

    static {
        NativeLibraries.load(() -> Loader.load(openblas.class));
    }

    private final double[] sums;
    private final DoublePointer products;

    private Moments(int size) {
        sums = new double[size];
        products = new DoublePointer((long) size * size);
        for (int row = 0; row < size; row++) {
            products.position((long) row * size).put(new double[size], 0, size);
        }
        products.position(0);
    }

    /**
     * {@return the moments of the rows {@code [begin, end)} in stored order}
     *
     * @param data the data set
     * @param contrast what is done to every picture before; without it the values are pixels in [0, 255]
     * @param begin the first row
     * @param end the row behind the last
     * @throws BadInputException if a row cannot be read
     */
    public static Moments of(DataSet data, Optional<GlobalContrastNormalization> contrast, long begin, long end) {
        DatasetInfo info = data.info();
        Moments moments = new Moments(info.channels() * info.height() * info.width());
        // One thread, because the bits of a product depend on their number.
        openblas.blas_set_num_threads(1);
        try (EvaluationReader reader = new EvaluationReader(
                data, input(contrast, info.channels()), begin, end, CHUNK, PipelineOptions.defaults())) {
            for (Optional<Batch> batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                moments.add(batch.get().images(), batch.get().examples());
            }
            return moments;
        } catch (InterruptedException e) {
            moments.close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while summing", e);
        } catch (RuntimeException e) {
            moments.close();
            throw e;
        }
    }

    /** What turns a picture into the values that are whitened. */
    static Transforms input(Optional<GlobalContrastNormalization> contrast, int channels) {
        return Transforms.of(contrast.isPresent() ? contrast.get() : Normalize.pixels(channels));
    }

    private void add(float[] images, int examples) {
        int size = sums.length;
        double[] values = new double[examples * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = images[i];
            sums[i % size] += images[i];
        }
        try (DoublePointer rows = new DoublePointer(values)) {
            openblas.cblas_dsyrk(
                    openblas.CblasRowMajor,
                    openblas.CblasUpper,
                    openblas.CblasTrans,
                    size,
                    examples,
                    1,
                    rows,
                    size,
                    1,
                    products,
                    size);
        }
    }

    /** {@return sums of the pictures' values, {@code [D]}} */
    public double[] sums() {
        return sums;
    }

    /**
     * {@return the rows {@code [begin, end)} of the {@code [D, D]} products, of which the upper triangle counts}
     *
     * @param begin the first row of products
     * @param end the one behind the last
     */
    public double[] products(int begin, int end) {
        double[] rows = new double[(end - begin) * sums.length];
        products.position((long) begin * sums.length).get(rows, 0, rows.length);
        products.position(0);
        return rows;
    }

    @Override
    public void close() {
        products.close();
    }
}

package convoy.worker.data;

import convoy.architectures.tensor.Shape;
import convoy.parameterserver.files.BadFileException;
import convoy.parameterserver.files.Safetensors;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.Sha256;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.natives.NativeLibraries;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;

/**
 * ZCA whitening of pictures of D values: {@code y = W (x - mean)}, with
 * {@code W = V diag((lambda + bias)^-1/2) V'} of the covariance {@code V diag(lambda) V'} of the training set (Bell and
 * Sejnowski 1997; Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images", appendix A; with the bias of
 * pylearn2's {@code ZCA(filter_bias)}, which made the inputs of Maxout and All-CNN). Values are pixels in [0, 255], or what a
 * {@code GlobalContrastNormalization} made of them.
 *
 * <p>Its file, safetensors, has {@code mean} {@code [C, H, W]} and {@code matrix} {@code [D, D]}, both F32, and in its metadata
 * {@code convoy.format}, 1; a file without it is of format 1. Holds native memory
 * as long as anybody refers to it. Safe for use by several threads.
 */
public final class Whitening {
    /** A matrix of more numbers than this squared would not fit beside a network: 3 x 36 x 36 still goes. */
    public static final int MOST_VALUES = 4096;

    private static final String MEAN = "mean";
    private static final String MATRIX = "matrix";
    private static final String FORMAT = "convoy.format";
    /** Goes up when the tensors get other names, shapes or meanings: only this one is read. */
    private static final String NUMBER = "1";

    static {
        NativeLibraries.load(() -> Loader.load(openblas.class));
    }

    private final Shape.Image shape;
    private final float[] mean;
    private final float[] matrix;
    private final FloatPointer weights;

    Whitening(Shape.Image shape, float[] mean, float[] matrix) {
        this.shape = shape;
        this.mean = mean;
        this.matrix = matrix;
        weights = new FloatPointer(matrix);
    }

    /**
     * Fits one.
     *
     * @param shape of every picture
     * @param rows that were summed
     * @param sums {@code [D]} of the pictures' values
     * @param products {@code [D, D]}, the upper triangle: of the products of two values of one picture; overwritten
     * @param bias added to every eigenvalue of the covariance
     * @return the whitening of these pictures
     */
    public static Whitening fit(Shape.Image shape, long rows, double[] sums, double[] products, double bias) {
        int size = sums.length;
        float[] mean = new float[size];
        for (int i = 0; i < size; i++) {
            mean[i] = (float) (sums[i] / rows);
            for (int j = i; j < size; j++) {
                products[i * size + j] = products[i * size + j] / rows - sums[i] / rows * (sums[j] / rows);
            }
        }
        double[] eigenvalues = new double[size];
        // One thread, because the bits of a decomposition depend on their number.
        openblas.blas_set_num_threads(1);
        // The upper triangle of rows is the lower one of columns; eigenvector k comes back as row k.
        int failure = openblas.LAPACKE_dsyevd(
                openblas.LAPACK_COL_MAJOR, (byte) 'V', (byte) 'L', size, products, size, eigenvalues);
        if (failure != 0) {
            throw new IllegalStateException(
                    "the eigenvalues of the covariance do not converge (dsyevd: " + failure + ")");
        }
        for (int k = 0; k < size; k++) {
            double root = Math.sqrt(1 / Math.sqrt(Math.max(0, eigenvalues[k]) + bias));
            for (int i = 0; i < size; i++) {
                products[k * size + i] *= root;
            }
        }
        double[] product = new double[size * size];
        openblas.cblas_dsyrk(
                openblas.CblasRowMajor,
                openblas.CblasUpper,
                openblas.CblasTrans,
                size,
                size,
                1,
                products,
                size,
                0,
                product,
                size);
        float[] matrix = new float[size * size];
        for (int i = 0; i < size; i++) {
            for (int j = i; j < size; j++) {
                matrix[i * size + j] = (float) product[i * size + j];
                matrix[j * size + i] = matrix[i * size + j];
            }
        }
        return new Whitening(shape, mean, matrix);
    }

    /** {@return the shape of the pictures that it was fitted to and can be applied to} */
    public Shape.Image shape() {
        return shape;
    }

    /**
     * Whitens pictures in place, all at once: the matrix of 3 x 32 x 32 values is 38 MB, and reading it takes longer than
     * computing with it.
     *
     * @param images {@code [examples, D]}
     * @param examples how many of them there are
     */
    public void apply(float[] images, int examples) {
        int size = mean.length;
        for (int n = 0; n < examples; n++) {
            for (int i = 0; i < size; i++) {
                images[n * size + i] -= mean[i];
            }
        }
        try (FloatPointer in = new FloatPointer((long) examples * size);
                FloatPointer out = new FloatPointer((long) examples * size)) {
            in.put(images, 0, examples * size);
            openblas.cblas_sgemm(
                    openblas.CblasRowMajor,
                    openblas.CblasNoTrans,
                    openblas.CblasNoTrans,
                    examples,
                    size,
                    size,
                    1,
                    in,
                    size,
                    weights,
                    size,
                    0,
                    out,
                    size);
            out.get(images, 0, examples * size);
        }
    }

    /**
     * Writes its file; equal arguments give equal bytes.
     *
     * @param out takes the whole file
     * @param metadata what is noted in its header
     * @throws IOException if the file system fails
     */
    public void write(OutputStream out, Map<String, String> metadata) throws IOException {
        long size = mean.length;
        Map<String, String> described = new TreeMap<>(metadata);
        described.put(FORMAT, NUMBER);
        Safetensors.write(
                out,
                described,
                List.of(
                        new Safetensors.Tensor(
                                MEAN,
                                List.of((long) shape.channels(), (long) shape.height(), (long) shape.width()),
                                mean,
                                0),
                        new Safetensors.Tensor(MATRIX, List.of(size, size), matrix, 0)));
    }

    /**
     * Reads the file that a data set's {@code dataset.json} names.
     *
     * @param hadoop how to reach the file system
     * @param directory of the data set
     * @param info what the data set says of itself
     * @return the whitening that was written there
     * @throws BadInputException if it is not that file
     */
    public static Whitening read(Configuration hadoop, Path directory, DatasetInfo info) {
        DatasetInfo.WhiteningFile file = info.whitening().orElseThrow();
        Path path = new Path(directory, file.name());
        FileSystem files = Storage.of(hadoop, "whitening", path);
        try {
            FileStatus status = files.getFileStatus(path);
            if (status.getLen() != file.bytes()) {
                throw new BadInputException("whitening " + path + " is " + Counts.plain(status.getLen(), "byte")
                        + " long, "
                        + DatasetInfo.FILE_NAME + " says " + file.bytes() + ": it is cut off or was changed; fit it"
                        + " again with `convoy whiten --overwrite`");
            }
            String digest;
            try (FSDataInputStream in = files.open(path)) {
                digest = sha256(in);
            }
            if (!digest.equals(file.sha256())) {
                throw new BadInputException("whitening " + path + " has the checksum " + digest + ", "
                        + DatasetInfo.FILE_NAME + " says " + file.sha256()
                        + ": it was changed; fit it again with `convoy whiten --overwrite`");
            }
            try (Safetensors.Reader reader = Safetensors.open(hadoop, path)) {
                return read(reader, path, info);
            }
        } catch (BadFileException e) {
            throw new BadInputException(e.getMessage() + ": fit it again with `convoy whiten --overwrite`", e);
        } catch (IOException e) {
            throw Storage.explained(files, "whitening", path, e);
        }
    }

    private static Whitening read(Safetensors.Reader reader, Path path, DatasetInfo info) throws IOException {
        String format = reader.metadata().getOrDefault(FORMAT, NUMBER);
        if (!format.equals(NUMBER)) {
            throw new BadInputException(
                    "whitening " + path + " has " + FORMAT + " = " + format + ", this version reads " + NUMBER
                            + ": use a newer convoy, or fit it again with `convoy whiten --overwrite`");
        }
        long size = (long) info.channels() * info.height() * info.width();
        List<Long> images = List.of((long) info.channels(), (long) info.height(), (long) info.width());
        List<Long> square = List.of(size, size);
        if (size > MOST_VALUES
                || !reader.shape(MEAN).equals(Optional.of(images))
                || !reader.shape(MATRIX).equals(Optional.of(square))) {
            throw new BadInputException("whitening " + path + " has mean "
                    + reader.shape(MEAN).orElse(List.of()) + " and matrix "
                    + reader.shape(MATRIX).orElse(List.of()) + ", the data set's pictures need " + images + " and "
                    + square + ": fit it again with `convoy whiten --overwrite`");
        }
        float[] mean = new float[(int) size];
        float[] matrix = new float[(int) (size * size)];
        reader.read(MEAN, mean, 0);
        reader.read(MATRIX, matrix, 0);
        return new Whitening(new Shape.Image(info.channels(), info.height(), info.width()), mean, matrix);
    }

    private static String sha256(InputStream in) throws IOException {
        try (DigestInputStream digesting = new DigestInputStream(in, Sha256.begin())) {
            digesting.transferTo(OutputStream.nullOutputStream());
            return Sha256.digits(digesting.getMessageDigest());
        }
    }
}

package convoy.driver.spark.importing;

import convoy.architectures.tensor.Shape;
import convoy.driver.importing.ImportListener;
import convoy.driver.importing.ImportListener.Phase;
import convoy.driver.importing.WhiteningConfiguration;
import convoy.driver.replacing.Occupant;
import convoy.driver.replacing.WholeFile;
import convoy.parameterserver.files.Durable;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.Sha256;
import convoy.worker.data.DataSet;
import convoy.worker.data.Whitening;
import convoy.worker.data.batch.Moments;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.DatasetInfo.WhiteningFile;
import convoy.worker.data.transform.GlobalContrastNormalization;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Fits a {@link Whitening} to a data set, as a Spark job, and stores it with the data set.
 *
 * <pre>
 *   blocks of rows --one task each--> sums, and products by stripes of the matrix
 *                  --shuffle by stripe--> stripes, added in the order of the blocks --> eigenvectors on the driver
 * </pre>
 *
 * <p>Blocks and stripes are of fixed size and added in a fixed order, in double precision, so that the bits do not depend on
 * the number of tasks and executors. The sums are the stripe before the first.
 */
public final class WhiteningJob {
    /** Rows of a block: each costs a shuffle of the whole matrix, 75 MB for 3 x 32 x 32. */
    private static final int BLOCK_ROWS = 8192;

    /** Numbers of a stripe: 8 MB, well within what Spark serializes at once. */
    private static final int STRIPE = 1 << 20;

    private WhiteningJob() {}

    /**
     * Fits and stores.
     *
     * @param spark the context
     * @param configuration which data set, and how
     * @param listener hears how far it is
     * @return what the data set says of itself from now on
     * @throws BadInputException if the data set does not suit it, or has a whitening that may not be replaced
     */
    public static DatasetInfo run(
            JavaSparkContext spark, WhiteningConfiguration configuration, ImportListener listener) {
        return run(spark, configuration, listener, BLOCK_ROWS);
    }

    static DatasetInfo run(
            JavaSparkContext spark, WhiteningConfiguration configuration, ImportListener listener, int blockRows) {
        Configuration hadoop = spark.hadoopConfiguration();
        DataSet data = DataSet.open(hadoop, configuration.data());
        DatasetInfo info = data.info();
        int size = check(configuration, data);
        int stripeRows = Math.max(1, STRIPE / size);
        double[] sums = new double[size];
        double[] products = new double[size * size];
        for (Tuple2<Integer, double[]> stripe :
                sum(spark, configuration, listener, data, size, blockRows, stripeRows)) {
            double[] values = stripe._2();
            if (stripe._1() == 0) {
                System.arraycopy(values, 0, sums, 0, size);
            } else {
                System.arraycopy(values, 0, products, (stripe._1() - 1) * stripeRows * size, values.length);
            }
        }
        Whitening whitening = Whitening.fit(
                new Shape.Image(info.channels(), info.height(), info.width()),
                info.rows(),
                sums,
                products,
                configuration.filterBias());
        return store(hadoop, configuration, info, whitening);
    }

    private static int check(WhiteningConfiguration configuration, DataSet data) {
        DatasetInfo info = data.info();
        if (info.height() == 0 || info.width() == 0) {
            throw new BadInputException("data set " + data.uri()
                    + " holds pictures of several sizes, a whitening is of one: import them with --store raw --resize");
        }
        long size = (long) info.channels() * info.height() * info.width();
        if (size > Whitening.MOST_VALUES) {
            throw new BadInputException("data set " + data.uri() + " holds pictures of " + Counts.plain(size, "value")
                    + ", a whitening can have " + Whitening.MOST_VALUES
                    + " (its matrix is the square of that): import them with a smaller --resize");
        }
        if (info.rows() <= size) {
            throw new BadInputException(
                    "data set " + data.uri() + " holds " + Counts.plain(info.rows(), "row") + ", too few for "
                            + Counts.plain(size, "value") + " a picture: a covariance needs more rows than values");
        }
        if (info.whitening().isPresent() && !configuration.overwrite()) {
            throw new BadInputException("data set " + data.uri()
                    + " has a whitening already: say --overwrite to replace it; what was trained with it needs it");
        }
        return (int) size;
    }

    private static List<Tuple2<Integer, double[]>> sum(
            JavaSparkContext spark,
            WhiteningConfiguration configuration,
            ImportListener listener,
            DataSet data,
            int size,
            int blockRows,
            int stripeRows) {
        SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
        LongAccumulator pictures = spark.sc().longAccumulator("pictures summed");
        Refusals refusals = new Refusals(spark.sc());
        int blocks = Math.toIntExact((data.rows() + blockRows - 1) / blockRows);
        int stripes = 1 + (size + stripeRows - 1) / stripeRows;
        String uri = data.uri();
        long rows = data.rows();
        // Options that are empty and records are nothing that Spark's serializer need know.
        double scale =
                configuration.contrast().map(GlobalContrastNormalization::scale).orElse(0.0);
        double bias =
                configuration.contrast().map(GlobalContrastNormalization::bias).orElse(0.0);
        List<Integer> numbers =
                new ArrayList<>(IntStream.range(0, blocks).boxed().toList());
        JavaPairRDD<Long, double[]> parts = spark.parallelize(numbers, blocks).flatMapToPair(block -> {
            Optional<GlobalContrastNormalization> contrast =
                    scale > 0 ? Optional.of(new GlobalContrastNormalization(scale, bias)) : Optional.empty();
            long begin = (long) block * blockRows;
            long end = Math.min(rows, begin + blockRows);
            return refusals.note(() -> {
                        try (Moments moments = Moments.of(DataSet.open(hadoop.value(), uri), contrast, begin, end)) {
                            pictures.add(end - begin);
                            List<Tuple2<Long, double[]>> all = new ArrayList<>();
                            all.add(new Tuple2<>((long) block, moments.sums()));
                            for (int stripe = 1; stripe < stripes; stripe++) {
                                int first = (stripe - 1) * stripeRows;
                                double[] part = moments.products(first, Math.min(size, first + stripeRows));
                                all.add(new Tuple2<>((long) stripe << 32 | block, part));
                            }
                            return all;
                        }
                    })
                    .orElse(List.of())
                    .iterator();
        });
        spark.setJobDescription("Whiten " + uri);
        try {
            List<Tuple2<Integer, double[]>> stripesSummed = new Progress(spark, listener, pictures)
                    .await(
                            Phase.SUMMING,
                            blocks,
                            parts.repartitionAndSortWithinPartitions(new StripePartitioner(stripes))
                                    .mapPartitions(StripeSum::new)
                                    .collectAsync());
            refusals.requireNone();
            return stripesSummed;
        } finally {
            spark.setJobDescription(null);
        }
    }

    /** Sends a stripe's parts to one task. */
    private static final class StripePartitioner extends Partitioner {
        private static final long serialVersionUID = 1L;

        private final int stripes;

        StripePartitioner(int stripes) {
            this.stripes = stripes;
        }

        @Override
        public int numPartitions() {
            return stripes;
        }

        @Override
        public int getPartition(Object key) {
            return (int) ((Long) key >>> 32);
        }
    }

    /** Adds up the parts of one stripe, which come in the order of their blocks. */
    private static final class StripeSum implements Iterator<Tuple2<Integer, double[]>> {
        private final Iterator<Tuple2<Long, double[]>> parts;

        StripeSum(Iterator<Tuple2<Long, double[]>> parts) {
            this.parts = parts;
        }

        @Override
        public boolean hasNext() {
            return parts.hasNext();
        }

        @Override
        public Tuple2<Integer, double[]> next() {
            if (!parts.hasNext()) {
                throw new NoSuchElementException();
            }
            Tuple2<Long, double[]> first = parts.next();
            double[] sum = first._2().clone();
            while (parts.hasNext()) {
                double[] part = parts.next()._2();
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += part[i];
                }
            }
            return new Tuple2<>((int) (first._1() >>> 32), sum);
        }
    }

    /** The file gets a name of its own, so that {@code dataset.json} never names one that is not whole. */
    private static DatasetInfo store(
            Configuration hadoop, WhiteningConfiguration configuration, DatasetInfo info, Whitening whitening) {
        Path directory = Storage.path("data set", configuration.data());
        FileSystem files = Durable.raw(Storage.of(hadoop, "data set", directory));
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("filter-bias", Double.toString(configuration.filterBias()));
        configuration.contrast().ifPresent(contrast -> metadata.put("contrast", contrast.toString()));
        try {
            Path draft = new Path(directory, ".whitening.draft");
            MessageDigest digest = Sha256.begin();
            try (FSDataOutputStream stored = files.create(draft, true);
                    OutputStream out = new DigestOutputStream(stored, digest)) {
                whitening.write(out, metadata);
                out.flush();
                if (stored.hasCapability(StreamCapabilities.HSYNC)) {
                    stored.hsync();
                }
            }
            String sha256 = Sha256.digits(digest);
            String name = "whitening-" + sha256.substring(0, 12) + ".safetensors";
            long bytes = files.getFileStatus(draft).getLen();
            Durable.force(files, draft);
            WholeFile.replace(files, draft, new Path(directory, name));
            DatasetInfo whitened = info.withWhitening(new WhiteningFile(
                    name,
                    bytes,
                    sha256,
                    configuration.filterBias(),
                    configuration.contrast().map(GlobalContrastNormalization::figures)));
            byte[] text = whitened.toJson().getBytes(StandardCharsets.UTF_8);
            WholeFile.write(files, new Path(directory, DatasetInfo.FILE_NAME), out -> out.write(text));
            Optional<String> before = info.whitening()
                    .map(WhiteningFile::name)
                    // Whatever else a hand may have written there is not ours to delete.
                    .filter(old ->
                            !old.equals(name) && Occupant.WRITTEN.matcher(old).matches());
            if (before.isPresent()) {
                files.delete(new Path(directory, before.get()), false);
            }
            return whitened;
        } catch (IOException e) {
            throw Storage.unwritten(files, "data set", directory, e);
        }
    }
}

package convoy.driver.spark.importing;

import convoy.architectures.random.RandomStream;
import convoy.driver.importing.Adjusted;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.Store;
import convoy.driver.importing.ImportListener;
import convoy.driver.importing.ImportListener.Phase;
import convoy.driver.importing.ImportReport;
import convoy.driver.importing.ImportReportBuilder;
import convoy.driver.importing.LeftOut;
import convoy.driver.importing.listing.Listing;
import convoy.driver.importing.plan.Chosen;
import convoy.driver.importing.plan.ImportPlan;
import convoy.driver.importing.plan.PieceSummary;
import convoy.driver.importing.plan.RowLayout;
import convoy.driver.importing.records.IdxName;
import convoy.driver.importing.records.PieceReading;
import convoy.driver.importing.records.Reading;
import convoy.driver.importing.source.Source;
import convoy.driver.importing.source.SourcePiece;
import convoy.driver.replacing.Place;
import convoy.driver.spark.importing.FileWriting.Written;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.Provenance;
import convoy.worker.data.format.RowSums;
import convoy.worker.data.order.KeyedPermutation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Makes a data set of a source of pictures, as a Spark job.
 *
 * <pre>
 *   pieces of the source --read, check--> records on Spark's disks --count--> which place each row gets
 *                                         records --sort by place--> one task a file --> Parquet, then dataset.json
 * </pre>
 *
 * <p>Row i of the source goes to place p(i) of the data set, p being a permutation that the seed fixes; so every row group
 * is a fair sample, and the files are the same whatever the cluster. No picture passes through the Spark driver, and
 * every byte of the source is read once.
 */
public final class ImportJob {
    private static final Codec<Written> FILE = Codec.of(Written.class);

    private ImportJob() {}

    /**
     * Imports.
     *
     * @param spark where to run
     * @param configuration what to import
     * @param listener hears of the progress
     * @return what was imported, and what was not
     * @throws BadInputException if the source or the target will not do
     */
    public static ImportReport run(JavaSparkContext spark, ImportConfiguration configuration, ImportListener listener) {
        checkSplit(configuration);
        Configuration hadoop = spark.hadoopConfiguration();
        return Listing.isUsed(configuration)
                ? run(spark, Listing.of(hadoop, configuration), listener)
                : run(spark, configuration, Source.list(hadoop, configuration.from()), listener);
    }

    /**
     * Imports files that are known.
     *
     * @param spark where to run
     * @param configuration what to import; its {@code from} says where the files come from, for people
     * @param source the files
     * @param listener hears of the progress
     * @return what was imported, and what was not
     * @throws BadInputException if the source or the target will not do
     */
    public static ImportReport run(
            JavaSparkContext spark, ImportConfiguration configuration, Source source, ImportListener listener) {
        return run(spark, new Listing(configuration, source), listener);
    }

    private static ImportReport run(JavaSparkContext spark, Listing listing, ImportListener listener) {
        Configuration hadoop = spark.hadoopConfiguration();
        ImportConfiguration configuration = listing.configuration();
        List<SourcePiece> pieces = listing.source().pieces();
        if (configuration.format() == Format.IDX) {
            pieces = List.of(SourcePiece.joined(pieces));
        }
        Place target = Place.prepare(hadoop, configuration.from(), configuration.to(), configuration.overwrite());
        JavaRDD<byte[]> staged = staged(spark, pieces, configuration);
        try {
            return run(spark, listing, listener, pieces.size(), target, staged);
        } finally {
            staged.unpersist(false);
            target.clear();
        }
    }

    private static void checkSplit(ImportConfiguration configuration) {
        configuration.split().ifPresent(split -> {
            switch (configuration.format()) {
                case IDX -> {
                    if (!IdxName.hasSplit(split)) {
                        throw new BadInputException("split = " + split + ": the format has train and test, and of"
                                + " EMNIST's sets letters-train and the like");
                    }
                }
                case CIFAR_BINARY -> {
                    if (!split.equals("train") && !split.equals("test")) {
                        throw new BadInputException("split = " + split + ": the format has train and test");
                    }
                }
                case PARQUET ->
                    throw new BadInputException("split = " + split
                            + ": a table has no parts by folders; name the folder of the part with --from");
                case CSV ->
                    throw new BadInputException("split = " + split + ": a list has no parts; list the pictures of one");
                case IMAGENET_VALIDATION ->
                    throw new BadInputException(
                            "split = " + split + ": ImageNet's validation set has no parts; leave --split out");
                case IMAGE_FOLDER -> {
                    // Found when all folders are known.
                }
            }
        });
    }

    private static ImportReport run(
            JavaSparkContext spark,
            Listing listing,
            ImportListener listener,
            int pieces,
            Place target,
            JavaRDD<byte[]> staged) {
        ImportConfiguration configuration = listing.configuration();
        Source source = listing.source();
        List<PieceSummary> summaries = summarize(spark, configuration, listener, pieces, staged);
        PieceSummary all = summaries.stream().reduce(new PieceSummary(), PieceSummary::plus);
        Chosen chosen = Chosen.of(configuration, all, source.hidden(), source.emptyFolders());
        List<LeftOut> leftOut = new ArrayList<>(chosen.leftOut());
        listing.unmet(chosen.met()).ifPresent(leftOut::add);
        ImportPlan plan = ImportPlan.of(configuration, all, chosen, listing.labelSets());
        List<Written> files = write(spark, configuration, listener, plan, summaries, target, staged);
        DatasetInfo info = plan.info(
                        configuration.store() == Store.RAW ? DatasetInfo.Encoding.RAW : DatasetInfo.Encoding.ENCODED,
                        files.stream().map(Written::file).toList())
                .withProvenance(new Provenance(
                        configuration.from(),
                        configuration.split(),
                        plan.counts(all),
                        leftOut.stream().map(LeftOut::counted).toList(),
                        chosen.adjusted(plan.channels()).stream()
                                .map(Adjusted::counted)
                                .toList()));
        return ImportReportBuilder.builder()
                .info(info)
                .classCounts(plan.counts(all))
                .leftOut(leftOut)
                .adjusted(chosen.adjusted(plan.channels()))
                .skipped(chosen.bad())
                .firstSkipped(chosen.firstBad())
                .leftBehind(target.commit(
                        info,
                        RowSums.joined(files.stream().map(Written::rowSums).toList())))
                .build();
    }

    /** The records of all pieces, kept on the executors' disks once they have been read. */
    private static JavaRDD<byte[]> staged(
            JavaSparkContext spark, List<SourcePiece> pieces, ImportConfiguration configuration) {
        SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
        LongAccumulator pictures = spark.sc().longAccumulator("pictures read");
        Reading reading = Reading.of(configuration);
        int cores = Math.max(1, spark.defaultParallelism() / pieces.size());
        List<byte[]> encoded = pieces.stream().map(SourcePiece::encode).toList();
        return spark.parallelize(encoded, pieces.size())
                .mapPartitions(piece -> read(
                        hadoop.value(),
                        SourcePiece.decode(piece.next()),
                        reading,
                        Math.min(cores, Runtime.getRuntime().availableProcessors()),
                        pictures))
                .persist(StorageLevel.DISK_ONLY());
    }

    /** Reads one piece in a task; what is opened is closed with the task. */
    private static Iterator<byte[]> read(
            Configuration hadoop, SourcePiece piece, Reading reading, int decodingThreads, LongAccumulator pictures) {
        PieceReading opened = PieceReading.open(hadoop, piece, reading, decodingThreads, pictures::add);
        TaskContext.get().addTaskCompletionListener(context -> {
            try {
                opened.close();
            } catch (IOException e) {
                throw new IllegalStateException("a source could not be closed", e);
            }
        });
        return opened;
    }

    private static List<PieceSummary> summarize(
            JavaSparkContext spark,
            ImportConfiguration configuration,
            ImportListener listener,
            int pieces,
            JavaRDD<byte[]> staged) {
        LongAccumulator pictures = spark.sc().longAccumulator("pictures counted");
        spark.setJobDescription("Read " + configuration.from());
        try {
            JavaRDD<byte[]> summaries = staged.mapPartitions(records -> {
                PieceSummary summary = PieceSummary.of(records);
                pictures.add(summary.pictures());
                return List.of(summary.encode()).iterator();
            });
            return new Progress(spark, listener, pictures)
                    .await(Phase.READING, pieces, summaries.collectAsync()).stream()
                            .map(PieceSummary::decode)
                            .toList();
        } finally {
            spark.setJobDescription(null);
        }
    }

    private static List<Written> write(
            JavaSparkContext spark,
            ImportConfiguration configuration,
            ImportListener listener,
            ImportPlan plan,
            List<PieceSummary> summaries,
            Place target,
            JavaRDD<byte[]> staged) {
        SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
        LongAccumulator pictures = spark.sc().longAccumulator("pictures written");
        RowLayout layout = plan.layout();
        String directory = target.unfinished().toString();
        JavaRDD<String> files = placed(configuration, plan, summaries, staged)
                .repartitionAndSortWithinPartitions(new FilePartitioner(layout))
                .mapPartitionsWithIndex(
                        (file, rows) -> {
                            Written written = FileWriting.write(
                                    hadoop.value(),
                                    directory,
                                    layout,
                                    file,
                                    TaskContext.get().taskAttemptId(),
                                    rows,
                                    pictures);
                            return List.of(FILE.toJson(written)).iterator();
                        },
                        true);
        spark.setJobDescription("Write " + configuration.to());
        try {
            List<Written> written = new ArrayList<>();
            for (String file : new Progress(spark, listener, pictures)
                    .await(Phase.WRITING, layout.files(), files.collectAsync())) {
                written.add(FILE.fromJson("what a task wrote", file));
            }
            return written;
        } finally {
            spark.setJobDescription(null);
        }
    }

    /** Every row with its place in the data set. */
    private static JavaPairRDD<Long, byte[]> placed(
            ImportConfiguration configuration, ImportPlan plan, List<PieceSummary> summaries, JavaRDD<byte[]> staged) {
        long[] firstRow = new long[summaries.size()];
        for (int i = 1; i < firstRow.length; i++) {
            firstRow[i] = firstRow[i - 1] + plan.rows(summaries.get(i - 1));
        }
        long rows = plan.layout().rows();
        long seed = configuration.seed();
        Map<String, Integer> labels = plan.labels();
        boolean widen = plan.channels() == 3 && configuration.store() == Store.RAW;
        return staged.mapPartitionsWithIndex(
                        (piece, records) -> new PlacedRows(
                                records,
                                firstRow[piece],
                                new KeyedPermutation(rows, RandomStream.of(seed, "import")),
                                labels,
                                widen),
                        true)
                .mapToPair(pair -> pair);
    }
}

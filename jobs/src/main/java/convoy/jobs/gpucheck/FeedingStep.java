package convoy.jobs.gpucheck;

import convoy.jobs.benchmark.TemporaryFolder;
import convoy.worker.engine.Precision;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whether the processor's cores decode and crop as many images as the card eats. */
record FeedingStep(Workload workload) implements Step {
    private static final String EATER = "resnet50";

    @Override
    public String name() {
        return "feeding";
    }

    @Override
    public Duration estimate() {
        return workload.duration().multipliedBy(4).plusSeconds(5);
    }

    @Override
    public void run(Rows rows) throws InterruptedException {
        try {
            Class.forName("org.apache.hadoop.conf.Configuration", false, FeedingStep.class.getClassLoader());
        } catch (ClassNotFoundException missing) {
            rows.skip("feeding", "Hadoop's client, which reads data sets, is not on the class path");
            return;
        }
        int cores = Runtime.getRuntime().availableProcessors();
        Optional<Double> eaten = rows.report().known(SpeedStep.key(Workload.network(EATER), Precision.BF16));
        try (TemporaryFolder folder = TemporaryFolder.create("convoy-gpu-check")) {
            for (int threads : IntStream.of(1, cores).distinct().toArray()) {
                rows.attempt("threads " + threads, workload.duration(), () -> {
                    double seconds = Math.max(0.5, workload.duration().toMillis() / 2e3);
                    double rate = JpegFeed.imagesPerSecond(
                            folder.path().resolve("jpeg-" + threads).toUri().toString(), seconds, threads);
                    rows.tell(
                            Rows.text(
                                    "jpeg",
                                    "",
                                    "%2d threads: %,.0f images/s of 500 x 375 decoded and cropped to 224, %,.0f a thread%s",
                                    threads,
                                    rate,
                                    rate / threads,
                                    eaten.map(eats ->
                                                    String.format(Locale.ROOT, "; %s in bf16 eats %,.0f", EATER, eats))
                                            .orElse("")),
                            "row",
                            "jpeg",
                            "threads",
                            threads,
                            "images-per-second",
                            rate,
                            "eaten-per-second",
                            eaten.orElse(-1.0));
                });
            }
        }
    }

    /** Loaded only when it is used: what reads data sets needs Hadoop and Parquet, which may not be there. */
    private static final class JpegFeed {
        static double imagesPerSecond(String directory, double seconds, int threads) {
            return convoy.worker.data.drawn.DataBenchmark.jpegImagesPerSecond(
                    new org.apache.hadoop.conf.Configuration(), directory, seconds, threads);
        }
    }
}

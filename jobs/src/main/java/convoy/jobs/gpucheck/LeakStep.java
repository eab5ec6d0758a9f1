package convoy.jobs.gpucheck;

import convoy.architectures.graph.Network;
import convoy.driver.spark.GpuMemory;
import convoy.jobs.benchmark.EngineContestant;
import convoy.jobs.benchmark.EngineContestant.Parameters;
import convoy.jobs.benchmark.Memory;
import convoy.jobs.benchmark.Samples;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Precision;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** Whether memory grows over many steps, or over many engines. */
record LeakStep(Subject subject, Workload workload, Samples samples) implements Step {
    private static final int EARLY_SHARE = 10;
    private static final int ENGINES = 20;
    private static final int EARLY_ENGINES = 4;

    /** What the driver may add without a leak. */
    private static final long MOST_GROWTH = 64 << 20;

    @Override
    public String name() {
        return "leak";
    }

    @Override
    public Duration estimate() {
        return Duration.ofSeconds(subject.gpu() ? 25 : 5);
    }

    /** Bytes at one time. */
    private record Reading(OptionalLong device, OptionalLong process) {
        static Reading of(Subject subject) throws InterruptedException {
            return new Reading(
                    subject.gpu() ? GpuMemory.used(subject.device().index()) : OptionalLong.empty(), Memory.resident());
        }
    }

    @Override
    public void run(Rows rows) throws InterruptedException {
        Network network = Workload.network("resnet20_cifar");
        samples.prepare(List.of(network));
        Precision precision = workload.precisions(subject.usualPrecisions()).get(0);
        Batch batch = Samples.images(network, subject.gpu() ? 64 : 2, 0);
        int steps = subject.gpu() ? 2000 : 40;
        rows.attempt("steps", Duration.ofSeconds(3), () -> {
            try (EngineContestant engine = engine(network, precision, batch)) {
                many(rows, "steps", steps, steps / EARLY_SHARE, any -> engine.step());
            }
        });
        rows.attempt(
                "engines",
                Duration.ofSeconds(2),
                () -> many(rows, "engines", ENGINES, EARLY_ENGINES, any -> {
                    try (EngineContestant engine = engine(network, precision, batch)) {
                        engine.step();
                    }
                }));
        samples.forget(network);
    }

    private EngineContestant engine(Network network, Precision precision, Batch batch) throws InterruptedException {
        return new EngineContestant(
                Subject.ENGINE,
                network,
                subject.options(precision, true),
                batch,
                samples.weights(network).clone(),
                Parameters.ARRIVE);
    }

    /** One of many. */
    private interface Repeated {
        void run(int number) throws InterruptedException;
    }

    private void many(Rows rows, String what, int times, int early, Repeated repeated) throws InterruptedException {
        long begin = System.nanoTime();
        int done = 0;
        while (done < early) {
            repeated.run(done++);
        }
        Reading before = Reading.of(subject);
        while (done < times && rows.budget().allows(Duration.ZERO)) {
            repeated.run(done++);
        }
        Reading after = Reading.of(subject);
        long growth = after.device().orElse(0) - before.device().orElse(0);
        boolean passed = growth <= MOST_GROWTH;
        rows.tell(
                Rows.text(
                        what,
                        "",
                        "after %d and %d of them %s and %s on the device, %s and %s in the process; %.1f s%s",
                        early,
                        done,
                        Rows.mebibytes(before.device()),
                        Rows.mebibytes(after.device()),
                        Rows.mebibytes(before.process()),
                        Rows.mebibytes(after.process()),
                        Rows.seconds(begin),
                        passed ? "" : "  WRONG"),
                "row",
                what,
                "early",
                early,
                "times",
                done,
                "device-bytes-early",
                before.device().orElse(-1),
                "device-bytes",
                after.device().orElse(-1),
                "process-bytes-early",
                before.process().orElse(-1),
                "process-bytes",
                after.process().orElse(-1),
                "passed",
                passed);
        if (!passed) {
            rows.wrong("of memory on the device over " + done + " " + what);
        }
    }
}

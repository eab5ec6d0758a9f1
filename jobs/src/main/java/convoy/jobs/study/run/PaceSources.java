package convoy.jobs.study.run;

import convoy.driver.resolved.ResolvedRun;
import convoy.jobs.report.run.RunLog;
import convoy.jobs.report.run.RunReader;
import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.Plan;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.VariantState;
import convoy.jobs.study.plan.VariantState.Member;
import convoy.jobs.study.preview.Pace;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineBenchmark;
import convoy.worker.engine.EngineBenchmarkBuilder;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** From where the paces of variants are known. */
final class PaceSources {
    private static final Duration MEASURED = Duration.ofSeconds(3);

    private PaceSources() {}

    /**
     * As the figures of the study's trials have them: all that have come to a score, with the workers that the study now gives them.
     *
     * @return by variant; none for a variant without such a trial
     */
    static Map<String, Pace> ofTrials(Configuration hadoop, ResolvedStudy resolved, Results before) {
        Map<String, Pace> paces = new TreeMap<>();
        for (VariantState variant :
                new Plan(resolved.design(), resolved.trials()).state(before).variants()) {
            List<Member> scored = Stream.concat(variant.tuning().stream(), variant.comparing().stream())
                    .filter(member -> member.record().epoch() > 0)
                    .toList();
            double images = 0;
            double seconds = 0;
            for (Member member : scored) {
                RunLog log = RunReader.figures(hadoop, member.trial().directory());
                images += log.epochs() * member.trial().cost().images();
                seconds += log.seconds() * member.trial().workers();
            }
            // Of a single step no time is known.
            if (images > 0 && seconds > 0) {
                paces.put(variant.variant(), new Pace.Trained(images / seconds, scored.size()));
            }
        }
        return paces;
    }

    /** Whose paces are the same. */
    private record Measurement(String network, int microBatch, EngineOptions options) {}

    /**
     * Measures engines of this machine with random micro-batches, each network once.
     *
     * @param known variants that need not be measured
     * @param atOnce so many trials' workers compute at a time in this process
     * @throws convoy.records.BadInputException if the study's engine cannot compute here
     */
    static Map<String, Pace> measured(Configuration hadoop, ResolvedStudy resolved, Set<String> known, int atOnce)
            throws InterruptedException {
        long seed = resolved.study().seeds().values().get(0);
        Map<Measurement, Pace> done = new HashMap<>();
        Map<String, Pace> paces = new TreeMap<>();
        for (String variant : resolved.design().variants()) {
            if (known.contains(variant)) {
                continue;
            }
            Trial trial = resolved.trials().apply(Cell.of(variant, Optional.empty(), seed));
            ResolvedRun run = ResolvedRun.resolve(hadoop, trial.configuration());
            EngineOptions options = resolved.choice()
                    .options(
                            Device.parse(resolved.choice().device()),
                            trial.configuration().resources().threads(),
                            trial.configuration().optimization().labelSmoothing(),
                            run.phases().get(run.phases().size() - 1).frozen());
            int microBatch = trial.configuration().steps().microBatch();
            Measurement key = new Measurement(run.network().fingerprint(), microBatch, options);
            Pace pace = done.get(key);
            if (pace == null) {
                pace = measure(resolved, run, options, atOnce * trial.workers());
                done.put(key, pace);
            }
            paces.put(variant, pace);
        }
        return paces;
    }

    private static Pace measure(ResolvedStudy resolved, ResolvedRun run, EngineOptions options, int engines)
            throws InterruptedException {
        EngineBenchmark.Speed speed = EngineBenchmarkBuilder.builder()
                .provider(Engines.find(resolved.choice().engine(), options.device()))
                .network(run.network())
                .options(options)
                .batch(run.configuration().steps().microBatch())
                .engines(engines)
                .inStep(false)
                .duration(MEASURED)
                .build()
                .run();
        return new Pace.Measured(speed.imagesPerSecond() / engines, engines);
    }
}

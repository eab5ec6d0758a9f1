package convoy.jobs.study.run;

import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.resolved.Determinants;
import convoy.jobs.study.file.Processors;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.VariantState.Member;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** On what kind of processor each trial was computed, as its newest checkpoint says. Kinds give other bits. */
final class ProcessorKinds {
    private final Processors asked;
    private final Function<Trial, Optional<String>> kinds;
    private final Map<String, Optional<String>> known = new HashMap<>();

    /** @param kinds on what a trial was computed; empty where nothing says it, or bits are not promised */
    ProcessorKinds(Processors asked, Function<Trial, Optional<String>> kinds) {
        this.asked = asked;
        this.kinds = kinds;
    }

    /** By the checkpoints of a study's trials. */
    static ProcessorKinds ofCheckpoints(Configuration hadoop, Study study) {
        return new ProcessorKinds(study.processors(), trial -> ofNewest(hadoop, trial));
    }

    private static Optional<String> ofNewest(Configuration hadoop, Trial trial) {
        return new Checkpoints(RunDirectory.existing(hadoop, trial.directory()))
                .newest()
                .flatMap(checkpoint ->
                        Optional.ofNullable(checkpoint.manifest().determinants().get(Determinants.PROCESSOR)));
    }

    private record Computed(String trial, String kind) {}

    /** @throws BadInputException if trials that the study wants on one kind were computed on two */
    void require(StudyState state) {
        Map<String, Computed> first = new HashMap<>();
        state.variants().stream()
                .flatMap(variant -> Stream.concat(variant.tuning().stream(), variant.comparing().stream()))
                .filter(member -> member.record().epoch() > 0)
                .forEach(member -> kind(member.trial()).ifPresent(kind -> {
                    String trial = member.trial().id();
                    Computed before = first.computeIfAbsent(block(member), block -> new Computed(trial, kind));
                    if (!before.kind().equals(kind)) {
                        throw refused(before, new Computed(trial, kind));
                    }
                }));
    }

    /** Trials of one block are compared with each other. */
    private String block(Member member) {
        return switch (asked) {
            case ONE -> "all";
            case BLOCKED -> "seed " + member.cell().seed();
        };
    }

    private BadInputException refused(Computed before, Computed now) {
        return new BadInputException(Refusal.of("processors", Names.kebab(asked.name()))
                .because("and trial " + before.trial() + " was computed on " + before.kind() + ", trial " + now.trial()
                        + " on " + now.kind() + ", which gives other bits")
                .instead("give the application executors of one kind, remove the directory of one of the two trials,"
                        + " and give the command again"));
    }

    private Optional<String> kind(Trial trial) {
        return known.computeIfAbsent(trial.id(), id -> kinds.apply(trial));
    }
}

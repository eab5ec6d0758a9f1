package convoy.jobs.study.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.jobs.study.file.Processors;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.plan.ToyStudy;
import convoy.jobs.study.plan.Trial;
import convoy.records.BadInputException;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class ProcessorKindsTest {
    private static final ToyStudy TOY = ToyStudy.of(ToyStudy.PLAIN);

    private final StudyState ended = TOY.plan().state(TOY.finish(Results.none()));

    private static ProcessorKinds kinds(Processors asked, Function<Trial, String> kind) {
        return new ProcessorKinds(asked, trial -> Optional.of(kind.apply(trial)));
    }

    @Test
    void oneKindIsFine() {
        assertThatCode(() -> kinds(Processors.ONE, trial -> "avx2").require(ended))
                .doesNotThrowAnyException();
    }

    @Test
    void aSecondKindIsRefused() {
        ProcessorKinds kinds = kinds(Processors.ONE, trial -> trial.id().equals("b-s2") ? "avx512" : "avx2");
        assertThatThrownBy(() -> kinds.require(ended))
                .isInstanceOf(BadInputException.class)
                .hasMessage("processors = one and trial a-s1 was computed on avx2, trial b-s2 on avx512, which gives"
                        + " other bits: give the application executors of one kind, remove the directory of one of the"
                        + " two trials, and give the command again");
    }

    /** Differences are of one seed: what all of its trials have falls out of them. */
    @Test
    void blockedAsksForOneKindASeed() {
        ProcessorKinds bySeed = kinds(Processors.BLOCKED, trial -> trial.id().endsWith("s2") ? "avx512" : "avx2");
        assertThatCode(() -> bySeed.require(ended)).doesNotThrowAnyException();
        ProcessorKinds byVariant =
                kinds(Processors.BLOCKED, trial -> trial.variant().equals("b") ? "avx512" : "avx2");
        assertThatThrownBy(() -> byVariant.require(ended))
                .hasMessageContaining("processors = blocked and trial a-s1 was computed on avx2, trial b-s1 on avx512");
    }

    /** Trials that have no score yet may still be computed anywhere. */
    @Test
    void trialsThatHaveNotEndedAreNotLookedAt() {
        ProcessorKinds kinds = new ProcessorKinds(Processors.ONE, trial -> {
            throw new AssertionError(trial.id());
        });
        assertThatCode(() -> kinds.require(TOY.plan().state(Results.none()))).doesNotThrowAnyException();
    }
}

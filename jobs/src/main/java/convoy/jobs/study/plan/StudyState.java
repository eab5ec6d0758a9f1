package convoy.jobs.study.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How it stands with a study.
 *
 * @param variants in the study's order
 * @param next what is to be done
 * @param test what the reading of the test set gave, if it was read
 */
public record StudyState(List<VariantState> variants, Next next, Optional<Map<String, Score>> test) {
    public StudyState {
        variants = List.copyOf(variants);
    }

    /** What is to be done. */
    public sealed interface Next {}

    /**
     * Trials are to be trained; all that may be under way at once.
     *
     * @param work each a trial and the epoch that it is wanted at
     */
    public record Train(List<Assignment> work) implements Next {
        public Train {
            work = List.copyOf(work);
        }
    }

    /**
     * The test set is to be read, once, by these.
     *
     * @param trials all that are compared and came to their end
     */
    public record ReadTest(List<Trial> trials) implements Next {
        public ReadTest {
            trials = List.copyOf(trials);
        }
    }

    /**
     * Nothing.
     *
     * @param unread trials that were added after the test set was read, and which its figures lack
     */
    public record End(List<Trial> unread) implements Next {
        public End {
            unread = List.copyOf(unread);
        }
    }
}

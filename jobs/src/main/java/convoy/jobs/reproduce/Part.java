package convoy.jobs.reproduce;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One model of a line of ancestors, and what came of it.
 *
 * @param original that is to be made again
 * @param check whether it can be made here
 * @param outcome what came of it
 * @param made URI of the directory of the run that made it; empty where nothing was trained
 * @param comparison of the two; empty where it was not trained to its end
 */
record Part(Original original, Check check, Outcome outcome, Optional<String> made, Optional<Comparison> comparison) {
    /** What is not as it was, a line each: what was seen of the models, and what was known before. */
    List<String> differences() {
        Set<String> lines = new LinkedHashSet<>();
        comparison.ifPresent(both -> lines.addAll(both.lines()));
        lines.addAll(check.differences());
        return List.copyOf(lines);
    }

    /** One that was looked at alone. */
    static Part checked(Original original, Check check) {
        Outcome outcome = check.differences().isEmpty() ? Outcome.POSSIBLE : Outcome.NOT_HERE;
        return new Part(original, check, outcome, Optional.empty(), Optional.empty());
    }

    /** One whose training was asked to stop. */
    static Part stopped(Original original, Check check, String made) {
        return new Part(original, check, Outcome.STOPPED, Optional.of(made), Optional.empty());
    }

    /** One that was trained to its end. */
    static Part compared(Original original, Check check, String made, Comparison comparison) {
        return new Part(original, check, comparison.outcome(), Optional.of(made), Optional.of(comparison));
    }
}

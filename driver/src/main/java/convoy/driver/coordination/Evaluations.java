package convoy.driver.coordination;

import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.loop.EvaluationTurn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The evaluations of a run, each at its version. Guarded by the coordinator. */
final class Evaluations {
    private final Set<Long> versions;
    private final int blocks;
    private final Map<Long, EvaluationBoard> boards = new HashMap<>();

    /**
     * @param versions that are to be scored
     * @param blocks of rows of each
     */
    Evaluations(Set<Long> versions, int blocks) {
        this.versions = versions;
        this.blocks = blocks;
    }

    /** Whether a version has begun to be scored and is not yet. */
    boolean isUnderWay(long version) {
        EvaluationBoard board = boards.get(version);
        return board != null && !board.complete();
    }

    boolean contains(long version) {
        return versions.contains(version);
    }

    /**
     * What a worker at a version to be scored does next.
     *
     * @param done what it has scored
     * @param working who is there and heard of
     * @param whole is given the blocks of an evaluation once, when the last of them is in
     */
    EvaluationTurn turn(
            Asked asked, Optional<EvaluationMetrics> done, Set<Long> working, Consumer<List<EvaluationMetrics>> whole) {
        EvaluationBoard board = boards.computeIfAbsent(asked.version(), ignored -> new EvaluationBoard(blocks));
        if (done.isPresent() && board.add(asked.member(), done.get(), asked.now())) {
            whole.accept(board.metrics());
        }
        return board.next(asked.member(), asked.now(), working);
    }

    /** Who asks, at which version and when. */
    record Asked(long member, long version, long now) {}
}

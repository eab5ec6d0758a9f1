package convoy.driver.coordination;

import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.loop.EvaluationTurn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The blocks of one evaluation: which are to be scored, are being scored, are done. A block is given out again if its worker is gone, or
 * has it for far longer than any other took; whichever result comes first counts, both are the same. Not safe for use by several
 * threads.
 */
final class EvaluationBoard {
    /** While no block is done nobody knows how long one takes: models and machines differ a thousandfold. */
    private static final long FIRST_PATIENCE = Duration.ofMinutes(1).toNanos();

    private static final long LEAST_PATIENCE = Duration.ofSeconds(1).toNanos();
    /** A worker is late once a block has taken it this many times the longest that one took. */
    private static final double LATE = 2;

    /** Whose a block is, and since when. */
    private record Given(long member, long at) {}

    private final List<Optional<EvaluationMetrics>> done = new ArrayList<>();
    private final List<Optional<Given>> given = new ArrayList<>();
    private long longest;
    private int missing;

    EvaluationBoard(int blocks) {
        this.missing = blocks;
        for (int block = 0; block < blocks; block++) {
            done.add(Optional.empty());
            given.add(Optional.empty());
        }
    }

    /** Takes in a block's metrics; true if they were the last ones missing. */
    boolean add(long member, EvaluationMetrics metrics, long now) {
        int block = metrics.block();
        if (done.get(block).isPresent()) {
            return false;
        }
        done.set(block, Optional.of(metrics));
        given.get(block)
                .filter(of -> of.member() == member)
                .ifPresent(of -> longest = Math.max(longest, now - of.at()));
        missing--;
        return missing == 0;
    }

    boolean complete() {
        return missing == 0;
    }

    /** The metrics that are in, in the order of the blocks. */
    List<EvaluationMetrics> metrics() {
        return done.stream().flatMap(Optional::stream).toList();
    }

    /**
     * What a worker that is free now does next.
     *
     * @param working who is there and heard of
     */
    EvaluationTurn next(long member, long now, Set<Long> working) {
        if (complete()) {
            return new EvaluationTurn.Done();
        }
        int choice = -1;
        long oldest = Long.MAX_VALUE;
        for (int block = 0; block < given.size(); block++) {
            if (done.get(block).isPresent()) {
                continue;
            }
            Optional<Given> before = given.get(block);
            if (before.isEmpty() || isFree(before.get(), member, working)) {
                return give(block, member, now);
            }
            if (before.get().at() < oldest) {
                oldest = before.get().at();
                choice = block;
            }
        }
        return now - oldest > patience() ? give(choice, member, now) : new EvaluationTurn.Wait();
    }

    /** Who asks again has not got the answer, or has forgotten it. */
    private static boolean isFree(Given before, long asking, Set<Long> working) {
        return before.member() == asking || !working.contains(before.member());
    }

    private double patience() {
        return longest == 0 ? (double) FIRST_PATIENCE : Math.max((double) LEAST_PATIENCE, LATE * longest);
    }

    private EvaluationTurn give(int block, long member, long now) {
        given.set(block, Optional.of(new Given(member, now)));
        return new EvaluationTurn.Block(block);
    }
}

package convoy.driver.coordination;

import convoy.worker.loop.MicroBatches;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the micro-batches of a step are cut into contiguous shares, one for each worker, by how fast each is, and along the sum tree where that
 * makes no share longer.
 */
final class Shares {
    /** Shares are cut anew only if that makes a step this much shorter: each change disturbs the readers' look-ahead. */
    private static final double WORTH_A_CHANGE = 1.15;

    private Shares() {}

    /**
     * Cuts {@code [0, microBatches)}.
     *
     * @param nanos time each worker takes for a micro-batch, in the order of the shares
     * @return one share for each worker; every worker has a micro-batch where there are enough
     */
    static List<Optional<MicroBatches>> cut(int microBatches, List<Double> nanos) {
        int workers = nanos.size();
        if (workers == 0) {
            return List.of();
        }
        int[] counts = new int[workers];
        int given = Math.min(workers, microBatches);
        for (int worker = 0; worker < given; worker++) {
            counts[worker] = 1;
        }
        // Each further micro-batch goes where it would be done first; ties go to the worker that has least, then to the
        // first.
        for (; given < microBatches; given++) {
            int best = 0;
            for (int worker = 1; worker < workers; worker++) {
                if ((counts[worker] + 1) * nanos.get(worker) < (counts[best] + 1) * nanos.get(best)) {
                    best = worker;
                }
            }
            counts[best]++;
        }
        if (microBatches >= workers) {
            counts = Alignment.of(counts, nanos);
        }
        List<Optional<MicroBatches>> shares = new ArrayList<>();
        int begin = 0;
        for (int count : counts) {
            shares.add(count == 0 ? Optional.empty() : Optional.of(new MicroBatches(begin, begin + count)));
            begin += count;
        }
        return shares;
    }

    /** Shares for the same workers that are worth a change; empty if those that they have are as good. */
    static Optional<List<Optional<MicroBatches>>> better(int microBatches, List<Member> working) {
        List<Double> nanos = Members.speeds(working);
        List<Optional<MicroBatches>> shares = cut(microBatches, nanos);
        double now = duration(working.stream().map(Member::share).toList(), nanos);
        return now > WORTH_A_CHANGE * duration(shares, nanos) ? Optional.of(shares) : Optional.empty();
    }

    /** Time until the slowest worker is done with its share. */
    static double duration(List<Optional<MicroBatches>> shares, List<Double> nanos) {
        double longest = 0;
        for (int worker = 0; worker < shares.size(); worker++) {
            longest = Math.max(
                    longest, shares.get(worker).map(MicroBatches::count).orElse(0) * nanos.get(worker));
        }
        return longest;
    }
}

package convoy.jobs.study.plan;

import convoy.jobs.study.file.Halving;
import convoy.jobs.study.file.Study;
import java.util.List;
import java.util.Optional;

/**
 * What a study trains.
 *
 * @param variants their names, in order
 * @param points indices of the tuned settings; none: nothing is tuned
 * @param rungs at which trials of the tuning are judged before their end
 * @param study what else it says
 */
public record Design(List<String> variants, List<Integer> points, int rungs, Study study) {
    public Design {
        variants = List.copyOf(variants);
        points = List.copyOf(points);
    }

    /** {@return whether settings are searched} */
    public boolean tunes() {
        return !points.isEmpty();
    }

    /** The seeds that each point of the tuning is trained with. */
    List<Long> tuningSeeds() {
        return study.tuning().map(tuning -> tuning.trialSeeds()).orElse(List.of(0L));
    }

    /** {@return how many trials a variant's search has} */
    public int searched() {
        return points.size() * tuningSeeds().size();
    }

    /** The epochs at which a trial of the tuning is judged, rising; the last is its end. */
    List<Integer> judgedAt(int epochs) {
        return study.halving().map(halving -> halving.epochs(epochs, rungs)).orElse(List.of(epochs));
    }

    /** How many of a variant's trials are trained to a rung. */
    int quota(int trials, int rung) {
        Optional<Halving> halving = study.halving();
        return halving.isPresent() ? halving.get().quota(trials, rung) : trials;
    }

    /**
     * {@return epochs of all trials of a variant's search together, if none fails}
     *
     * @param epochs of a trial
     */
    public long searchEpochs(int epochs) {
        long sum = 0;
        int before = 0;
        List<Integer> judgedAt = judgedAt(epochs);
        for (int rung = 0; rung < judgedAt.size() && tunes(); rung++) {
            sum += (long) quota(points.size(), rung) * (judgedAt.get(rung) - before);
            before = judgedAt.get(rung);
        }
        return sum * tuningSeeds().size();
    }
}

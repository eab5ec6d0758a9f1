package convoy.worker.data.batch;

import java.util.List;
import java.util.Optional;

/**
 * What is done to a micro-batch as a whole once its pictures are made.
 *
 * @param mixes of which it gets one, drawn evenly; none: no mixtures
 * @param weights of its classes in the loss; empty: all count alike
 */
public record Finish(List<Mix> mixes, Optional<LossWeights> weights) {
    public Finish {
        mixes = List.copyOf(mixes);
    }

    /** Nothing. */
    static Finish none() {
        return new Finish(List.of(), Optional.empty());
    }
}

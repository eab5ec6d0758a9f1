package convoy.architectures.file;

import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.text.Counts;

/**
 * How much a file may ask for, counted before it is made: a loop in a loop is short to write. No network that can be trained comes near
 * any of these limits.
 */
final class Budget {
    static final int MOST_REPEATS = 10_000;
    static final int DEEPEST = 40;
    static final int LONGEST_NAME = 200;
    private static final int MOST_NODES = 20_000;
    private static final int MOST_STEPS = 400_000;
    private static final int MOST_PROBLEMS = 40;

    private final Problems problems;
    private int nodes;
    private long steps;

    Budget(Problems problems) {
        this.problems = problems;
    }

    /**
     * Counts what is looked at, as often as it is.
     *
     * @throws convoy.records.BadInputException with all problems so far, if it is too much
     */
    void look(int many, Place place) {
        steps += many;
        if (steps > MOST_STEPS) {
            stop(
                    place,
                    "its loops and blocks come to more than " + Counts.plain(MOST_STEPS, "layer")
                            + " and arguments, with those that are left out: repeat less");
        }
        if (problems.count() > MOST_PROBLEMS) {
            stop(place, "here the rest of the problems is left out");
        }
    }

    /** Counts a layer that is there. */
    void node(Place place) {
        if (++nodes > MOST_NODES) {
            stop(place, "the network has more than " + Counts.plain(MOST_NODES, "layer") + ": repeat less");
        }
    }

    private void stop(Place place, String why) {
        problems.add(place, why);
        problems.throwIfAny();
    }
}

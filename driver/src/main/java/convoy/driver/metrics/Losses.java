package convoy.driver.metrics;

import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Which steps had a loss that is a number. The parameters of version v give the loss of step v, so that this tells of a checkpoint
 * whether it is worth going on from, as soon as one more step is computed. Not safe for use by several threads.
 */
public final class Losses {
    /** Stretches of steps whose losses are no numbers: the first step, and the one after the last. */
    private final NavigableMap<Long, Long> none = new TreeMap<>();

    /** The losses of all steps before this one are known. */
    private long known;

    /**
     * Of a run whose steps before {@code known} had losses that are numbers, but for those that are told of yet.
     *
     * @param known the first step that is not known yet
     */
    public Losses(long known) {
        this.known = known;
    }

    /**
     * The loss of a step was a number, or was none.
     *
     * @param step from 0
     * @param number whether it was one
     */
    public void add(long step, boolean number) {
        known = Math.max(known, step + 1);
        if (number || isNone(step)) {
            return;
        }
        Long begin = none.lowerKey(step);
        boolean grows = begin != null && none.getOrDefault(begin, -1L) == step;
        none.put(grows && begin != null ? begin : step, step + 1);
    }

    private boolean isNone(long step) {
        var stretch = none.floorEntry(step);
        return stretch != null && step < stretch.getValue();
    }

    /**
     * {@return whether the parameters of this version are known to give a loss that is a number}
     *
     * @param version updates applied
     */
    public boolean isSound(long version) {
        return version < known && !isNone(version);
    }

    /**
     * {@return the newest of the versions that is sound; empty if none is}
     *
     * @param versions updates applied, in any order
     */
    public OptionalLong newestSound(List<Long> versions) {
        return versions.stream()
                .filter(this::isSound)
                .mapToLong(Long::longValue)
                .max();
    }
}

package convoy.parameterserver.server.sums;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;

/**
 * Arrays as long as a range, made when first needed and kept. Every partition uses its own part of each, so that all
 * arrays of a range share their indices, and a range of many partitions needs few large arrays instead of many of 1 MiB
 * (of which the G1 collector would waste half on heaps below 8 GiB).
 */
public final class Slabs {
    private final int length;

    @GuardedBy("this")
    private final List<float[]> slabs = new ArrayList<>();

    /**
     * None yet.
     *
     * @param length of each, in floats
     */
    public Slabs(int length) {
        this.length = length;
    }

    /** Slab number {@code index}; the same array for every partition. */
    synchronized float[] get(int index) {
        while (slabs.size() <= index) {
            slabs.add(new float[length]);
        }
        return slabs.get(index);
    }

    /** {@return the bytes that there are by now} */
    public synchronized long bytes() {
        return 4L * length * slabs.size();
    }
}

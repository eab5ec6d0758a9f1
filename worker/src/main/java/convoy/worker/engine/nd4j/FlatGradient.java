package convoy.worker.engine.nd4j;

import convoy.worker.engine.Engine.Progress;
import convoy.worker.engine.nd4j.kernel.Kernel;
import java.nio.FloatBuffer;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The flat gradient of one micro-batch while the backward pass makes it: the network's last kernels hand theirs in first, and the
 * end of the vector that is complete grows towards its beginning.
 */
final class FlatGradient {
    /**
     * A kernel's parameters, one stretch of both vectors.
     *
     * @param flat where it begins in the flat vector
     * @param graph where it begins in the graph's vector
     */
    record Segment(Kernel kernel, int flat, int graph, int length) {
        int end() {
            return flat + length;
        }
    }

    private final List<Segment> segments;
    private final Map<Kernel, Integer> positions = new HashMap<>();
    private final BitSet missing = new BitSet();
    private float[] gradient = {};
    private Progress progress = begin -> {};

    FlatGradient(List<Segment> segments) {
        this.segments =
                segments.stream().sorted(Comparator.comparingInt(Segment::flat)).toList();
        for (int i = 0; i < this.segments.size(); i++) {
            positions.put(this.segments.get(i).kernel, i);
        }
    }

    /** Begins with another one; nothing of its parameters is there yet. */
    void begin(float[] into, Progress told) {
        gradient = into;
        progress = told;
        missing.set(0, segments.size());
    }

    /** The flat vector in hand. */
    float[] vector() {
        return gradient;
    }

    /** Takes one kernel's gradient from the graph's vector; kernels without parameters have none. */
    void take(Kernel kernel, FloatBuffer graph) {
        Integer position = positions.get(kernel);
        if (position == null || !missing.get(position)) {
            return;
        }
        Segment segment = segments.get(position);
        graph.get(segment.graph, gradient, segment.flat, segment.length);
        missing.clear(position);
        progress.doneFrom(
                missing.isEmpty() ? 0 : segments.get(missing.length() - 1).end());
    }

    /** Ends it: every kernel must have been there. */
    void end() {
        if (!missing.isEmpty()) {
            throw new IllegalStateException(
                    "the backward pass did not reach " + segments.get(missing.nextSetBit(0)).kernel);
        }
    }
}

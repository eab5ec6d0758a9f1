package convoy.worker.engine.libtorch.transfer;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the tensors of a flat vector lie in the memory of a device: in the same order, but each at a multiple of
 * {@value #ALIGNMENT} elements. In the flat vector they lie end to end, and kernels that read 16 bytes at a time fault on a tensor that
 * does not begin at a multiple of them, or give way to slower ones (PyTorch's issue 195186: cuDNN's batch norm for channels last).
 */
public final class Placement {
    /** In floats 256 bytes, as far apart as PyTorch's allocator would lay them at least; in a half type 128. */
    static final int ALIGNMENT = 64;

    private final List<Segment> segments;
    private final int[] begins;
    private final int parameters;
    private final int size;
    private final Map<String, Integer> indices = new HashMap<>();

    /**
     * The places of all trained tensors and statistics of a network.
     *
     * @param layout of its flat vector
     */
    public Placement(ParameterLayout layout) {
        this.segments = layout.segments();
        this.begins = new int[segments.size()];
        int next = 0;
        int placedParameters = 0;
        for (int i = 0; i < begins.length; i++) {
            Segment segment = segments.get(i);
            begins[i] = next;
            indices.put(segment.name(), i);
            next = aligned(Math.addExact(next, segment.size()));
            if (segment.role() != Segment.Role.STATISTIC) {
                placedParameters = next;
            }
        }
        this.parameters = placedParameters;
        this.size = next;
    }

    private static int aligned(int end) {
        return Math.addExact(end, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** The length of the device's memory, gaps included. */
    int size() {
        return size;
    }

    /** Where statistics begin in it, behind all parameters. */
    int parameters() {
        return parameters;
    }

    /** Where the tensor of this name begins in it. */
    int begin(String name) {
        Integer index = indices.get(name);
        if (index == null) {
            throw new IllegalArgumentException("no tensor is called " + name);
        }
        return begins[index];
    }

    /** Who is told of floats that lie together in both. */
    interface Run {
        /**
         * Floats of one tensor.
         *
         * @param flat where they begin in the flat vector
         * @param placed where they begin on the device
         */
        void at(int flat, int placed, int length);
    }

    /** Goes through a part of the flat vector in order. */
    void forEach(KeyRange flat, Run run) {
        if (flat.size() == 0) {
            return;
        }
        for (int i = indexAt(flat.begin()); i < begins.length && segments.get(i).begin() < flat.end(); i++) {
            Segment segment = segments.get(i);
            KeyRange shared = segment.range().intersect(flat);
            run.at(shared.begin(), begins[i] + shared.begin() - segment.begin(), shared.size());
        }
    }

    /** What a part of the flat vector, which is not empty, covers on the device, gaps within it included. */
    KeyRange placed(KeyRange flat) {
        int first = indexAt(flat.begin());
        int last = indexAt(flat.end() - 1);
        return new KeyRange(
                begins[first] + flat.begin() - segments.get(first).begin(),
                begins[last] + flat.end() - segments.get(last).begin());
    }

    /** The segment that holds this float. */
    private int indexAt(int flat) {
        int low = 0;
        int high = begins.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments.get(middle).begin() <= flat) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}

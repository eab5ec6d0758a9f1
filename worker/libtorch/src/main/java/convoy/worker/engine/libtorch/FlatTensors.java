package convoy.worker.engine.libtorch;

import convoy.parameterserver.ParameterLayout;
import convoy.parameterserver.Segment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * Parameters and running statistics in one allocation {@code [P + S]} of the device, with a view for each tensor; the views of trained
 * parameters are what autograd differentiates by. Beside them the batch statistics, {@code [S]}.
 */
final class FlatTensors implements AutoCloseable {
    private final ParameterLayout layout;
    private final Transfers transfers;
    private final Tensor values;
    private final Tensor batchStatistics;
    private final Map<String, Segment> segments = new HashMap<>();
    private final Map<String, Tensor> views = new HashMap<>();
    private final Map<String, Tensor> batchViews = new HashMap<>();

    /** @param frozen names of the parameters that need no gradient */
    FlatTensors(ParameterLayout layout, Set<String> frozen, Transfers transfers) {
        this.layout = layout;
        this.transfers = transfers;
        int parameters = layout.parameterCount();
        this.values = transfers.zeros(layout.size());
        this.batchStatistics = transfers.zeros(Math.max(1, layout.size() - parameters));
        for (Segment segment : layout.segments()) {
            long[] shape = segment.shape().stream().mapToLong(extent -> extent).toArray();
            Tensor view = view(values, segment.begin(), segment.size(), shape);
            if (segment.role() == Segment.Role.STATISTIC) {
                batchViews.put(
                        segment.name(), view(batchStatistics, segment.begin() - parameters, segment.size(), shape));
            } else {
                view.set_requires_grad(!frozen.contains(segment.name()));
            }
            views.put(segment.name(), view);
            segments.put(segment.name(), segment);
        }
    }

    private static Tensor view(Tensor flat, int begin, int size, long[] shape) {
        try (Tensor part = flat.narrow(0, begin, size);
                Tensor shaped = part.view(shape)) {
            return shaped.detach();
        }
    }

    /** The tensor of this name. */
    Tensor get(String name) {
        return found(views, name);
    }

    /** Where a pass in training leaves the batch's statistic of this name. */
    Tensor batchStatistic(String name) {
        return found(batchViews, name);
    }

    private static <T> T found(Map<String, T> tensors, String name) {
        T tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor is called " + name);
        }
        return tensor;
    }

    /** Sets all values. */
    void set(float[] flat) {
        transfers.write(flat, values);
    }

    /** The running averages of the last pass are none of this one's business: 0 times a NaN is one. */
    void forgetBatchStatistics() {
        batchStatistics.zero_();
    }

    /** Copies the batch statistics to the end of a gradient. */
    void copyBatchStatistics(float[] gradient) {
        int parameters = layout.parameterCount();
        transfers.read(batchStatistics, gradient, parameters, layout.size() - parameters);
    }

    /**
     * Moves the gradient of a trained parameter from where autograd has left it to its place in the flat vector.
     *
     * <p>Autograd takes an operation's result over as it is, without a copy, as the parameter has no gradient before.
     */
    void takeGradient(String name, float[] gradient) {
        Scopes.run(() -> {
            Tensor part = get(name).mutable_grad();
            if (part.defined()) {
                Segment segment = found(segments, name);
                transfers.read(part, gradient, segment.begin(), segment.size());
                part.put(new Tensor());
            }
        });
    }

    /** Drops what a pass that failed has left. */
    void dropGradients() {
        Scopes.run(() -> views.values().forEach(view -> view.mutable_grad().put(new Tensor())));
    }

    @Override
    public void close() {
        List.of(views, batchViews).forEach(tensors -> tensors.values().forEach(Tensor::close));
        values.close();
        batchStatistics.close();
    }
}

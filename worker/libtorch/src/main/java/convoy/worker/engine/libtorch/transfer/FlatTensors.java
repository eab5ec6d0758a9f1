package convoy.worker.engine.libtorch.transfer;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.transfer.Arrival.Landing;
import convoy.worker.engine.libtorch.transfer.Transfers.Parcel;
import convoy.worker.engine.libtorch.transfer.Transfers.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Parameters and running statistics in one allocation of the device, with a view for each tensor; the views of trained parameters are
 * what autograd differentiates by. Beside them the batch statistics, and where layers compute in a half type the parameters rounded to
 * it, whose views those layers differentiate by. Each lies where its {@link Placement} says.
 */
public final class FlatTensors implements AutoCloseable {
    private final ParameterLayout layout;
    private final Placement placement;
    private final Transfers transfers;
    private final Tensor values;
    private final Tensor batchStatistics;
    private final Optional<Tensor> rounded;
    private final Optional<Incoming> incoming;
    private final Map<String, Segment> segments = new HashMap<>();
    private final Map<String, Tensor> views = new HashMap<>();
    private final Map<String, Tensor> batchViews = new HashMap<>();
    /** What layers compute with: the same as {@link #views} in single precision. */
    private final Map<String, Tensor> operands;

    /**
     * @param layout of the network's flat vector
     * @param frozen names of the parameters that need no gradient
     * @param transfers those of the device
     * @param type that layers compute in
     */
    public FlatTensors(ParameterLayout layout, Set<String> frozen, Transfers transfers, ScalarType type) {
        this.layout = layout;
        this.transfers = transfers;
        this.placement = new Placement(layout);
        int parameters = placement.parameters();
        this.values = transfers.zeros(placement.size(), ScalarType.Float);
        this.batchStatistics = transfers.zeros(Math.max(1, placement.size() - parameters), ScalarType.Float);
        this.rounded = type == ScalarType.Float ? Optional.empty() : Optional.of(transfers.zeros(parameters, type));
        this.incoming = transfers.incoming(placement);
        this.operands = rounded.isPresent() ? new HashMap<>() : views;
        for (Segment segment : layout.segments()) {
            int begin = placement.begin(segment.name());
            Tensor view = view(values, begin, segment);
            if (segment.role() == Segment.Role.STATISTIC) {
                batchViews.put(segment.name(), view(batchStatistics, begin - parameters, segment));
            } else {
                boolean trained = !frozen.contains(segment.name());
                view.set_requires_grad(trained);
                rounded.ifPresent(flat -> {
                    Tensor operand = view(flat, begin, segment);
                    operand.set_requires_grad(trained);
                    operands.put(segment.name(), operand);
                });
            }
            views.put(segment.name(), view);
            segments.put(segment.name(), segment);
        }
    }

    private static Tensor view(Tensor flat, int begin, Segment segment) {
        long[] shape = segment.shape().stream().mapToLong(extent -> extent).toArray();
        try (Tensor part = flat.narrow(0, begin, segment.size());
                Tensor shaped = part.view(shape)) {
            return shaped.detach();
        }
    }

    /**
     * {@return the tensor of this name}
     *
     * @param name as the network has it
     */
    public Tensor get(String name) {
        return found(views, name);
    }

    /**
     * {@return the parameter of this name in the type that layers compute in}
     *
     * @param name as the network has it
     */
    public Tensor operand(String name) {
        return found(operands, name);
    }

    /**
     * {@return where a pass in training leaves the batch's statistic of this name}
     *
     * @param name as the network has it
     */
    public Tensor batchStatistic(String name) {
        return found(batchViews, name);
    }

    private static <T> T found(Map<String, T> tensors, String name) {
        T tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor is called " + name);
        }
        return tensor;
    }

    /** {@return what takes the values that are set next before they are; empty if nothing is gained by that} */
    public Optional<Incoming> incoming() {
        return incoming;
    }

    /**
     * Sets all values.
     *
     * @param flat the whole flat vector
     */
    public void set(float[] flat) {
        incoming.ifPresentOrElse(ahead -> ahead.land(flat, values), () -> transfers.write(flat, placement, values));
        rounded.ifPresent(narrow -> Scopes.run(() -> narrow.copy_(values.narrow(0, 0, placement.parameters()))));
    }

    /** The running averages of the last pass are none of this one's business: 0 times a NaN is one. */
    public void forgetBatchStatistics() {
        batchStatistics.zero_();
    }

    /**
     * Begins to bring the batch statistics to the end of a gradient.
     *
     * @return brings {@code [P, P + S)} of it
     */
    public Arrival fetchBatchStatistics() {
        List<Landing> landings = new ArrayList<>();
        placement.forEach(
                new KeyRange(layout.parameterCount(), layout.size()),
                (flat, placed, length) -> landings.add(new Landing(0, placed - placement.parameters(), flat, length)));
        return transfers.fetch(List.of(batchStatistics), landings);
    }

    /**
     * Begins to bring the gradients of trained parameters from where autograd has left them to their places in the flat vector.
     *
     * <p>Autograd takes an operation's result over as it is, without a copy, as the parameter has no gradient before.
     *
     * @param names of the parameters
     * @param begin where the first of them begins there
     * @param scale of the loss
     * @return in the order in which they come, from the last to the first
     */
    public List<Part> fetchGradients(List<String> names, int begin, LossScale scale) {
        return Scopes.call(() -> {
            List<Parcel> parcels = new ArrayList<>();
            for (String name : names) {
                for (Tensor leaf : leaves(name)) {
                    Tensor part = leaf.mutable_grad();
                    if (part.defined()) {
                        parcels.add(new Parcel(
                                new Tensor(part), found(segments, name).begin()));
                        part.put(new Tensor());
                    }
                }
            }
            return transfers.fetch(parcels, begin, scale);
        });
    }

    private List<Tensor> leaves(String name) {
        return rounded.isPresent() ? List.of(get(name), operand(name)) : List.of(get(name));
    }

    /** Drops what a pass that failed has left. */
    public void dropGradients() {
        Scopes.run(() -> List.of(views, operands).forEach(leaves -> leaves.values()
                .forEach(leaf -> leaf.mutable_grad().put(new Tensor()))));
    }

    @Override
    public void close() {
        List.of(views, batchViews).forEach(tensors -> tensors.values().forEach(Tensor::close));
        rounded.ifPresent(narrow -> {
            operands.values().forEach(Tensor::close);
            narrow.close();
        });
        incoming.ifPresent(Incoming::close);
        values.close();
        batchStatistics.close();
    }
}

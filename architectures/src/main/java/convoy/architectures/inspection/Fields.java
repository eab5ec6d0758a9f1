package convoy.architectures.inspection;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Join.Multiply;
import convoy.architectures.operations.Join.WeightedAdd;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.architectures.operations.Normalization.LayerNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.OperationVisitor;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.architectures.operations.Scale;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Goes through a network's nodes in their order and says what each sees of the picture and what it never reads. What the batch
 * adds in training, as the mean of a batch norm, does not count.
 */
final class Fields implements OperationVisitor<ReceptiveField> {
    /** Of a picture: each node has two numbers for each of its rows and columns. */
    private static final int MOST_PIXELS = 16_384;

    private final Place place;
    private final List<Unread> unread;

    /** A node with the shapes and fields of what it reads. */
    private record Place(Node node, List<Shape> inputs, Shape output, List<ReceptiveField> fields) {
        Image in() {
            return (Image) inputs.get(0);
        }

        Image out() {
            return (Image) output;
        }
    }

    private Fields(Place place, List<Unread> unread) {
        this.place = place;
        this.unread = unread;
    }

    /**
     * What the nodes of a network see.
     *
     * @param byName the field of each node; of none if the network reads no picture, or one with a side that no memory
     *     should be taken for
     * @param unread what is never read, in the order of the nodes
     */
    record Found(Map<String, ReceptiveField> byName, List<Unread> unread) {}

    static Found of(Network network) {
        if (!(network.input() instanceof Image picture) || Math.max(picture.height(), picture.width()) > MOST_PIXELS) {
            return new Found(Map.of(), List.of());
        }
        Map<String, Shape> shapes = network.shapes();
        Map<String, ReceptiveField> byName = new HashMap<>();
        List<Unread> unread = new ArrayList<>();
        byName.put(Network.INPUT, ReceptiveField.of(picture));
        for (Node node : network.nodes()) {
            Place place = new Place(
                    node,
                    of(shapes, node.inputs()),
                    of(shapes, List.of(node.name())).get(0),
                    of(byName, node.inputs()));
            byName.put(node.name(), node.operation().accept(new Fields(place, unread)));
        }
        return new Found(byName, unread);
    }

    private static <T> List<T> of(Map<String, T> byName, List<String> names) {
        return names.stream()
                .map(name -> Objects.requireNonNull(byName.get(name), name))
                .toList();
    }

    private ReceptiveField same() {
        return place.fields().get(0);
    }

    private ReceptiveField slide(Window rows, Window columns) {
        Image in = place.in();
        Image out = place.out();
        int lostRows = rows.unread(in.height(), out.height());
        int lostColumns = columns.unread(in.width(), out.width());
        if (lostRows > 0 || lostColumns > 0) {
            unread.add(new Unread(place.node().name(), in, lostRows, lostColumns));
        }
        ReceptiveField field = same();
        return field.with(rows.over(field.rows(), out.height()), columns.over(field.columns(), out.width()));
    }

    private ReceptiveField joined() {
        return same().with(
                        Span.join(place.fields().stream()
                                .map(ReceptiveField::rows)
                                .toList()),
                        Span.join(place.fields().stream()
                                .map(ReceptiveField::columns)
                                .toList()));
    }

    @Override
    public ReceptiveField convolution(Convolution convolution) {
        return slide(Window.rows(convolution), Window.columns(convolution));
    }

    @Override
    public ReceptiveField pooling(Pooling pooling) {
        return slide(Window.rows(pooling), Window.columns(pooling));
    }

    @Override
    public ReceptiveField adaptiveAveragePool(AdaptiveAveragePool pool) {
        return same().with(same().rows().adapt(pool.height()), same().columns().adapt(pool.width()));
    }

    /** A vector's features are not placed: all of them together follow from this. */
    @Override
    public ReceptiveField flatten(Flatten flatten) {
        return same().with(same().rows().spread(1), same().columns().spread(1));
    }

    /** What looks at all pixels of an example for each of them. */
    private ReceptiveField spread() {
        return same().with(
                        same().rows().spread(place.in().height()),
                        same().columns().spread(place.in().width()));
    }

    @Override
    public ReceptiveField evoNormS0(EvoNormS0 evoNormS0) {
        return spread();
    }

    @Override
    public ReceptiveField add(Add add) {
        return joined();
    }

    @Override
    public ReceptiveField weightedAdd(WeightedAdd weightedAdd) {
        return joined();
    }

    @Override
    public ReceptiveField multiply(Multiply multiply) {
        return joined();
    }

    @Override
    public ReceptiveField concat(Concat concat) {
        return joined();
    }

    @Override
    public ReceptiveField dense(Dense dense) {
        return same();
    }

    @Override
    public ReceptiveField activation(Activation activation) {
        return same();
    }

    @Override
    public ReceptiveField batchNorm(BatchNorm batchNorm) {
        return same();
    }

    @Override
    public ReceptiveField localResponseNorm(LocalResponseNorm localResponseNorm) {
        return same();
    }

    @Override
    public ReceptiveField evoNormB0(EvoNormB0 evoNormB0) {
        return spread();
    }

    @Override
    public ReceptiveField layerNorm(LayerNorm layerNorm) {
        return same();
    }

    @Override
    public ReceptiveField channelSlice(ChannelSlice channelSlice) {
        return same();
    }

    @Override
    public ReceptiveField channelShuffle(ChannelShuffle channelShuffle) {
        return same();
    }

    @Override
    public ReceptiveField padChannels(PadChannels padChannels) {
        return same();
    }

    @Override
    public ReceptiveField scale(Scale scale) {
        return same();
    }

    @Override
    public ReceptiveField dropout(Dropout dropout) {
        return same();
    }

    @Override
    public ReceptiveField spatialDropout(SpatialDropout spatialDropout) {
        return same();
    }

    @Override
    public ReceptiveField stochasticDepth(StochasticDepth stochasticDepth) {
        return same();
    }
}

package convoy.driver.attribution;

import convoy.architectures.graph.Network;
import convoy.architectures.surgery.ClassProbe;
import convoy.architectures.surgery.GlobalAverage;
import convoy.architectures.surgery.Tap;
import convoy.architectures.tensor.Shape.Image;
import convoy.driver.evaluation.PictureModel;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.NetworkLayout;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Says what in a picture a model's answer for a class rests on.
 *
 * <p>Class maps: Zhou, Khosla, Lapedriza, Oliva, Torralba 2015, "Learning Deep Features for Discriminative Localization", section 2, where
 * the network ends in a global average and its layer is looked at; elsewhere Grad-CAM: Selvaraju et al. 2016, "Grad-CAM: Visual
 * Explanations from Deep Networks via Gradient-based Localization", equations 1 and 2. Occlusion: Zeiler, Fergus 2013, "Visualizing and
 * Understanding Convolutional Networks", section 4.2.
 */
public final class Attribution implements AutoCloseable {
    private static final MicroBatchKey NO_CHANCE = new MicroBatchKey(0, 0, 0);
    private static final int BATCH = 32;

    private final PictureModel model;
    private final Network network;
    private final Tap tap;
    private final Engine engine;
    private final Optional<GlobalAverage> average;
    private Optional<Gradients> gradients = Optional.empty();

    /** What is compiled once a gradient is asked for. */
    private record Gradients(Engine engine, ProbeValues values) {}

    /** How a class map comes about. */
    public enum Method {
        /** The weights of the class behind a global average, times the maps. */
        CAM,
        /** What is above 0 of the maps, each times the mean gradient of the class's logit. */
        GRAD_CAM
    }

    /**
     * Looks into a model.
     *
     * @param model stays the caller's, who closes it afterwards
     * @param layer whose maps are looked at; empty: the last that has places, of a network with a global average the averaged one
     * @throws BadInputException if there is no such layer, or it puts out no image
     */
    public Attribution(PictureModel model, Optional<String> layer) {
        this.model = model;
        network = model.stored().description().build();
        Optional<GlobalAverage> end = GlobalAverage.of(network);
        String node = layer.or(() -> end.map(GlobalAverage::node)).orElseGet(() -> Tap.lastOf(network));
        average = end.filter(found -> found.node().equals(node));
        tap = Tap.of(network, node);
        engine = model.compile(tap.network());
        engine.setParameters(taken(NetworkLayout.of(network), model.stored().values(), tap.network()));
    }

    /** The parameters of a network all of whose tensors are another's. */
    private static float[] taken(ParameterLayout from, float[] own, Network part) {
        ParameterLayout layout = NetworkLayout.of(part);
        float[] values = new float[layout.size()];
        for (Segment segment : layout.segments()) {
            System.arraycopy(own, from.segment(segment.name()).begin(), values, segment.begin(), segment.size());
        }
        return values;
    }

    /** {@return the layer whose maps are looked at} */
    public String layer() {
        return tap.node();
    }

    /** {@return how class maps come about at that layer} */
    public Method method() {
        return average.isPresent() ? Method.CAM : Method.GRAD_CAM;
    }

    /**
     * {@return a picture with what the model makes of it}
     *
     * @param hadoop settings of the file systems
     * @param image URI of a picture file
     * @throws BadInputException if it cannot be read, or is no picture of a size that the model can take
     */
    public Seen look(Configuration hadoop, String image) {
        Batch batch = model.read(hadoop, image);
        float[] out = engine.predict(batch);
        float[] logits = Arrays.copyOf(out, tap.classes());
        return new Seen(
                image,
                batch.images(),
                logits,
                model.guesses(logits, image),
                tap.maps(),
                Arrays.copyOfRange(out, tap.classes(), out.length));
    }

    /**
     * {@return how much each place of the layer speaks for a class, by {@link #method}}
     *
     * @param seen a picture
     * @param index of the class
     */
    public PlaceMap classMap(Seen seen, int index) {
        return average.isPresent()
                ? seen.weighted(weights(average.get(), index))
                : seen.weighted(gradient(seen, index)).positive();
    }

    /** The weights with which the means of the maps make up the class's logit. */
    private double[] weights(GlobalAverage end, int index) {
        double[] weights = new double[tap.maps().channels()];
        if (end.dense().isEmpty()) {
            weights[index] = 1;
            return weights;
        }
        Segment dense = NetworkLayout.of(network).segment(end.dense().get() + ".weight");
        for (int c = 0; c < weights.length; c++) {
            weights[c] = model.stored().values()[dense.begin() + index * weights.length + c];
        }
        return weights;
    }

    /**
     * {@return for each channel the mean over places of the derivative of a class's logit}
     *
     * <p>An engine has the gradient of a loss. That of two scores, e times the logit y and 0, of which the first is right, is
     * {@code log(1 + exp(-e y))}, whose derivative is {@code -e / (1 + exp(e y))} times that of y.
     *
     * @param seen a picture
     * @param index of the class
     */
    double[] gradient(Seen seen, int index) {
        Gradients compiled = gradients();
        double logit = seen.logits()[index];
        double times = 1 / Math.max(1, Math.abs(logit));
        compiled.engine.setParameters(compiled.values.of(index, times));
        float[] all = new float[compiled.values.size()];
        compiled.engine.gradient(new Batch(1, seen.input(), new int[1]), NO_CHANCE, all);
        double factor = -times / (1 + Math.exp(times * logit));
        float[] sums = compiled.values.summands(all);
        double[] means = new double[sums.length];
        for (int c = 0; c < means.length; c++) {
            means[c] = sums[c] / factor / (tap.maps().height() * tap.maps().width());
        }
        return means;
    }

    private Gradients gradients() {
        if (gradients.isEmpty()) {
            ClassProbe probe = ClassProbe.of(network, tap.node());
            ProbeValues values = new ProbeValues(
                    probe, NetworkLayout.of(network), model.stored().values());
            gradients = Optional.of(new Gradients(model.compile(probe.network()), values));
        }
        return gradients.get();
    }

    /**
     * {@return how much of a class's probability is lost where a square of the training data's mean colour covers the picture}
     *
     * @param seen a picture
     * @param index of the class
     * @param side of the square in pixels; it moves by half of that
     * @throws BadInputException if the square is larger than the picture, or has no side
     */
    public PlaceMap occlusion(Seen seen, int index, int side) {
        Image input = (Image) network.input();
        if (side < 1 || side > Math.min(input.height(), input.width())) {
            throw new BadInputException(Refusal.of("occlude", side)
                    .because(", must lie in [1, " + Math.min(input.height(), input.width()) + "]")
                    .instead("a quarter of the picture's side is usual"));
        }
        int step = Math.max(1, side / 2);
        int rows = (input.height() - side + step - 1) / step + 1;
        int columns = (input.width() - side + step - 1) / step + 1;
        double whole = probability(seen.logits(), 0, index);
        float[] lost = new float[rows * columns];
        for (int from = 0; from < lost.length; from += BATCH) {
            int count = Math.min(BATCH, lost.length - from);
            float[] images = new float[count * input.size()];
            for (int i = 0; i < count; i++) {
                System.arraycopy(seen.input(), 0, images, i * input.size(), input.size());
                int top = Math.min((from + i) / columns * step, input.height() - side);
                int left = Math.min((from + i) % columns * step, input.width() - side);
                cover(images, i * input.size(), input, new Square(top, left, side));
            }
            float[] out = engine.predict(new Batch(count, images, new int[count]));
            int outputs = out.length / count;
            for (int i = 0; i < count; i++) {
                lost[from + i] = (float) (whole - probability(out, i * outputs, index));
            }
        }
        return new PlaceMap(rows, columns, lost);
    }

    private record Square(int top, int left, int side) {}

    private static void cover(float[] images, int at, Image shape, Square square) {
        for (int c = 0; c < shape.channels(); c++) {
            for (int y = square.top; y < square.top + square.side; y++) {
                int row = at + (c * shape.height() + y) * shape.width() + square.left;
                Arrays.fill(images, row, row + square.side, 0f);
            }
        }
    }

    private double probability(float[] out, int at, int index) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < tap.classes(); i++) {
            largest = Math.max(largest, out[at + i]);
        }
        double sum = 0;
        for (int i = 0; i < tap.classes(); i++) {
            sum += Math.exp(out[at + i] - largest);
        }
        return Math.exp(out[at + index] - largest) / sum;
    }

    /** Releases the engines. */
    @Override
    public void close() {
        engine.close();
        gradients.ifPresent(compiled -> compiled.engine.close());
    }
}

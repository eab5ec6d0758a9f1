package convoy.onnx.in;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was read of an ONNX model.
 */
public final class OnnxModel {
    private final Network network;
    private final List<String> notices;
    private final Origin origin;
    private final Map<String, Numbers> tensors;

    OnnxModel(Network network, List<String> notices, Origin origin, Map<String, Numbers> tensors) {
        this.network = network;
        this.notices = List.copyOf(notices);
        this.origin = origin;
        this.tensors = Map.copyOf(tensors);
    }

    /**
     * What a model says of itself.
     *
     * @param producer who wrote it, with its version; empty where it does not say
     * @param opset the version of ONNX's operators
     * @param metadata texts by key
     */
    public record Origin(String producer, long opset, SortedMap<String, String> metadata) {
        public Origin {
            metadata = new TreeMap<>(metadata);
        }
    }

    /** {@return the network that computes the same} */
    public Network network() {
        return network;
    }

    /** {@return what was taken otherwise than it stands there, or left out, each in a line} */
    public List<String> notices() {
        return notices;
    }

    /** {@return what the model says of itself} */
    public Origin origin() {
        return origin;
    }

    /**
     * {@return what an initializer of the model is called, of which a tensor has its numbers; empty if they are of no one's}
     *
     * @param tensor the name of one of the network's
     */
    public String initializer(String tensor) {
        return numbers(tensor).name();
    }

    private Numbers numbers(String tensor) {
        return Objects.requireNonNull(tensors.get(tensor), tensor);
    }

    /**
     * {@return the model's numbers: all parameters in {@code state_dict} order, then all statistics} They are read now.
     */
    public float[] values() {
        List<Tensor> parameters = network.parameters();
        List<Tensor> statistics = network.statistics();
        int size = 0;
        for (List<Tensor> all : List.of(parameters, statistics)) {
            for (Tensor tensor : all) {
                size += tensor.size();
            }
        }
        float[] values = new float[size];
        int at = 0;
        for (List<Tensor> all : List.of(parameters, statistics)) {
            for (Tensor tensor : all) {
                float[] numbers = numbers(tensor.name()).values();
                System.arraycopy(numbers, 0, values, at, tensor.size());
                at += tensor.size();
            }
        }
        return values;
    }
}

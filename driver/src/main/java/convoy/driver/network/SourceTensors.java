package convoy.driver.network;

import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Surgery;
import convoy.architectures.tensor.Tensor;
import convoy.driver.configuration.NetworkChoice;
import java.util.List;
import java.util.stream.Stream;

/**
 * In what trained weights of a network's source may differ from the network that a run made of it.
 *
 * @param dense weights that are a dense layer's there, and a convolution's here: the same numbers in the same order
 * @param leftOut tensors of auxiliary heads that are there and not here
 */
public record SourceTensors(List<String> dense, List<String> leftOut) {
    public SourceTensors {
        dense = List.copyOf(dense);
        leftOut = List.copyOf(leftOut);
    }

    /** {@return those of a network that is as its source has it} */
    public static SourceTensors defaults() {
        return new SourceTensors(List.of(), List.of());
    }

    /**
     * {@return those of what a choice makes of a source}
     *
     * @param choice of a run file
     * @param source as it is there, whole
     */
    public static SourceTensors of(NetworkChoice choice, Network source) {
        Stream<String> dense = choice.denseToConvolution()
                ? source.tensors().stream()
                        .filter(tensor -> tensor.role() == Tensor.Role.DENSE_WEIGHT)
                        .map(Tensor::name)
                : Stream.empty();
        Stream<String> leftOut = choice.auxiliaryHeads()
                ? Stream.empty()
                : Surgery.auxiliaryTensors(source).stream().sorted();
        return new SourceTensors(dense.toList(), leftOut.toList());
    }

    /** {@return these and others} */
    SourceTensors and(SourceTensors others) {
        return new SourceTensors(
                Stream.concat(dense.stream(), others.dense.stream()).distinct().toList(),
                Stream.concat(leftOut.stream(), others.leftOut.stream())
                        .distinct()
                        .toList());
    }
}

package convoy.jobs.gpucheck;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.Precision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a person asked to be computed, where it is not left to the steps.
 *
 * @param networks names; empty: each step's own
 * @param precisions empty: each step's own
 * @param batch images of a measured step; empty: what fills the device
 * @param duration of a measurement, roughly
 * @param bothLayouts whether PyTorch is also measured with channels first
 */
public record Workload(
        List<String> networks,
        List<Precision> precisions,
        Optional<Integer> batch,
        Duration duration,
        boolean bothLayouts) {
    private static final int SMALL_SIDE = 64;

    /**
     * Looks for the networks.
     *
     * @throws convoy.records.BadInputException if one of them is not there
     */
    public void require() {
        networks.forEach(Workload::network);
    }

    /** Those, or what a step takes on a GPU and on a processor if they were left open. */
    List<Network> networks(Subject subject, List<String> onGpu, List<String> onCpu) {
        List<String> own = subject.gpu() ? onGpu : onCpu;
        return (networks.isEmpty() ? own : networks)
                .stream().map(Workload::network).toList();
    }

    /** @throws convoy.records.BadInputException if there is no such network */
    static Network network(String name) {
        return Catalogue.build(name, NetworkArguments.defaults());
    }

    static Network network(String name, int side) {
        return Catalogue.build(name, NetworkArguments.defaults().withInput(new Image(3, side, side)));
    }

    List<Precision> precisions(List<Precision> own) {
        return precisions.isEmpty() ? own : precisions;
    }

    int batch(Subject subject, Network network) {
        return batch.orElseGet(() -> {
            boolean small = !(network.input() instanceof Image image) || image.height() <= SMALL_SIDE;
            return subject.gpu() ? (small ? 512 : 256) : (small ? 8 : 2);
        });
    }
}

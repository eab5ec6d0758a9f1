package convoy.driver.model;

import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Surgery;
import convoy.architectures.tensor.Tensor;
import convoy.parameterserver.files.ModelFiles;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether stored tensors are those of a network. All of them are looked at before one is read, and all that is wrong is told at
 * once.
 *
 * <p>PyTorch's batch norms also count the batches that they have seen ({@code num_batches_tracked}); nothing is computed from
 * it, so it may be there.
 *
 * @param files the stored tensors
 * @param network what they are to be of
 * @param free names that may be there, in any shape, or not
 * @param channels names of filters that may have another number of input channels
 * @param dense names of filters that may be stored as a dense layer's weights, {@code [out, C H W]}
 * @param lacking names that need not be there, and fit if they are
 */
public record TensorFit(
        ModelFiles files,
        Network network,
        Set<String> free,
        Set<String> channels,
        Set<String> dense,
        Set<String> lacking) {
    private static final String MEAN = ".running_mean";
    private static final String COUNT = ".num_batches_tracked";
    private static final int MOST_LISTED = 5;
    private static final Set<String> TYPES = Set.of("F32", "F16", "BF16");

    /**
     * {@return a fit that has to be whole: nothing free, nothing lacking}
     *
     * @param files the stored tensors
     * @param network what they are to be of
     */
    public static TensorFit of(ModelFiles files, Network network) {
        return new TensorFit(files, network, Set.of(), Set.of(), Set.of(), Set.of());
    }

    /** The auxiliary heads' tensors may be left out, all together, as they are of models that are not to be trained on. */
    TensorFit orWithoutAuxiliaryHeads() {
        Set<String> auxiliary = Surgery.auxiliaryTensors(network);
        boolean none = auxiliary.stream().allMatch(name -> files.shape(name).isEmpty());
        return new TensorFit(files, network, free, channels, dense, none ? auxiliary : Set.of());
    }

    /** These are not read, whatever the file or the network has of them. */
    TensorFit without(Set<String> names) {
        return new TensorFit(files, network, names, channels, dense, lacking);
    }

    TensorFit withOtherChannels(Set<String> names) {
        return new TensorFit(files, network, free, names, dense, lacking);
    }

    TensorFit withDense(Set<String> names) {
        return new TensorFit(files, network, free, channels, names, lacking);
    }

    /**
     * Refuses tensors that do not fit.
     *
     * @throws BadInputException listing all that are missing, not expected, or of another shape or type
     */
    public void requireAll() {
        List<String> missing = new ArrayList<>();
        List<String> shapes = new ArrayList<>();
        List<String> types = new ArrayList<>();
        Set<String> bad = new HashSet<>();
        Set<String> known = new HashSet<>(free);
        free.stream()
                .filter(name -> name.endsWith(MEAN))
                .forEach(name -> known.add(name.substring(0, name.length() - MEAN.length()) + COUNT));
        for (Tensor tensor : network.tensors()) {
            String name = tensor.name();
            known.add(name);
            if (tensor.role() == Tensor.Role.RUNNING_MEAN) {
                known.add(tensor.node() + COUNT);
            }
            if (free.contains(name)) {
                continue;
            }
            Optional<List<Long>> found = files.shape(name);
            if (found.isEmpty()) {
                if (!lacking.contains(name)) {
                    missing.add(name);
                    bad.add(name);
                }
            } else if (!fits(name, found.get(), longs(tensor.shape()))) {
                shapes.add(name + " is " + found.get() + " where the network has " + tensor.shape());
                bad.add(name);
            } else if (files.type(name).filter(TYPES::contains).isEmpty()) {
                types.add(name + " is " + files.type(name).orElse(""));
            }
        }
        List<String> unexpected =
                files.names().stream().filter(name -> !known.contains(name)).toList();
        List<String> problems = new ArrayList<>();
        list("missing", missing, problems);
        list("unexpected", unexpected, problems);
        list("of another shape", shapes, problems);
        list("of a type that is none of F32, F16, BF16", types, problems);
        if (!problems.isEmpty()) {
            throw new BadInputException((files.uri() + " does not fit " + network.name() + ": "
                            + String.join("; ", problems) + remedy(bad, unexpected))
                    .replaceAll("\\p{Cntrl}", "?"));
        }
    }

    private boolean fits(String name, List<Long> found, List<Long> wanted) {
        if (dense.contains(name)
                && found.equals(List.of(wanted.get(0), wanted.get(1) * wanted.get(2) * wanted.get(3)))) {
            return true;
        }
        if (!channels.contains(name) || found.size() != wanted.size()) {
            return found.equals(wanted);
        }
        List<Long> otherwise = new ArrayList<>(found);
        otherwise.set(1, wanted.get(1));
        // Filters of more channels than any picture has are no filters of pictures.
        return otherwise.equals(wanted) && found.get(1) >= 1 && found.get(1) <= 4096;
    }

    private static void list(String what, List<String> names, List<String> problems) {
        if (!names.isEmpty()) {
            int more = names.size() - MOST_LISTED;
            problems.add(names.size() + " " + what + ": "
                    + String.join(", ", names.subList(0, Math.min(MOST_LISTED, names.size())))
                    + (more > 0 ? " and " + more + " more" : ""));
        }
    }

    private String remedy(Set<String> bad, List<String> unexpected) {
        Set<String> head = Surgery.headTensors(network);
        Set<String> input = Surgery.inputTensors(network);
        boolean ofHead = bad.stream().anyMatch(head::contains);
        boolean ofInput = bad.stream().anyMatch(input::contains);
        boolean ofElse = bad.stream().anyMatch(name -> !head.contains(name) && !input.contains(name));
        if (ofElse || !unexpected.isEmpty() || !(ofHead || ofInput)) {
            return "; give the weights of that network, with torchvision's names";
        }
        return "; to train with other " + (ofHead ? ofInput ? "classes and channels" : "classes" : "channels") + " set "
                + (ofHead ? "network.weights.head: fresh" : "")
                + (ofHead && ofInput ? " and " : "")
                + (ofInput ? "network.weights.input: mean" : "");
    }

    static List<Long> longs(List<Integer> shape) {
        return shape.stream().map(Integer::longValue).toList();
    }
}

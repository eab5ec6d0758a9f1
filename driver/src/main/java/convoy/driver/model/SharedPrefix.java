package convoy.driver.model;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Tensor;
import convoy.parameterserver.files.ModelFiles;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a wrapper has put before the names of all tensors of a model: {@code module.} of PyTorch's data parallelism, {@code
 * _orig_mod.} of its compiler, {@code model.} of many training programs, one within the other.
 */
final class SharedPrefix {
    private SharedPrefix() {}

    /** The tensors under the names that fit the network best: as they are, or without a prefix that all of them share. */
    static ModelFiles without(ModelFiles files, Network network) {
        String prefix = find(files, network);
        return prefix.isEmpty() ? files : files.withoutPrefix(prefix);
    }

    /** In one line what was taken away; empty if nothing is. */
    static Optional<String> notice(ModelFiles files, Network network) {
        String prefix = find(files, network);
        return prefix.isEmpty()
                ? Optional.empty()
                : Optional.of("all tensors of " + files.uri() + " begin with '" + prefix + "', which " + network.name()
                        + " does not know: they are taken without it");
    }

    private static String find(ModelFiles files, Network network) {
        List<String> names = files.names();
        Set<String> wanted = new HashSet<>();
        network.tensors().stream().map(Tensor::name).forEach(wanted::add);
        String best = "";
        long most = fitting(names, 0, wanted);
        for (String prefix = next(names, ""); !prefix.isEmpty(); prefix = next(names, prefix)) {
            long fitting = fitting(names, prefix.length(), wanted);
            if (fitting > most) {
                best = prefix;
                most = fitting;
            }
        }
        return best;
    }

    private static long fitting(List<String> names, int from, Set<String> wanted) {
        return names.stream()
                .filter(name -> wanted.contains(name.substring(from)))
                .count();
    }

    /** The prefix with one more part that all names share; empty if there is none. */
    private static String next(List<String> names, String prefix) {
        if (names.isEmpty()) {
            return "";
        }
        int dot = names.get(0).indexOf('.', prefix.length());
        String longer = dot < 0 ? "" : names.get(0).substring(0, dot + 1);
        return names.stream().allMatch(name -> name.startsWith(longer) && name.length() > longer.length())
                ? longer
                : "";
    }
}

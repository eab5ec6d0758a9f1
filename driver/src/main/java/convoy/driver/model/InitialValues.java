package convoy.driver.model;

import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Surgery;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.WeightsChoice;
import convoy.driver.configuration.WeightsChoice.HeadWeights;
import convoy.driver.configuration.WeightsChoice.InputWeights;
import convoy.driver.network.KeptNetwork;
import convoy.driver.network.RunNetwork;
import convoy.driver.network.SourceTensors;
import convoy.driver.resolved.ResolvedRun;
import convoy.parameterserver.files.ModelFiles;
import convoy.parameterserver.files.Safetensors;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What a run starts from: values drawn from its seed, or trained weights. Of the latter the run's directory keeps a copy, as
 * fitted to the network, so that the run needs the file it was given no more once it has begun; and of whatever is frozen, as
 * checkpoints hold what is trained alone.
 */
public final class InitialValues {
    /** File in a run's directory. */
    public static final String FILE = "initial.safetensors";

    /** In what that file says of itself: the SHA-256 of the weights that were read. */
    private static final String ANCESTOR = "convoy.ancestor";

    private InitialValues() {}

    /**
     * Puts into the run's directory what cannot be drawn again or is left out of checkpoints.
     *
     * @param hadoop settings of the file systems
     * @param directory of the run
     * @param resolved the run
     */
    public static void keep(Configuration hadoop, RunDirectory directory, ResolvedRun resolved) {
        if (isKept(resolved)) {
            float[] values = make(hadoop, resolved);
            Map<String, String> metadata = new TreeMap<>(Map.of("format", "pt"));
            resolved.configuration()
                    .network()
                    .startingWeights()
                    .ifPresent(weights -> metadata.put(ANCESTOR, StoredModel.sha256(hadoop, weights.from())));
            directory.writeWhole(
                    directory.path(FILE),
                    out -> Safetensors.write(
                            out, metadata, StoredModel.tensors(NetworkLayout.of(resolved.network()), values)));
        }
    }

    /**
     * {@return the SHA-256 of what was kept; empty if nothing is}
     *
     * @param directory of the run
     * @param resolved the run
     */
    public static Optional<String> sum(RunDirectory directory, ResolvedRun resolved) {
        return isKept(resolved) ? Optional.of(directory.sha256(directory.path(FILE))) : Optional.empty();
    }

    /**
     * {@return the SHA-256 of the weights that a run began with; empty if it began with drawn values, or does not say}
     *
     * @param hadoop settings of the file systems
     * @param directory of the run
     */
    public static Optional<String> ancestor(Configuration hadoop, RunDirectory directory) {
        Path file = directory.path(FILE);
        try {
            if (!directory.fileSystem().exists(file)) {
                return Optional.empty();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot look at " + file, failure);
        }
        return StoredModel.use(
                hadoop,
                Storage.uri(file),
                files -> Optional.ofNullable(files.metadata().get(ANCESTOR)));
    }

    private static boolean isKept(ResolvedRun resolved) {
        return resolved.configuration().network().startingWeights().isPresent() || resolved.leavesOut();
    }

    /**
     * {@return the flat vector of version 0; of a run that has {@link #keep kept} it, as kept}
     *
     * @param hadoop settings of the file systems
     * @param directory of the run
     * @param resolved the run
     */
    public static float[] read(Configuration hadoop, RunDirectory directory, ResolvedRun resolved) {
        if (!isKept(resolved)) {
            return make(hadoop, resolved);
        }
        return StoredModel.use(hadoop, Storage.uri(directory.path(FILE)), files -> {
            TensorFit.of(files, resolved.network()).requireAll();
            return StoredModel.values(files, NetworkLayout.of(resolved.network()));
        });
    }

    private static float[] make(Configuration hadoop, ResolvedRun resolved) {
        Network network = resolved.network();
        float[] drawn = network.initialize(resolved.configuration().eachSeed().initial());
        Optional<WeightsChoice> weights = resolved.configuration().network().startingWeights();
        if (weights.isEmpty()) {
            return drawn;
        }
        Differences differences = differences(hadoop, resolved);
        return StoredModel.use(
                hadoop,
                weights.get().from(),
                files -> fit(
                        renamed(
                                SharedPrefix.without(files, network),
                                weights.get().rename()),
                        network,
                        differences,
                        weights.get(),
                        drawn));
    }

    /** The tensors under the names that somebody gives them: whole ones, or their beginnings up to a dot. */
    static ModelFiles renamed(ModelFiles files, SortedMap<String, String> names) {
        names.keySet().stream()
                .filter(old -> files.names().stream().noneMatch(name -> isOrBegins(name, old)))
                .findFirst()
                .ifPresent(old -> {
                    throw new BadInputException("network.weights.rename." + old + ": " + files.uri()
                            + " has no tensor of that name or beginning: leave it out, or name one that it has");
                });
        if (names.isEmpty()) {
            return files;
        }
        return files.renamed(name -> names.keySet().stream()
                .filter(old -> isOrBegins(name, old))
                .max(Comparator.comparingInt(String::length))
                .map(old -> names.getOrDefault(old, old) + name.substring(old.length()))
                .orElse(name));
    }

    private static boolean isOrBegins(String name, String old) {
        return name.equals(old) || name.startsWith(old + ".");
    }

    /** What patterns name of a network and of a file: neither read nor wanted. */
    private static Set<String> freshByPattern(ModelFiles files, Network network, List<String> patterns) {
        List<String> names = new ArrayList<>(files.names());
        network.tensors().forEach(tensor -> names.add(tensor.name()));
        Set<String> fresh = new HashSet<>();
        for (String pattern : patterns) {
            Set<String> found = Surgery.matching(names, pattern);
            if (found.isEmpty()) {
                throw new BadInputException("network.weights.fresh = '" + pattern + "' names no tensor of "
                        + network.name() + ", nor of " + files.uri() + ": leave it out");
            }
            fresh.addAll(found);
        }
        return fresh;
    }

    /** What the weights may have otherwise; of a network that was kept that is known, whatever has become of its source. */
    private static Differences differences(Configuration hadoop, ResolvedRun resolved) {
        SourceTensors tensors = resolved.keptNetwork()
                .map(KeptNetwork::source)
                .orElseGet(() ->
                        RunNetwork.tensors(hadoop, resolved.configuration().network()));
        return new Differences(Set.copyOf(tensors.dense()), Set.copyOf(tensors.leftOut()));
    }

    /**
     * In what a file may differ from the network.
     *
     * @param dense names of convolutions' weights {@code [out, C, H, W]} that may be stored as a dense layer's, {@code [out, C H
     *     W]}, which are the same numbers in the same order
     * @param unread tensors that the network does without
     */
    record Differences(Set<String> dense, Set<String> unread) {
        static final Differences NONE = new Differences(Set.of(), Set.of());
    }

    /** Reads trained weights over drawn values. */
    static float[] fit(ModelFiles files, Network network, Differences differences, WeightsChoice choice, float[] values)
            throws IOException {
        Set<String> dense = differences.dense();
        Set<String> fresh = new HashSet<>(differences.unread());
        fresh.addAll(freshByPattern(files, network, choice.fresh()));
        if (isHeadFresh(files, network, choice.head())) {
            fresh.addAll(Surgery.headTensors(network));
        }
        Set<String> input = Surgery.inputTensors(network);
        if (choice.input() == InputWeights.FRESH) {
            fresh.addAll(input);
        }
        boolean mixed = choice.input() == InputWeights.MEAN || choice.input() == InputWeights.SUM;
        TensorFit.of(files, network)
                .without(fresh)
                .withOtherChannels(mixed ? input : Set.of())
                .withDense(dense)
                .orWithoutAuxiliaryHeads()
                .requireAll();
        ParameterLayout layout = NetworkLayout.of(network);
        for (Segment segment : layout.segments()) {
            Optional<List<Long>> found = files.shape(segment.name());
            if (fresh.contains(segment.name()) || found.isEmpty()) {
                continue;
            }
            List<Long> stored = found.get();
            if (dense.contains(segment.name()) || stored.equals(TensorFit.longs(segment.shape()))) {
                files.read(segment.name(), values, segment.begin());
            } else {
                float[] mixture = mix(files, segment, stored, choice.input());
                System.arraycopy(mixture, 0, values, segment.begin(), mixture.length);
            }
        }
        return values;
    }

    private static boolean isHeadFresh(ModelFiles files, Network network, HeadWeights head) {
        return switch (head) {
            case KEPT -> false;
            case FRESH -> true;
            case FITTING -> {
                Set<String> names = Surgery.headTensors(network);
                yield network.tensors().stream()
                        .filter(tensor -> names.contains(tensor.name()))
                        .anyMatch(tensor -> files.shape(tensor.name())
                                .filter(stored -> !stored.equals(TensorFit.longs(tensor.shape())))
                                .isPresent());
            }
        };
    }

    /** The filters [out, in, kH, kW] of a segment, made of stored ones with another number of channels. */
    private static float[] mix(ModelFiles files, Segment segment, List<Long> stored, InputWeights how)
            throws IOException {
        List<Integer> shape = stored.stream().map(Math::toIntExact).toList();
        float[] filters = new float[shape.stream().mapToInt(extent -> extent).reduce(1, Math::multiplyExact)];
        files.read(segment.name(), filters, 0);
        int channels = segment.shape().get(1);
        float[] means = Surgery.meanOverChannels(filters, shape, channels);
        if (how == InputWeights.SUM) {
            float factor = (float) shape.get(1) / channels;
            for (int i = 0; i < means.length; i++) {
                means[i] *= factor;
            }
        }
        return means;
    }
}

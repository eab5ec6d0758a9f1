package convoy.driver.resolved;

import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Surgery;
import convoy.architectures.tensor.Tensor;
import convoy.driver.configuration.FineTuning;
import convoy.driver.configuration.FineTuning.FrozenNorms;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.records.BadInputException;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.NetworkLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A stretch of a run in which the same tensors are trained. Servers hold those alone, and with them the running statistics that
 * change; what is frozen workers read once from the run's directory. A phase begins from the checkpoint that the one before it
 * ended with, as a run that was stopped does.
 *
 * @param begin first version
 * @param end last version, which is the first of the next phase
 * @param frozen what is not trained
 * @param layout of what the servers hold
 */
public record Phase(long begin, long end, Frozen frozen, ParameterLayout layout) {
    private static final long NEVER = Long.MAX_VALUE;

    /**
     * The phases of a run, in order and without a gap.
     *
     * @throws BadInputException if a pattern names nothing, or nothing is trained at the beginning
     */
    static List<Phase> of(Network network, FineTuning tuning, int epochs, long stepsPerEpoch) {
        Map<String, Long> since = since(network, tuning, epochs, stepsPerEpoch);
        Map<String, Double> rates = rates(network, tuning, since);
        List<Long> begins = new ArrayList<>(new TreeSet<>(since.values()));
        begins.remove(NEVER);
        if (begins.isEmpty() || begins.get(0) > 0) {
            throw new BadInputException("fine-tuning.freeze = " + tuning.freeze()
                    + " leaves nothing to train at epoch 0: unfreeze something there, the head for example");
        }
        List<Phase> phases = new ArrayList<>();
        for (int i = 0; i < begins.size(); i++) {
            long begin = begins.get(i);
            Set<String> frozen = new HashSet<>();
            since.forEach((name, version) -> {
                if (version > begin) {
                    frozen.add(name);
                }
            });
            Frozen part = new Frozen(frozen, tuning.frozenNorms() == FrozenNorms.INFERENCE);
            phases.add(new Phase(
                    begin,
                    i + 1 < begins.size() ? begins.get(i + 1) : epochs * stepsPerEpoch,
                    part,
                    tuned(NetworkLayout.of(network).without(part.unchanged(network)), since, rates)));
        }
        return List.copyOf(phases);
    }

    /** From which version on each parameter is trained. */
    private static Map<String, Long> since(Network network, FineTuning tuning, int epochs, long stepsPerEpoch) {
        Map<String, Long> since = new HashMap<>();
        for (Tensor tensor : network.parameters()) {
            since.put(tensor.name(), 0L);
        }
        Set<String> frozen = new HashSet<>();
        for (int i = 0; i < tuning.freeze().size(); i++) {
            frozen.addAll(Surgery.matching(network, tuning.freeze().get(i), "fine-tuning.freeze." + i));
        }
        frozen.forEach(name -> since.put(name, NEVER));
        for (int i = 0; i < tuning.unfreeze().size(); i++) {
            FineTuning.Unfreeze unfreeze = tuning.unfreeze().get(i);
            String key = "fine-tuning.unfreeze." + i;
            Set<String> named = new HashSet<>(Surgery.matching(network, unfreeze.tensors(), key + ".tensors"));
            named.retainAll(frozen);
            if (named.isEmpty()) {
                throw new BadInputException(key + ".tensors = '" + unfreeze.tensors()
                        + "' names only tensors that fine-tuning.freeze leaves alone: freeze them or leave this out");
            }
            if (unfreeze.epoch() >= epochs) {
                throw new BadInputException(key + ".epoch = " + unfreeze.epoch() + " >= epochs = " + epochs
                        + ": the run ends before; unfreeze earlier or leave this out");
            }
            named.forEach(name -> since.merge(name, unfreeze.epoch() * stepsPerEpoch, Math::min));
        }
        return since;
    }

    private static Map<String, Double> rates(Network network, FineTuning tuning, Map<String, Long> since) {
        Map<String, Double> rates = new HashMap<>();
        for (int i = 0; i < tuning.rates().size(); i++) {
            FineTuning.Rate rate = tuning.rates().get(i);
            String key = "fine-tuning.rates." + i + ".tensors";
            Set<String> named = Surgery.matching(network, rate.tensors(), key);
            if (named.stream().allMatch(name -> since.getOrDefault(name, 0L) == NEVER)) {
                throw new BadInputException(key + " = '" + rate.tensors()
                        + "' names only tensors that are never trained: unfreeze them or leave this out");
            }
            named.forEach(name -> rates.put(name, rate.factor()));
        }
        return rates;
    }

    private static ParameterLayout tuned(ParameterLayout layout, Map<String, Long> since, Map<String, Double> rates) {
        return new ParameterLayout(layout.segments().stream()
                .map(segment -> segment.with()
                        .rate(rates.getOrDefault(segment.name(), 1.0))
                        .since(since.getOrDefault(segment.name(), 0L))
                        .build())
                .toList());
    }

    /**
     * {@return names of all tensors that the servers do not hold}
     *
     * @param network of the run
     */
    public List<String> leftOut(Network network) {
        return frozen.unchanged(network).stream().sorted().toList();
    }
}

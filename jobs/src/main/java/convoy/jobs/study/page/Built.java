package convoy.jobs.study.page;

import convoy.architectures.graph.Network;
import convoy.driver.resolved.Determinants;
import convoy.driver.resolved.ResolvedRun;
import convoy.jobs.report.study.Variant;
import convoy.jobs.study.plan.Trial;
import convoy.records.CanonicalKeys;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * What one trial of a variant is made of.
 *
 * @param cost of its network
 * @param determinants everything that decides its bits, by key
 * @param validation fingerprint of the rows that it is scored on
 */
record Built(Variant.Cost cost, SortedMap<String, String> determinants, Optional<String> validation) {
    Built {
        determinants = Collections.unmodifiableSortedMap(new TreeMap<>(determinants));
    }

    /** Made out against the data, as it was when the trial was trained. */
    static Built of(Configuration hadoop, Trial trial) {
        ResolvedRun run = ResolvedRun.resolve(hadoop, trial.configuration());
        Network network = run.network();
        SortedMap<String, String> determinants = new TreeMap<>(CanonicalKeys.standards(Determinants.class));
        determinants.putAll(run.determinants(Optional.empty()));
        return new Built(
                new Variant.Cost(network.parameterCount(), network.multiplyAddsWithoutAuxiliary()),
                determinants,
                run.validation().map(data -> data.info().fingerprint()));
    }
}

package convoy.driver.configuration;

import convoy.records.Refusal;
import java.util.Optional;

/**
 * What is measured of a run beside what is always told.
 *
 * @param normsByLayer from one step to the next whose gradient and update are measured layer by layer; empty: none is
 */
public record MetricsPlan(Optional<Long> normsByLayer) {
    public MetricsPlan {
        if (normsByLayer.isPresent()) {
            Refusal.requireAtLeast(
                    "metrics.norms-by-layer",
                    normsByLayer.get(),
                    1,
                    "1 measures each step; leave it out to measure none");
        }
    }

    /** {@return what a run file need not say} */
    public static MetricsPlan defaults() {
        return new MetricsPlan(Optional.empty());
    }

    /** {@return how many steps lie between two that are measured; 0 if none is} */
    public long everySteps() {
        return normsByLayer.orElse(0L);
    }
}

package convoy.jobs.report.norms;

import convoy.driver.metrics.MetricsLine;
import java.util.List;

/**
 * One step that was measured.
 *
 * @param step updates applied, with it
 * @param epoch epochs done by then, with a fraction
 * @param layers those that were trained, in the order of the network
 */
public record MeasuredStep(long step, double epoch, List<MetricsLine.LayerNorm> layers) {
    public MeasuredStep {
        layers = List.copyOf(layers);
    }

    /** Convolutions and dense layers: what one counts when one says how deep a network is. */
    List<MetricsLine.LayerNorm> weighing() {
        return layers.stream()
                .filter(layer -> layer.kind() != MetricsLine.LayerKind.OTHER)
                .toList();
    }
}

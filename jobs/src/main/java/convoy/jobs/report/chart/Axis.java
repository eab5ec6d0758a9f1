package convoy.jobs.report.chart;

import java.util.stream.DoubleStream;

/**
 * What an axis is of.
 *
 * @param label with its unit: {@code loss (nats)}
 * @param kind how values lie along it
 */
public record Axis(String label, Kind kind) {
    /** How values lie along an axis. */
    public enum Kind {
        /** At equal distances, as far as the values go. */
        LINEAR,
        /** The same, with 0 in sight. */
        FROM_ZERO,
        /** At equal ratios: values of 0 and below are left out. */
        LOGARITHMIC
    }

    /**
     * {@return an axis of equal distances}
     *
     * @param label with its unit
     */
    public static Axis linear(String label) {
        return new Axis(label, Kind.LINEAR);
    }

    /**
     * {@return an axis of equal distances from 0}
     *
     * @param label with its unit
     */
    public static Axis fromZero(String label) {
        return new Axis(label, Kind.FROM_ZERO);
    }

    /**
     * {@return an axis of equal ratios}
     *
     * @param label with its unit
     */
    public static Axis logarithmic(String label) {
        return new Axis(label, Kind.LOGARITHMIC);
    }

    Scale over(DoubleStream values) {
        return switch (kind) {
            case LINEAR -> Scale.Linear.over(values, false);
            case FROM_ZERO -> Scale.Linear.over(values, true);
            case LOGARITHMIC -> Scale.Logarithmic.over(values);
        };
    }

    /** The same with some room beside the outermost values. */
    Scale roomy(DoubleStream values) {
        Scale scale = over(values);
        return scale instanceof Scale.Linear linear ? linear.padded(0.04) : scale;
    }

    boolean holds(double value) {
        return Double.isFinite(value) && (kind != Kind.LOGARITHMIC || value > 0);
    }
}

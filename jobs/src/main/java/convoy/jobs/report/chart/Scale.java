package convoy.jobs.report.chart;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Where values lie along an axis, and which of them are written beside it. */
sealed interface Scale {
    /** Where a value lies: 0 at the low end, 1 at the high one. */
    double at(double value);

    /** Its kind and ends, as {@code linear 0.0 20.0}: what the page's script knows of it. */
    String text();

    /** Round values within the scale, in their order, about so many. */
    List<Tick> ticks(int about);

    /**
     * A value that is written beside an axis.
     *
     * @param label as it is written
     */
    record Tick(double value, String label) {
        static Tick of(BigDecimal value) {
            return new Tick(value.doubleValue(), AxisNumbers.tick(value));
        }
    }

    /** Of equal distances. */
    record Linear(double low, double high) implements Scale {
        private static final double LARGEST = 1e300;

        /**
         * That holds all of these that are finite.
         *
         * @param fromZero whether 0 is shown in any case, as lengths ask for
         */
        static Linear over(DoubleStream values, boolean fromZero) {
            double[] finite = values.filter(Double::isFinite).toArray();
            double low = clamp(DoubleStream.of(finite).min().orElse(0));
            double high = clamp(DoubleStream.of(finite).max().orElse(1));
            if (fromZero) {
                low = Math.min(0, low);
                high = Math.max(0, high);
            }
            if (low == high) {
                double room = low == 0 ? 1 : Math.abs(low) * 0.1;
                low -= fromZero && low == 0 ? 0 : room;
                high += room;
            }
            return new Linear(low, high);
        }

        private static double clamp(double value) {
            return Math.max(-LARGEST, Math.min(LARGEST, value));
        }

        /** The same, wider by a share of its length at both ends, but not past 0. */
        Linear padded(double share) {
            double room = (high - low) * share;
            return new Linear(low >= 0 && low - room < 0 ? 0 : low == 0 ? 0 : low - room, high + room);
        }

        @Override
        public double at(double value) {
            return (value - low) / (high - low);
        }

        @Override
        public String text() {
            return "linear " + low + " " + high;
        }

        @Override
        public List<Tick> ticks(int about) {
            double rough = (high - low) / Math.max(1, about);
            int exponent = (int) Math.floor(StrictMath.log10(rough));
            double mantissa = rough / StrictMath.pow(10, exponent);
            int nice = mantissa <= 1.0000001 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10;
            BigDecimal step = BigDecimal.valueOf(nice).scaleByPowerOfTen(exponent);
            double width = step.doubleValue();
            List<Tick> ticks = new ArrayList<>();
            for (long i = (long) Math.ceil(low / width - 1e-9); i * width <= high + width * 1e-9; i++) {
                ticks.add(Tick.of(step.multiply(BigDecimal.valueOf(i))));
            }
            return ticks;
        }
    }

    /** Of equal ratios; all values are above 0. */
    record Logarithmic(double low, double high) implements Scale {
        /** That holds all of these that are finite and above 0. */
        static Logarithmic over(DoubleStream values) {
            double[] usable =
                    values.filter(value -> Double.isFinite(value) && value > 0).toArray();
            double low = DoubleStream.of(usable).min().orElse(1);
            double high = DoubleStream.of(usable).max().orElse(10);
            return low == high ? new Logarithmic(low / 2, high * 2) : new Logarithmic(low * 0.95, high * 1.05);
        }

        @Override
        public double at(double value) {
            return StrictMath.log(value / low) / StrictMath.log(high / low);
        }

        @Override
        public String text() {
            return "logarithmic " + low + " " + high;
        }

        @Override
        public List<Tick> ticks(int about) {
            int first = (int) Math.floor(StrictMath.log10(low));
            int last = (int) Math.ceil(StrictMath.log10(high));
            int decades = last - first;
            int every = Math.max(1, (int) Math.ceil(decades / (double) Math.max(1, about)));
            int[] within = decades * 3 <= about ? new int[] {1, 2, 5} : new int[] {1};
            List<Tick> ticks = new ArrayList<>();
            for (int exponent = first; exponent <= last; exponent += every) {
                for (int digit : within) {
                    BigDecimal value = BigDecimal.valueOf(digit).scaleByPowerOfTen(exponent);
                    if (value.doubleValue() >= low && value.doubleValue() <= high) {
                        ticks.add(Tick.of(value));
                    }
                }
            }
            // Within one decade the round numbers of equal distances tell more.
            return ticks.size() >= 2 ? ticks : new Linear(low, high).ticks(about);
        }
    }
}

package convoy.jobs.study.tuning;

import convoy.records.BadInputException;
import convoy.records.Place;
import convoy.records.Refusal;
import convoy.records.Value;
import convoy.records.annotation.Default;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one nuisance parameter may be. */
public sealed interface Dimension {
    /**
     * {@return the value for a coordinate in [0, 1)}
     *
     * @param coordinate in [0, 1)
     */
    Value at(double coordinate);

    /** {@return the values that a grid takes, in order} */
    List<Value> grid();

    /**
     * {@return whether a value is so near an end that a better one may lie beyond it}
     *
     * @param value of this dimension
     */
    boolean isEdge(Value value);

    /**
     * The values that are given, one by one.
     *
     * @param values in their order
     */
    record Values(List<Value> values) implements Dimension {
        public Values {
            values = List.copyOf(values);
            if (values.isEmpty()) {
                throw new BadInputException(
                        Refusal.of("values", "[]").because("has none").instead("give two values or more"));
            }
        }

        @Override
        public Value at(double coordinate) {
            return values.get((int) (coordinate * values.size()));
        }

        @Override
        public List<Value> grid() {
            return values;
        }

        /** Of numbers the least and the largest; what has no order has no edge. */
        @Override
        public boolean isEdge(Value value) {
            List<Double> numbers = new ArrayList<>();
            values.forEach(each -> number(each).ifPresent(numbers::add));
            Optional<Double> chosen = number(value);
            if (numbers.size() < values.size() || numbers.size() < 2 || chosen.isEmpty()) {
                return false;
            }
            return numbers.stream().allMatch(other -> other >= chosen.get())
                    || numbers.stream().allMatch(other -> other <= chosen.get());
        }
    }

    /**
     * Any number between two, all alike.
     *
     * @param from the least
     * @param to the largest
     * @param levels of a grid, both ends among them
     */
    record Uniform(double from, double to, @Default("3") int levels) implements Dimension {
        public Uniform {
            requireOrder(from, to);
            requireLevels(levels);
        }

        @Override
        public Value at(double coordinate) {
            return real(Scale.LINEAR, from, to, coordinate);
        }

        @Override
        public List<Value> grid() {
            return shares(levels).stream().map(this::at).toList();
        }

        @Override
        public boolean isEdge(Value value) {
            return isNearAnEnd(Scale.LINEAR, from, to, value);
        }
    }

    /**
     * Any number between two, each power of ten alike.
     *
     * @param from the least, above 0
     * @param to the largest
     * @param levels of a grid, both ends among them
     */
    record Log(double from, double to, @Default("3") int levels) implements Dimension {
        public Log {
            requireOrder(from, to);
            requirePositive(from);
            requireLevels(levels);
        }

        @Override
        public Value at(double coordinate) {
            return real(Scale.LOG, from, to, coordinate);
        }

        @Override
        public List<Value> grid() {
            return shares(levels).stream().map(this::at).toList();
        }

        @Override
        public boolean isEdge(Value value) {
            return isNearAnEnd(Scale.LOG, from, to, value);
        }
    }

    /**
     * Any whole number between two.
     *
     * @param from the least
     * @param to the largest
     * @param scale how they are spread
     * @param levels of a grid, both ends among them
     */
    record Whole(
            int from,
            int to,
            @Default("linear") Scale scale,
            @Default("3") int levels) implements Dimension {
        public Whole {
            requireOrder(from, to);
            if (scale == Scale.LOG) {
                requirePositive(from);
            }
            requireLevels(levels);
        }

        /** Each number has the stretch of half a number round it. */
        @Override
        public Value at(double coordinate) {
            double least = from - 0.5;
            double value = scale == Scale.LINEAR
                    ? Scale.LINEAR.at(least, to + 0.5, coordinate)
                    : Scale.LOG.at(least, to + 0.5, coordinate);
            return whole(value);
        }

        @Override
        public List<Value> grid() {
            return shares(levels).stream()
                    .map(share -> whole(scale.at(from, to, share)))
                    .distinct()
                    .toList();
        }

        private Value whole(double value) {
            long nearest = Math.max(from, Math.min(to, Math.round(value)));
            return Dimension.number(Long.toString(nearest));
        }

        @Override
        public boolean isEdge(Value value) {
            return from < to
                    && number(value).filter(is -> is <= from || is >= to).isPresent();
        }
    }

    /** The share of a dimension, at either end, that counts as its edge. */
    double EDGE = 0.05;

    /** A point need not be known better than that, and can so be read. */
    MathContext DIGITS = new MathContext(4);

    private static Value real(Scale scale, double from, double to, double coordinate) {
        double rounded =
                new BigDecimal(scale.at(from, to, coordinate)).round(DIGITS).doubleValue();
        return number(Double.toString(Math.max(from, Math.min(to, rounded))));
    }

    private static boolean isNearAnEnd(Scale scale, double from, double to, Value value) {
        return from < to
                && number(value)
                        .map(is -> scale.share(from, to, is))
                        .filter(share -> share < EDGE || share > 1 - EDGE)
                        .isPresent();
    }

    private static List<Double> shares(int levels) {
        List<Double> shares = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            shares.add(levels == 1 ? 0.5 : (double) level / (levels - 1));
        }
        return shares;
    }

    private static Value number(String text) {
        return new Value.Scalar(text, Value.Scalar.Kind.NUMBER, new Place("tuning", 0));
    }

    /** YAML reads {@code 1e-4} as a text, and a run file as a number. */
    private static Optional<Double> number(Value value) {
        return value instanceof Value.Scalar scalar
                        && scalar.text().matches("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
                ? Optional.of(Double.parseDouble(scalar.text()))
                : Optional.empty();
    }

    private static void requireOrder(double from, double to) {
        if (from > to) {
            throw new BadInputException(Refusal.of("from", text(from))
                    .because("> to = " + text(to), "to")
                    .instead("give the smaller number first"));
        }
    }

    private static void requirePositive(double from) {
        if (from <= 0) {
            throw new BadInputException(Refusal.of("from", text(from))
                    .because("<= 0")
                    .instead("a logarithmic scale begins above 0, as 1e-5"));
        }
    }

    private static void requireLevels(int levels) {
        Refusal.requireAtLeast("levels", levels, 1, "a grid has one value or more");
    }

    private static String text(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }
}

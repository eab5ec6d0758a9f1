package convoy.architectures.families;

import convoy.records.BadInputException;
import convoy.records.text.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How much wider and deeper than the catalogue's a network of a family is to be.
 *
 * @param width factor of the channels, which are then rounded to multiples of 8
 * @param depth factor of the blocks of each stage, rounded up
 * @param phi in place of both: the exponent of EfficientNet's compound scaling
 */
public record Scale(double width, double depth, Optional<Double> phi) {
    private static final String WIDTH = "width";
    private static final String DEPTH = "depth";
    private static final String PHI = "phi";
    private static final List<String> KEYS = List.of(WIDTH, DEPTH, PHI);

    private static final double LEAST = 0.05;
    private static final double MOST = 16;
    private static final double LEAST_PHI = -5;
    private static final double MOST_PHI = 10;

    public Scale {
        require(WIDTH, width, LEAST, MOST);
        require(DEPTH, depth, LEAST, MOST);
        phi.ifPresent(given -> require(PHI, given, LEAST_PHI, MOST_PHI));
    }

    private static void require(String key, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new BadInputException(
                    "network.parameters." + key + " = " + value + ", must lie in [" + least + ", " + most + "]");
        }
    }

    /**
     * {@return what a run file asks for}
     *
     * @param parameters by their names, as written
     * @throws BadInputException if one of them is not known, or no number, or out of its range, or phi is given beside another
     */
    public static Scale of(Map<String, String> parameters) {
        parameters.keySet().stream()
                .filter(key -> !KEYS.contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new BadInputException("network.parameters." + key + " is none of a network of the catalogue"
                            + Names.nearest(key, KEYS)
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse(", which has " + String.join(", ", KEYS)));
                });
        if (parameters.containsKey(PHI) && parameters.size() > 1) {
            throw new BadInputException("network.parameters.phi = " + parameters.get(PHI)
                    + ", and width or depth is given too, which follow from it: leave one of them out");
        }
        return new Scale(
                number(parameters, WIDTH).orElse(1.0), number(parameters, DEPTH).orElse(1.0), number(parameters, PHI));
    }

    private static Optional<Double> number(Map<String, String> parameters, String key) {
        return Optional.ofNullable(parameters.get(key)).map(text -> {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException noNumber) {
                throw new BadInputException("network.parameters." + key + " = " + text + " is no number", noNumber);
            }
        });
    }

    /**
     * {@return the same, of a family that has no compound scaling}
     *
     * @param network that is scaled
     * @throws BadInputException if phi is given
     */
    public Scale withoutPhi(String network) {
        if (phi.isPresent()) {
            throw new BadInputException("network.parameters.phi = " + phi.get() + ", and " + network
                    + " is of a family without compound scaling: give width and depth");
        }
        return this;
    }

    /**
     * {@return so many channels}
     *
     * @param base at width 1
     */
    public int channels(int base) {
        return width == 1 ? base : multipleOf8(base * width);
    }

    /**
     * {@return so many blocks}
     *
     * @param base at depth 1
     */
    public int blocks(int base) {
        return (int) Math.ceil(base * depth);
    }

    /** {@return the network as the catalogue has it} */
    public static Scale none() {
        return new Scale(1, 1, Optional.empty());
    }

    /**
     * {@return what a network of that scale is called}
     *
     * @param network its name in the catalogue
     */
    public String named(String network) {
        Function<Double, String> text =
                value -> value == Math.rint(value) ? Long.toString(Math.round(value)) : value.toString();
        return network
                + phi.map(value -> "-phi" + text.apply(value)).orElse("")
                + (width == 1 ? "" : "-width" + text.apply(width))
                + (depth == 1 ? "" : "-depth" + text.apply(depth));
    }

    /**
     * {@return the multiple of 8 nearest to a width, at least 8, and the next one where that would take away more than a tenth: the
     * rounding of MobileNet, MNASNet and EfficientNet}
     *
     * @param width in channels
     */
    public static int multipleOf8(double width) {
        int rounded = Math.max(8, (int) (width + 4) / 8 * 8);
        return rounded < 0.9 * width ? rounded + 8 : rounded;
    }
}

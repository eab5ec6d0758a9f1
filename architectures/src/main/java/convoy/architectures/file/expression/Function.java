package convoy.architectures.file.expression;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.Names;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The functions that an expression may call, each by its name in small letters. */
enum Function {
    MIN(1, 64),
    MAX(1, 64),
    FLOOR(1, 1),
    CEIL(1, 1),
    /** A half goes up. */
    ROUND(1, 1),
    SQRT(1, 1),
    POW(2, 2),
    /** The multiple of the second that is nearest to the first, at least one; a half goes up. */
    ROUND_TO_MULTIPLE(2, 2),
    /** The same, or the next one above if that loses more than a tenth: what MobileNets do with their widths. */
    MAKE_DIVISIBLE(2, 2);

    private final int least;
    private final int most;

    Function(int least, int most) {
        this.least = least;
        this.most = most;
    }

    private double of(double first, double second, List<Double> all) {
        return switch (this) {
            case MIN -> Collections.min(all);
            case MAX -> Collections.max(all);
            case FLOOR -> Math.floor(first);
            case CEIL -> Math.ceil(first);
            case ROUND -> Math.floor(first + 0.5);
            case SQRT -> Math.sqrt(first);
            case POW -> Math.pow(first, second);
            case ROUND_TO_MULTIPLE -> nearestMultiple(first, second);
            case MAKE_DIVISIBLE -> {
                double nearest = nearestMultiple(first, second);
                yield nearest < 0.9 * first ? nearest + second : nearest;
            }
        };
    }

    private static double nearestMultiple(double number, double of) {
        if (!(of > 0)) {
            throw new BadInputException("a multiple of " + of + " is asked for, it must be above 0");
        }
        return Math.max(of, Math.floor(number / of + 0.5) * of);
    }

    /** The one of a name. */
    static Function called(String name) {
        return Arrays.stream(values())
                .filter(function -> function.title().equals(name))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> known =
                            Arrays.stream(values()).map(Function::title).toList();
                    return new BadInputException("there is no function " + name
                            + Names.nearest(name, known)
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse("; there are if, len, " + String.join(", ", known)));
                });
    }

    private String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    Datum of(List<Datum> arguments) {
        List<Double> numbers = arguments.stream()
                .flatMap(
                        argument -> argument instanceof Datum.Items list ? list.values().stream() : Stream.of(argument))
                .map(Datum::number)
                .toList();
        if (numbers.size() < least || numbers.size() > most) {
            throw new BadInputException(title() + " gets " + Counts.plain(numbers.size(), "number") + "; it takes "
                    + (least == most ? Integer.toString(least) : least + " to " + most));
        }
        return new Datum.Amount(of(numbers.get(0), numbers.get(numbers.size() - 1), numbers));
    }
}

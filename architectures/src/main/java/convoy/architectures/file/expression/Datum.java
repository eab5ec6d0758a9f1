package convoy.architectures.file.expression;

import convoy.records.BadInputException;
import java.util.List;
import java.util.stream.Collectors;

/** What an expression can be: a number, a word, true or false, or a list of these. */
public sealed interface Datum {
    /** Which of them it is. */
    enum Kind {
        /** A finite number. */
        NUMBER("a number"),
        /** A word. */
        WORD("a word"),
        /** True or false. */
        FLAG("true or false"),
        /** A list of any of these. */
        LIST("a list");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        /** {@return what a message calls one of this kind} */
        public String title() {
            return title;
        }
    }

    /** {@return which of them it is} */
    Kind kind();

    /** {@return it as a file has it} */
    String text();

    /**
     * {@return the number that it is}
     *
     * @throws BadInputException if it is none
     */
    default double number() {
        throw new BadInputException(text() + " is " + kind().title() + " where a number is wanted");
    }

    /**
     * {@return whether it is true}
     *
     * @throws BadInputException if it is neither true nor false
     */
    default boolean truth() {
        throw new BadInputException(text() + " is " + kind().title() + " where true or false is wanted");
    }

    /**
     * {@return its elements}
     *
     * @throws BadInputException if it is no list
     */
    default List<Datum> items() {
        throw new BadInputException(text() + " is " + kind().title() + " where a list is wanted");
    }

    /**
     * {@return the whole number that it is}
     *
     * @throws BadInputException if it is none, or too large to be counted to
     */
    default int whole() {
        double number = number();
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw new BadInputException(text() + " is not a whole number of a size that can be counted to");
        }
        return (int) number;
    }

    /**
     * A number.
     *
     * @param value finite
     */
    record Amount(double value) implements Datum {
        /** Up to here every whole number is one of its own. */
        private static final double EXACT = 1L << 53;

        public Amount {
            if (!Double.isFinite(value)) {
                throw new BadInputException("the result is no finite number");
            }
        }

        @Override
        public Kind kind() {
            return Kind.NUMBER;
        }

        @Override
        public String text() {
            return value == Math.rint(value) && Math.abs(value) <= EXACT
                    ? Long.toString((long) value)
                    : Double.toString(value);
        }

        @Override
        public double number() {
            return value;
        }
    }

    /**
     * A word.
     *
     * @param value without quotes
     */
    record Word(String value) implements Datum {
        @Override
        public Kind kind() {
            return Kind.WORD;
        }

        @Override
        public String text() {
            return value;
        }
    }

    /**
     * True or false.
     *
     * @param value which
     */
    record Truth(boolean value) implements Datum {
        @Override
        public Kind kind() {
            return Kind.FLAG;
        }

        @Override
        public String text() {
            return Boolean.toString(value);
        }

        @Override
        public boolean truth() {
            return value;
        }
    }

    /**
     * A list.
     *
     * @param values in their order
     */
    record Items(List<Datum> values) implements Datum {
        public Items {
            values = List.copyOf(values);
        }

        @Override
        public Kind kind() {
            return Kind.LIST;
        }

        @Override
        public String text() {
            return values.stream().limit(20).map(Datum::text).collect(Collectors.joining(", ", "[", "]"));
        }

        @Override
        public List<Datum> items() {
            return values;
        }
    }
}

package convoy.architectures.file.expression;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.Names;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * An expression of a network file.
 *
 * <table>
 * <caption>From what binds loosest</caption>
 * <tr><td>{@code or}, {@code and}, {@code not}</td><td>of true and false; the right side only where it decides</td></tr>
 * <tr><td>{@code == != < <= > >=}</td><td>of two numbers; the first two of any two values</td></tr>
 * <tr><td>{@code + -}, {@code * / // %}</td><td>of numbers; {@code //} rounds down, {@code %} is what it leaves</td></tr>
 * <tr><td>{@code -x}, {@code list[i]}</td><td>the sign; the element, counted from 0</td></tr>
 * <tr><td>{@code f(a, b)}</td><td>min, max, floor, ceil, round, sqrt, pow, round_to_multiple, make_divisible; {@code len(list)};
 *     {@code if(condition, then, else)}</td></tr>
 * <tr><td>{@code 1.5}, {@code 'word'}, {@code true}, {@code [1, 2]}, {@code name}</td><td>what it says; a parameter, argument or loop
 *     index</td></tr>
 * </table>
 */
public sealed interface Expression {
    /**
     * {@return what the expression is}
     *
     * @param values of the names that it may have
     * @throws BadInputException if it is nothing, in a clause
     */
    Datum of(Map<String, Datum> values);

    /**
     * {@return the expression of a text}
     *
     * @param text as a file has it, without the sign that begins an expression
     * @throws BadInputException if it is none
     */
    static Expression parse(String text) {
        return new ExpressionParser(text).whole();
    }

    /**
     * What it says.
     *
     * @param value always
     */
    record Literal(Datum value) implements Expression {
        @Override
        public Datum of(Map<String, Datum> values) {
            return value;
        }
    }

    /**
     * A parameter, an argument or a loop index.
     *
     * @param name of it
     */
    record Named(String name) implements Expression {
        @Override
        public Datum of(Map<String, Datum> values) {
            Datum value = values.get(name);
            if (value == null) {
                throw new BadInputException("nothing is called " + name
                        + Names.nearest(name, values.keySet())
                                .map(near -> "; did you mean " + near + "?")
                                .orElse("; there are " + String.join(", ", values.keySet())));
            }
            return value;
        }
    }

    /**
     * A list.
     *
     * @param items of it
     */
    record ListOf(List<Expression> items) implements Expression {
        public ListOf {
            items = List.copyOf(items);
        }

        @Override
        public Datum of(Map<String, Datum> values) {
            return new Datum.Items(items.stream().map(item -> item.of(values)).toList());
        }
    }

    /**
     * An element of a list.
     *
     * @param list of which
     * @param index from 0
     */
    record ElementOf(Expression list, Expression index) implements Expression {
        @Override
        public Datum of(Map<String, Datum> values) {
            List<Datum> items = list.of(values).items();
            int at = index.of(values).whole();
            if (at < 0 || at >= items.size()) {
                throw new BadInputException("element " + at + " is asked for of a list of "
                        + Counts.plain(items.size(), "element") + "; they are counted from 0");
            }
            return items.get(at);
        }
    }

    /**
     * Two numbers made one.
     *
     * @param left of the sign
     * @param formula of both
     * @param right of the sign
     */
    record Arithmetic(Expression left, DoubleBinaryOperator formula, Expression right) implements Expression {
        @Override
        public Datum of(Map<String, Datum> values) {
            return new Datum.Amount(formula.applyAsDouble(
                    left.of(values).number(), right.of(values).number()));
        }
    }

    /** Which of two numbers is the larger. */
    @FunctionalInterface
    interface Relation {
        /**
         * {@return whether it holds}
         *
         * @param order below 0 if the left is the smaller, 0 if they are equal, above 0 if it is the larger
         */
        boolean holds(int order);
    }

    /**
     * Two numbers compared.
     *
     * @param left of the sign
     * @param relation that may hold
     * @param right of the sign
     */
    record Comparison(Expression left, Relation relation, Expression right) implements Expression {
        @Override
        public Datum of(Map<String, Datum> values) {
            return new Datum.Truth(relation.holds(
                    Double.compare(left.of(values).number(), right.of(values).number())));
        }
    }

    /**
     * Whether two values are the same.
     *
     * @param left of the sign
     * @param right of the sign
     */
    record Equality(Expression left, Expression right) implements Expression {
        @Override
        public Datum of(Map<String, Datum> values) {
            return new Datum.Truth(left.of(values).equals(right.of(values)));
        }
    }

    /**
     * The opposite.
     *
     * @param of what
     */
    record Not(Expression of) implements Expression {
        @Override
        public Datum of(Map<String, Datum> values) {
            return new Datum.Truth(!of.of(values).truth());
        }
    }

    /**
     * One of two, of which the other is not looked at.
     *
     * @param condition true for the first
     * @param then the first
     * @param otherwise the second
     */
    record Choice(Expression condition, Expression then, Expression otherwise) implements Expression {
        @Override
        public Datum of(Map<String, Datum> values) {
            return condition.of(values).truth() ? then.of(values) : otherwise.of(values);
        }
    }

    /**
     * How many elements a list has.
     *
     * @param list of which
     */
    record Length(Expression list) implements Expression {
        @Override
        public Datum of(Map<String, Datum> values) {
            return new Datum.Amount(list.of(values).items().size());
        }
    }

    /**
     * A function of numbers.
     *
     * @param function by its name
     * @param arguments numbers, or lists of them
     */
    record Call(String function, List<Expression> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
            Function.called(function);
        }

        @Override
        public Datum of(Map<String, Datum> values) {
            return Function.called(function)
                    .of(arguments.stream().map(argument -> argument.of(values)).toList());
        }
    }
}

package convoy.architectures.file;

import convoy.architectures.file.expression.Datum;
import convoy.architectures.file.expression.Expression;
import convoy.records.BadInputException;
import convoy.records.Place;
import convoy.records.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the names mean where a layer stands: those of layers, and those of values.
 *
 * @param layers by their names
 * @param values parameters, arguments and loop indices
 */
record Scope(LayerNames layers, Map<String, Datum> values) {
    private static final String SIGN = "=";
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?([0-9][0-9_]*\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?");
    private static final Pattern HOLE = Pattern.compile("\\{([^{}]*)}");

    Scope {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The same with one more value, or another for a name. */
    Scope with(String name, Datum value) {
        Map<String, Datum> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Scope(layers, more);
    }

    Scope in(LayerNames inner) {
        return new Scope(inner, values);
    }

    /** What a value of the file is here. */
    Datum datum(Value value) {
        if (value instanceof Value.Sequence list) {
            List<Datum> items = new ArrayList<>();
            list.values().forEach(item -> items.add(datum(item)));
            return new Datum.Items(items);
        }
        if (!(value instanceof Value.Scalar scalar)) {
            throw new BadInputException("is " + value.form() + ", but must be a number, a word, true, false or a list");
        }
        if (isExpression(scalar)) {
            return Expression.parse(scalar.text().substring(SIGN.length())).of(values);
        }
        return literal(scalar);
    }

    /** What looks like a number is one, whichever of them YAML takes for text. */
    private static Datum literal(Value.Scalar scalar) {
        if (scalar.kind() == Value.Scalar.Kind.FLAG) {
            return new Datum.Truth(Boolean.parseBoolean(scalar.text()));
        }
        return NUMBER.matcher(scalar.text()).matches()
                ? new Datum.Amount(Double.parseDouble(scalar.text().replace("_", "")))
                : new Datum.Word(scalar.text());
    }

    private static boolean isExpression(Value.Scalar scalar) {
        return scalar.kind() == Value.Scalar.Kind.TEXT && scalar.text().startsWith(SIGN);
    }

    /** The same value with what its expressions come to. */
    Value computed(Value value) {
        if (value instanceof Value.Sequence list) {
            return new Value.Sequence(list.values().stream().map(this::computed).toList(), list.place());
        }
        return value instanceof Value.Scalar scalar && isExpression(scalar)
                ? value(datum(scalar), scalar.place())
                : value;
    }

    private static Value value(Datum datum, Place place) {
        if (datum instanceof Datum.Items list) {
            return new Value.Sequence(
                    list.values().stream().map(item -> value(item, place)).toList(), place);
        }
        return new Value.Scalar(datum.text(), Value.Scalar.Kind.TEXT, place);
    }

    /** A name, with what stands in braces computed: {@code layer{i + 1}}. */
    String name(Value value) {
        if (!(value instanceof Value.Scalar scalar)) {
            throw new BadInputException("is " + value.form() + ", but must be a name");
        }
        if (isExpression(scalar)) {
            return datum(scalar).text();
        }
        Matcher holes = HOLE.matcher(scalar.text());
        return holes.replaceAll(hole -> Matcher.quoteReplacement(
                Expression.parse(hole.group(1)).of(values).text()));
    }
}

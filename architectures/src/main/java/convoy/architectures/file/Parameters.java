package convoy.architectures.file;

import convoy.architectures.file.FileText.ParameterText;
import convoy.architectures.file.expression.Datum;
import convoy.architectures.file.expression.Expression;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.text.Names;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** The parameters of a network file: what each may be, and what it is. */
final class Parameters {
    private static final Codec<ParameterText> CODEC = Codec.of(ParameterText.class);
    private static final String CLASSES = "classes";
    private static final Set<String> TAKEN = Set.of(
            CLASSES, "input_channels", "input_height", "input_width", "true", "false", "and", "or", "not", "if", "len");

    private final Map<String, Value> written;
    private final Problems problems;

    Parameters(Map<String, Value> written, Problems problems) {
        this.written = written;
        this.problems = problems;
    }

    /** What all expressions may compute with: the data's figures and the parameters. */
    Map<String, Datum> values(SortedMap<String, String> given, Image image, int classes) {
        Map<String, Datum> values = new LinkedHashMap<>();
        values.put(CLASSES, new Datum.Amount(classes));
        values.put("input_channels", new Datum.Amount(image.channels()));
        values.put("input_height", new Datum.Amount(image.height()));
        values.put("input_width", new Datum.Amount(image.width()));
        Scope outside = new Scope(LayerNames.ofNetwork(), values);
        written.forEach((name, value) -> {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,60}") || TAKEN.contains(name)) {
                problems.add(
                        value.place(),
                        "parameters." + name + " cannot be a parameter's name: take letters, digits and _,"
                                + " and none of "
                                + String.join(", ", TAKEN.stream().sorted().toList()));
                return;
            }
            text(name, value)
                    .flatMap(text -> value(name, text, value.place(), given, outside))
                    .ifPresent(datum -> values.put(name, datum));
        });
        given.keySet().stream()
                .filter(name -> !written.containsKey(name))
                .forEach(name -> problems.add(
                        new Place("network.parameters", 0),
                        name + " is no parameter of this file"
                                + Names.nearest(name, written.keySet())
                                        .map(near -> "; did you mean " + near + "?")
                                        .orElse(
                                                written.isEmpty()
                                                        ? ", which has none"
                                                        : "; it has " + String.join(", ", written.keySet()))));
        return values;
    }

    private Optional<ParameterText> text(String name, Value value) {
        if (value instanceof Value.Mapping) {
            return CODEC.readPart("parameters." + name, value, problems);
        }
        return Optional.of(new ParameterText(
                value, Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty()));
    }

    private Optional<Datum> value(
            String name, ParameterText text, Place place, SortedMap<String, String> given, Scope outside) {
        String key = "parameters." + name;
        try {
            Datum standard = outside.datum(text.standard());
            ParameterText.Type type = text.type().orElseGet(() -> ParameterText.Type.of(standard));
            require(key, standard, type, text);
            if (!given.containsKey(name)) {
                return Optional.of(standard);
            }
            Datum value = read(key, given.getOrDefault(name, ""), type);
            require(key, value, type, text);
            return Optional.of(value);
        } catch (BadInputException refused) {
            String clause = String.valueOf(refused.getMessage());
            problems.add(place, clause.startsWith(key) ? clause : key + " " + clause);
            return Optional.empty();
        }
    }

    private static Datum read(String key, String given, ParameterText.Type type) {
        String text = given.strip();
        return switch (type) {
            case WORD -> new Datum.Word(text);
            case FLAG -> {
                if (!text.equals("true") && !text.equals("false")) {
                    throw new BadInputException(key + " = " + text + " is not true or false");
                }
                yield new Datum.Truth(Boolean.parseBoolean(text));
            }
            case NUMBER, WHOLE, LIST -> {
                try {
                    yield Expression.parse(text).of(Map.of());
                } catch (BadInputException none) {
                    throw new BadInputException(key + " = " + text + " is not " + type.title(), none);
                }
            }
        };
    }

    private static void require(String key, Datum value, ParameterText.Type type, ParameterText text) {
        String said = key + " = " + value.text();
        if (!type.has(value)) {
            throw new BadInputException(said + " is not " + type.title());
        }
        if (value.kind() == Datum.Kind.NUMBER) {
            text.min().filter(least -> value.number() < least).ifPresent(least -> {
                throw new BadInputException(said + ", must be at least " + new Datum.Amount(least).text());
            });
            text.max().filter(most -> value.number() > most).ifPresent(most -> {
                throw new BadInputException(said + ", must be at most " + new Datum.Amount(most).text());
            });
        }
        if (!text.oneOf().isEmpty() && !text.oneOf().contains(value.text())) {
            throw new BadInputException(said + " is not one of " + String.join(", ", text.oneOf()));
        }
    }
}

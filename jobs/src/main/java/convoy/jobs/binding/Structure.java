package convoy.jobs.binding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import convoy.architectures.BadInputException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A record: a mapping whose keys are the names of the components in kebab-case. A record with a {@code static R
 * parse(String)} may be given as text instead.
 */
record Structure(Class<? extends Record> type) implements Schema {
    /**
     * How a record's constructor begins its message: perhaps with its own name and a colon, or with the keys that lead to
     * it, then with the component that it refuses.
     */
    private static final Pattern REFUSED =
            Pattern.compile("(?:([a-z][a-z0-9-]*): )?(?:[a-z][a-zA-Z0-9-]*\\.)*([a-z][a-zA-Z0-9-]*)(?= )");

    /** The components by their names in a run file, in the record's order. */
    Map<String, RecordComponent> components() {
        Map<String, RecordComponent> components = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(Names.kebab(component.getName()), component);
        }
        return components;
    }

    @Override
    public String describe() {
        return (parse().isPresent() ? "text, or " : "") + "a mapping with "
                + String.join(", ", components().keySet());
    }

    @Override
    public Optional<Object> standard() {
        return Records.defaults(type);
    }

    @Override
    public Optional<Object> bind(Given given) {
        Optional<Method> parse = parse();
        if (parse.isPresent() && given.value() instanceof Value.Scalar scalar) {
            return make(() -> Records.call(parse.get(), scalar.text()), Map.of(), given);
        }
        if (given.value() instanceof Value.Mapping mapping) {
            return bind(mapping.entries(), given);
        }
        if (given.value() instanceof Value.Nothing && given.path().isEmpty()) {
            return bind(Map.of(), given);
        }
        given.wrongType(this);
        return Optional.empty();
    }

    /** Goes on after a problem, so that all are found; the record is made only when all its components are. */
    private Optional<Object> bind(Map<String, Value.Entry> entries, Given given) {
        Map<String, RecordComponent> components = components();
        int before = given.problems().count();
        entries.forEach((key, entry) -> {
            if (!components.containsKey(key)) {
                given.problems().add(entry.key(), given.pathBelow(key) + " is no key here" + remedy(key, components));
            }
        });
        Optional<Object> defaults = given.standard().or(this::standard);
        List<Object> values = new ArrayList<>();
        components.forEach((key, component) -> {
            Schema schema = Schema.of(component.getGenericType());
            Optional<Object> standard = defaults.map(record -> Records.component(component, record));
            Value.Entry entry = entries.get(key);
            if (entry != null) {
                schema.bind(given.below(key, entry.value(), standard)).ifPresent(values::add);
                return;
            }
            standard.or(schema::standard)
                    .ifPresentOrElse(
                            values::add,
                            () -> given.problem(given.pathBelow(key) + " is missing; give " + schema.describe()));
        });
        if (given.problems().count() > before) {
            return Optional.empty();
        }
        return make(() -> Records.construct(type, values.toArray()), entries, given);
    }

    /** Runs a constructor; what it refuses is a problem at the key that it names, or else of the whole mapping. */
    private Optional<Object> make(Supplier<Object> constructor, Map<String, Value.Entry> entries, Given given) {
        try {
            return Optional.of(constructor.get());
        } catch (BadInputException | IllegalArgumentException refused) {
            String message = String.valueOf(refused.getMessage());
            Matcher subject = REFUSED.matcher(message);
            String key = subject.lookingAt() && isSelf(Optional.ofNullable(subject.group(1)))
                    ? Names.kebab(subject.group(2))
                    : "";
            if (components().containsKey(key)) {
                Place place = entries.containsKey(key)
                        ? entries.get(key).value().place()
                        : given.value().place();
                given.problems().add(place, given.pathBelow(key) + message.substring(subject.end()));
            } else if (!key.isEmpty() && ("." + given.path()).endsWith("." + key)) {
                given.problem(given.path() + message.substring(subject.end()));
            } else {
                given.problem(given.path().isEmpty() ? message : given.path() + ": " + message);
            }
            return Optional.empty();
        }
    }

    private boolean isSelf(Optional<String> name) {
        return name.isEmpty() || name.get().equals(Names.kebab(type.getSimpleName()));
    }

    @Override
    public JsonNode write(Object value) {
        Optional<Method> parse = parse();
        if (parse.isPresent() && isReadBackFromText(parse.get(), value)) {
            return NODES.textNode(value.toString());
        }
        return writeComponents(value);
    }

    ObjectNode writeComponents(Object value) {
        ObjectNode object = NODES.objectNode();
        components()
                .forEach((key, component) -> object.set(
                        key, Schema.of(component.getGenericType()).write(Records.component(component, value))));
        return object;
    }

    private static boolean isReadBackFromText(Method parse, Object value) {
        try {
            return Records.call(parse, value.toString()).equals(value);
        } catch (BadInputException | IllegalArgumentException notItsText) {
            return false;
        }
    }

    private Optional<Method> parse() {
        return Records.factory(type, "parse", String.class);
    }

    private static String remedy(String key, Map<String, RecordComponent> components) {
        String guess = Given.didYouMean(key, components);
        if (!guess.isEmpty()) {
            return guess;
        }
        return "; the keys here are " + (components.isEmpty() ? "none" : String.join(", ", components.keySet()));
    }
}

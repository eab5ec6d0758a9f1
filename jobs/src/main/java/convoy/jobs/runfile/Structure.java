package convoy.jobs.runfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import convoy.architectures.refusal.BadInputException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
            return parse(parse.get(), scalar.text(), given);
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

    private Optional<Object> parse(Method parse, String text, Given given) {
        return reported(given, () -> Records.call(parse, text));
    }

    /** What is made, or nothing if it is refused, which is then reported. */
    private Optional<Object> reported(Given given, Supplier<Object> making) {
        try {
            return Optional.of(making.get());
        } catch (BadInputException | IllegalArgumentException refused) {
            report(String.valueOf(refused.getMessage()), Map.of(), given);
            return Optional.empty();
        }
    }

    /** Whether the record is a list and nothing else. */
    boolean isList() {
        return type.getRecordComponents().length == 1
                && Schema.of(type.getRecordComponents()[0].getGenericType()) instanceof Schema.Sequence;
    }

    /** Makes such a record from the list alone. */
    Optional<Object> bindList(Given given) {
        return Schema.of(type.getRecordComponents()[0].getGenericType())
                .bind(given)
                .flatMap(list -> reported(given, () -> Records.construct(type, new Object[] {list})));
    }

    /** What {@link #bindList} reads. */
    JsonNode writeList(Object value) {
        RecordComponent component = type.getRecordComponents()[0];
        return Schema.of(component.getGenericType()).write(Records.component(component, value));
    }

    private Optional<Object> bind(Map<String, Value.Entry> entries, Given given) {
        Map<String, RecordComponent> components = components();
        int before = given.problems().count();
        entries.forEach((key, entry) -> {
            if (!components.containsKey(key)) {
                given.problems().add(entry.key(), given.pathBelow(key) + " is no key here" + remedy(key, components));
            }
        });
        Optional<Object> defaults = given.standard().or(this::standard);
        Map<String, Object> standards = new LinkedHashMap<>();
        Map<String, Object> values = new LinkedHashMap<>();
        components.forEach((key, component) -> {
            Schema schema = Schema.of(component.getGenericType());
            Optional<Object> standard = defaults.map(record -> Records.component(component, record));
            standard.or(schema::standard).ifPresent(value -> standards.put(key, value));
            Value.Entry entry = entries.get(key);
            if (entry != null) {
                schema.bind(given.below(key, entry.value(), standard)).ifPresent(value -> values.put(key, value));
            } else if (standards.containsKey(key)) {
                values.put(key, standards.get(key));
            } else {
                given.problem(given.pathBelow(key) + " is missing; give " + schema.describe());
            }
        });
        Optional<Object> made = make(components.keySet(), values, standards, entries, given);
        return given.problems().count() > before ? Optional.empty() : made;
    }

    /**
     * Makes the record. A value that could not be read, and then one that the constructor refuses, is replaced by its default
     * and the constructor asked again, so that everything it has to say is heard; what it says because of such a replacement
     * is not.
     */
    private Optional<Object> make(
            Set<String> keys,
            Map<String, Object> values,
            Map<String, Object> standards,
            Map<String, Value.Entry> entries,
            Given given) {
        Set<String> replaced = new HashSet<>();
        for (String key : keys) {
            if (!values.containsKey(key) && !replace(key, values, standards, replaced)) {
                return Optional.empty();
            }
        }
        while (true) {
            try {
                Object[] inOrder = keys.stream().map(values::get).toArray();
                return Optional.of(Records.construct(type, inOrder));
            } catch (BadInputException | IllegalArgumentException refused) {
                String message = String.valueOf(refused.getMessage());
                if (replaced.stream().anyMatch(key -> mentions(message, key))) {
                    return Optional.empty();
                }
                String key = report(message, entries, given);
                if (replaced.contains(key) || !replace(key, values, standards, replaced)) {
                    return Optional.empty();
                }
            }
        }
    }

    private static boolean replace(
            String key, Map<String, Object> values, Map<String, Object> standards, Set<String> replaced) {
        if (!standards.containsKey(key)) {
            return false;
        }
        values.put(key, standards.get(key));
        return replaced.add(key);
    }

    private static boolean mentions(String message, String key) {
        return Pattern.compile("(?<![A-Za-z0-9-])" + Pattern.quote(key) + "(?![A-Za-z0-9-])")
                .matcher(message)
                .find();
    }

    /** Adds what a constructor said at the key that it names, and returns that key; "" if it names none of this record. */
    private String report(String message, Map<String, Value.Entry> entries, Given given) {
        Matcher subject = REFUSED.matcher(message);
        String key = subject.lookingAt() && isSelf(Optional.ofNullable(subject.group(1)))
                ? Names.kebab(subject.group(2))
                : "";
        if (components().containsKey(key)) {
            Place place = entries.containsKey(key)
                    ? entries.get(key).value().place()
                    : given.value().place();
            given.problems().add(place, given.pathBelow(key) + message.substring(subject.end()));
            return key;
        }
        if (!key.isEmpty() && ("." + given.path()).endsWith("." + key)) {
            given.problem(given.path() + message.substring(subject.end()));
        } else {
            given.problem(given.path().isEmpty() ? message : given.path() + ": " + message);
        }
        return "";
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

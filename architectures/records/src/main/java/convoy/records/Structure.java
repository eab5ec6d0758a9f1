package convoy.records;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A record: a mapping whose keys are the names of the components in kebab-case, or what {@code Named} says, and those of
 * components that lie {@code Flat} in it. A record with a {@code static R parse(String)} may be given as text instead.
 *
 * @param type the record
 */
public record Structure(Class<? extends Record> type) implements Schema {
    private static final ClassValue<Map<String, Member>> MEMBERS = new ClassValue<>() {
        @Override
        protected Map<String, Member> computeValue(Class<?> type) {
            return Member.of(type);
        }
    };

    private static final ClassValue<Optional<Method>> PARSE = new ClassValue<>() {
        @Override
        protected Optional<Method> computeValue(Class<?> type) {
            return Records.factory(type, "parse", String.class);
        }
    };

    private static final ClassValue<Boolean> LIST = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return type.getRecordComponents().length == 1
                    && Schema.of(type.getRecordComponents()[0].getGenericType()) instanceof Schema.Sequence;
        }
    };

    /** {@return what the record has by its keys in a text, in the record's order} */
    public Map<String, Member> members() {
        return MEMBERS.get(type);
    }

    @Override
    public String describe() {
        return (parse().isPresent() ? "text, or " : "") + "a mapping with "
                + String.join(", ", members().keySet());
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
            report(refused, Map.of(), given);
            return Optional.empty();
        }
    }

    /** Whether the record is a list and nothing else. */
    boolean isList() {
        return LIST.get(type);
    }

    /** Makes such a record from the list alone. */
    Optional<Object> bindList(Given given) {
        return Schema.of(type.getRecordComponents()[0].getGenericType())
                .bind(given)
                .flatMap(list -> reported(given, () -> Records.construct(type, new Object[] {list})));
    }

    /** What {@link #bindList} reads. */
    Value writeList(Object value) {
        RecordComponent component = type.getRecordComponents()[0];
        return Schema.of(component.getGenericType()).write(Records.component(component, value));
    }

    private Optional<Object> bind(Map<String, Value.Entry> entries, Given given) {
        Map<String, Member> members = members();
        int before = given.problems().count();
        entries.forEach((key, entry) -> {
            if (!members.containsKey(key)) {
                given.unknown(key, entry, remedy(key, members));
            }
        });
        Optional<Object> defaults = given.standard().or(this::standard);
        Map<String, Object> standards = new LinkedHashMap<>();
        Map<String, Object> values = new LinkedHashMap<>();
        members.forEach((key, member) -> {
            Schema schema = member.schema();
            Optional<Object> standard = member.standard(defaults);
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
        if (saysSeveral(entries, members, given)) {
            return Optional.empty();
        }
        Optional<Object> made = make(members.keySet(), values, standards, entries, given);
        return given.problems().count() > before ? Optional.empty() : made;
    }

    /** Whether two keys are written of which one at most may be, which is then a problem. */
    private static boolean saysSeveral(Map<String, Value.Entry> entries, Map<String, Member> members, Given given) {
        List<Map.Entry<String, Value.Entry>> said = entries.entrySet().stream()
                .filter(entry -> isSaid(entry.getValue().value()))
                .filter(entry -> only(members, entry.getKey()).isPresent())
                .toList();
        if (said.size() < 2) {
            return false;
        }
        String first = said.get(0).getKey();
        Value value = said.get(0).getValue().value();
        given.problems()
                .add(
                        value.place(),
                        given.pathBelow(first) + (value instanceof Value.Scalar scalar ? " = " + scalar.text() : "")
                                + ", and " + given.pathBelow(said.get(1).getKey()) + " gives "
                                + only(members, first).orElse("one") + " as well; leave one of them out");
        return true;
    }

    private static Optional<String> only(Map<String, Member> members, String key) {
        return Optional.ofNullable(members.get(key)).flatMap(Member::only);
    }

    private static boolean isSaid(Value value) {
        return !(value instanceof Value.Nothing)
                && !(value instanceof Value.Scalar scalar && scalar.text().isEmpty());
    }

    /**
     * {@return what a member is where a text leaves it out; empty if it must be given}
     *
     * @param member one of {@link #members}
     * @param enclosing what the default of what is round this record has in its place
     */
    public Optional<Object> standard(Member member, Optional<Object> enclosing) {
        return member.standard(enclosing.or(this::standard))
                .or(() -> member.schema().standard());
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
                return Optional.of(Member.construct(type, values::get));
            } catch (BadInputException | IllegalArgumentException refused) {
                if (isBecauseOf(replaced, refused)) {
                    return Optional.empty();
                }
                String key = report(refused, entries, given);
                if (replaced.contains(key) || !replace(key, values, standards, replaced)) {
                    return Optional.empty();
                }
            }
        }
    }

    /** Whether a refusal may come of a value that was replaced, and so be none of what was given. */
    private boolean isBecauseOf(Set<String> replaced, RuntimeException refused) {
        return refusal(refused)
                .map(refusal -> Stream.concat(
                                within(refusal.component()).stream().limit(1), refusal.others().stream())
                        .anyMatch(replaced::contains))
                .orElse(!replaced.isEmpty());
    }

    private static Optional<Refusal> refusal(RuntimeException refused) {
        return refused instanceof BadInputException bad ? bad.refusal() : Optional.empty();
    }

    /** The keys that lead from this record to a component, of which those before may be known too; none if it has no such. */
    private List<String> within(String component) {
        List<String> keys = Arrays.asList(component.split("\\."));
        for (int i = 0; i < keys.size(); i++) {
            if (members().containsKey(keys.get(i))) {
                return keys.subList(i, keys.size());
            }
        }
        return List.of();
    }

    private static boolean replace(
            String key, Map<String, Object> values, Map<String, Object> standards, Set<String> replaced) {
        if (!standards.containsKey(key)) {
            return false;
        }
        values.put(key, standards.get(key));
        return replaced.add(key);
    }

    /** Adds what a constructor said at the component that it refuses, and returns its key; "" if it names none of this record. */
    private String report(RuntimeException refused, Map<String, Value.Entry> entries, Given given) {
        Optional<Refusal> refusal = refusal(refused);
        List<String> keys = refusal.map(Refusal::component).map(this::within).orElse(List.of());
        if (refusal.isPresent() && !keys.isEmpty()) {
            Place place = place(keys, entries).orElse(given.value().place());
            given.problems().add(place, refusal.get().sentence(given.pathBelow(String.join(".", keys))));
            return keys.get(0);
        }
        String message = String.valueOf(refused.getMessage());
        if (refusal.isPresent() && given.endsWith(refusal.get().component())) {
            given.problem(refusal.get().sentence(given.path()));
        } else {
            given.problem(given.path().isEmpty() ? message : given.path() + ": " + message);
        }
        return "";
    }

    /** Where the value stands that these keys lead to, or the nearest one round it. */
    private static Optional<Place> place(List<String> keys, Map<String, Value.Entry> entries) {
        return Optional.ofNullable(entries.get(keys.get(0)))
                .map(Value.Entry::value)
                .map(value -> {
                    List<String> below = keys.subList(1, keys.size());
                    return !below.isEmpty() && value instanceof Value.Mapping mapping
                            ? place(below, mapping.entries()).orElse(value.place())
                            : value.place();
                });
    }

    @Override
    public Value write(Object value) {
        Optional<Method> parse = parse();
        if (parse.isPresent() && isReadBackFromText(parse.get(), value)) {
            return Schema.text(value.toString());
        }
        return writeComponents(value);
    }

    Value.Mapping writeComponents(Object value) {
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        members().forEach((key, member) -> {
            Object part = member.in(value);
            if (!member.isLeftOut(part)) {
                entries.put(key, new Value.Entry(Place.NOWHERE, member.schema().write(part)));
            }
        });
        return new Value.Mapping(entries, Place.NOWHERE);
    }

    @Override
    public Value.Mapping brief(Object value, Optional<Object> standard) {
        Optional<Object> defaults = standard.or(this::standard);
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        members().forEach((key, member) -> {
            Schema schema = member.schema();
            Object part = member.in(value);
            Optional<Object> enclosing = member.standard(defaults);
            if (!enclosing.or(schema::standard).equals(Optional.of(part))) {
                entries.put(key, new Value.Entry(Place.NOWHERE, schema.brief(part, enclosing)));
            }
        });
        return new Value.Mapping(entries, Place.NOWHERE);
    }

    private static boolean isReadBackFromText(Method parse, Object value) {
        try {
            return Records.call(parse, value.toString()).equals(value);
        } catch (BadInputException | IllegalArgumentException notItsText) {
            return false;
        }
    }

    private Optional<Method> parse() {
        return PARSE.get(type);
    }

    private static String remedy(String key, Map<String, Member> members) {
        String guess = Given.didYouMean(key, members);
        if (!guess.isEmpty()) {
            return guess;
        }
        return "; the keys here are " + (members.isEmpty() ? "none" : String.join(", ", members.keySet()));
    }
}

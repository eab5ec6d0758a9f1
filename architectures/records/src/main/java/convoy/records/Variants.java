package convoy.records;

import convoy.records.text.Names;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sealed interface of records: the chosen record's mapping with one key more, "kind", which names the record in
 * kebab-case; or that name alone as text, if nothing else is needed. Without the key the default's record is meant. If one of
 * the records has a list and nothing else, that list alone means it.
 *
 * @param type the sealed interface
 * @param kinds the records by their names
 */
public record Variants(Class<?> type, Map<String, Structure> kinds) implements Schema {
    static final String KIND = "kind";

    static Variants of(Class<?> type) {
        Map<String, Structure> kinds = new LinkedHashMap<>();
        collect(type, kinds);
        return new Variants(type, kinds);
    }

    private static void collect(Class<?> type, Map<String, Structure> kinds) {
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            if (permitted.isRecord()) {
                Structure kind = new Structure(permitted.asSubclass(Record.class));
                if (kind.members().containsKey(KIND)) {
                    throw new IllegalArgumentException(
                            permitted + " has a component called kind, which says which record it is: use @Named");
                }
                kinds.put(Names.kebab(permitted.getSimpleName()), kind);
            } else {
                collect(permitted, kinds);
            }
        }
    }

    @Override
    public String describe() {
        return "one of " + String.join(", ", kinds.keySet()) + (listed().isPresent() ? ", or a list" : "");
    }

    /** The kind that a list alone means. */
    private Optional<Structure> listed() {
        List<Structure> listed =
                kinds.values().stream().filter(Structure::isList).toList();
        return listed.size() == 1 ? Optional.of(listed.get(0)) : Optional.empty();
    }

    @Override
    public Optional<Object> standard() {
        return Records.defaults(type);
    }

    @Override
    public Optional<Object> bind(Given given) {
        if (given.value() instanceof Value.Scalar name) {
            return named(given).flatMap(kind -> bindAs(kind, given.with(new Value.Mapping(Map.of(), name.place()))));
        }
        if (given.value() instanceof Value.Mapping mapping) {
            Map<String, Value.Entry> others = new LinkedHashMap<>(mapping.entries());
            Value.Entry name = others.remove(KIND);
            Optional<Structure> kind =
                    name == null ? usual(given) : named(given.below(KIND, name.value(), Optional.empty()));
            return kind.flatMap(chosen -> bindAs(chosen, given.with(new Value.Mapping(others, mapping.place()))));
        }
        Optional<Structure> listed = listed();
        if (given.value() instanceof Value.Sequence && listed.isPresent()) {
            return listed.get().bindList(given);
        }
        given.wrongType(this);
        return Optional.empty();
    }

    /** The default's values stand behind the given ones only if it is of the same kind. */
    private static Optional<Object> bindAs(Structure kind, Given given) {
        return kind.bind(given.withStandard(given.standard().filter(kind.type()::isInstance)));
    }

    /** The kind that a text names. */
    private Optional<Structure> named(Given given) {
        return given.scalar(this).flatMap(name -> {
            Optional<Structure> kind = Optional.ofNullable(kinds.get(name.text()));
            if (kind.isEmpty()) {
                given.notOneOf(kinds);
            }
            return kind;
        });
    }

    private Optional<Structure> usual(Given given) {
        Optional<Structure> usual = given.standard().or(this::standard).map(Variants::kindOf);
        if (usual.isEmpty()) {
            given.problem(given.pathBelow(KIND) + " is missing; give " + describe());
        }
        return usual;
    }

    private static Structure kindOf(Object value) {
        return new Structure(value.getClass().asSubclass(Record.class));
    }

    @Override
    public Value write(Object value) {
        Structure kind = kindOf(value);
        return listed().equals(Optional.of(kind)) ? kind.writeList(value) : named(kind, kind.writeComponents(value));
    }

    /** Never a list alone, which could not stay one if the record got another component. */
    @Override
    public Value brief(Object value, Optional<Object> standard) {
        Structure kind = kindOf(value);
        return named(kind, kind.brief(value, standard.filter(kind.type()::isInstance)));
    }

    private static Value named(Structure kind, Value.Mapping components) {
        Value.Scalar name = Schema.text(Names.kebab(kind.type().getSimpleName()));
        if (components.entries().isEmpty()) {
            return name;
        }
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        entries.put(KIND, new Value.Entry(Place.NOWHERE, name));
        entries.putAll(components.entries());
        return new Value.Mapping(entries, Place.NOWHERE);
    }
}

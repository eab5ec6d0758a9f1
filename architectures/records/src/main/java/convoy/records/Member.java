package convoy.records;

import convoy.records.annotation.Flat;
import convoy.records.annotation.Named;
import convoy.records.annotation.OnlyOne;
import convoy.records.annotation.WhenPresent;
import convoy.records.text.Names;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one key of a record's text stands for: a component, or one of a component that lies {@link Flat} in it.
 *
 * @param path the components that lead to it from the record; all but the last are flat
 */
public record Member(List<RecordComponent> path) {
    private static final ClassValue<List<Part>> PARTS = new ClassValue<>() {
        @Override
        protected List<Part> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents()).map(Part::of).toList();
        }
    };

    public Member {
        path = List.copyOf(path);
    }

    /** The members of a record by their keys, in its order. */
    static Map<String, Member> of(Class<?> type) {
        Map<String, Member> members = new LinkedHashMap<>();
        collect(type, List.of(), members);
        return Collections.unmodifiableMap(members);
    }

    private static void collect(Class<?> type, List<RecordComponent> before, Map<String, Member> members) {
        for (RecordComponent component : type.getRecordComponents()) {
            List<RecordComponent> path = new ArrayList<>(before);
            path.add(component);
            if (isFlat(component)) {
                collect(component.getType(), path, members);
            } else if (members.putIfAbsent(key(component), new Member(path)) != null) {
                throw new IllegalArgumentException(
                        component + " of " + type + " has the key of another component: use @Named");
            }
        }
    }

    private static boolean isFlat(RecordComponent component) {
        boolean flat = component.isAnnotationPresent(Flat.class);
        if (flat && !component.getType().isRecord()) {
            throw new IllegalArgumentException(component + " is no record: only the components of one can lie flat");
        }
        return flat;
    }

    private static String key(RecordComponent component) {
        Named named = component.getAnnotation(Named.class);
        return named == null ? Names.kebab(component.getName()) : named.value();
    }

    /** {@return its type in Java} */
    public Type type() {
        return last().getGenericType();
    }

    Schema schema() {
        return Schema.of(type());
    }

    /** Whether a text has no key for this value. */
    boolean isLeftOut(Object value) {
        return last().isAnnotationPresent(WhenPresent.class) && value.equals(Optional.empty());
    }

    /** What it gives that nothing beside it may give as well; empty if that is nothing. */
    Optional<String> only() {
        return Optional.ofNullable(last().getAnnotation(OnlyOne.class)).map(OnlyOne::value);
    }

    private RecordComponent last() {
        return path.get(path.size() - 1);
    }

    /** Its value in a record that has it. */
    Object in(Object record) {
        Object value = record;
        for (RecordComponent component : path) {
            value = Records.component(component, value);
        }
        return value;
    }

    /** What {@code defaults} has in its place, or else says the nearest {@code Default} or default round it; not its own type. */
    Optional<Object> standard(Optional<Object> defaults) {
        Optional<Object> standard = defaults;
        for (RecordComponent component : path) {
            Optional<Object> enclosing = standard;
            standard = enclosing
                    .map(record -> Records.component(component, record))
                    .or(() -> Records.annotated(component));
            if (component != last()) {
                standard = standard.or(() -> Records.defaults(component.getType()));
            }
        }
        return standard;
    }

    /**
     * Makes a record of its members' values, the flat ones in it first.
     *
     * @throws BadInputException or what else a constructor throws
     */
    static Object construct(Class<? extends Record> type, Function<String, Object> values) {
        List<Part> parts = PARTS.get(type);
        Object[] inOrder = new Object[parts.size()];
        for (int i = 0; i < inOrder.length; i++) {
            Part part = parts.get(i);
            inOrder[i] = part.flat().isPresent() ? construct(part.flat().get(), values) : values.apply(part.key());
        }
        return Records.construct(type, inOrder);
    }

    /**
     * Where a component's value comes from.
     *
     * @param key of its member, unless it lies flat
     * @param flat its type, if it does
     */
    private record Part(String key, Optional<Class<? extends Record>> flat) {
        static Part of(RecordComponent component) {
            return isFlat(component)
                    ? new Part("", Optional.of(component.getType().asSubclass(Record.class)))
                    : new Part(Member.key(component), Optional.empty());
        }
    }
}

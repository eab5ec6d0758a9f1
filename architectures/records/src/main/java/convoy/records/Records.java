package convoy.records;

import convoy.records.annotation.Default;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads and makes records by reflection; what a constructor throws comes out as it was thrown. What a type is made of is looked up once:
 * the JVM makes each component and its annotations anew for whoever asks.
 */
final class Records {
    private static final ClassValue<List<RecordComponent>> COMPONENTS = new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> type) {
            List<RecordComponent> components = List.of(type.getRecordComponents());
            components.forEach(component -> component.getAccessor().setAccessible(true));
            return components;
        }
    };

    private static final ClassValue<Constructor<?>> CANONICAL = new ClassValue<>() {
        @Override
        protected Constructor<?> computeValue(Class<?> type) {
            Class<?>[] types =
                    COMPONENTS.get(type).stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
            try {
                Constructor<?> canonical = type.getDeclaredConstructor(types);
                canonical.setAccessible(true);
                return canonical;
            } catch (NoSuchMethodException none) {
                throw new IllegalStateException(type + " is no record", none);
            }
        }
    };

    private static final ClassValue<Optional<Method>> DEFAULTS = factories("defaults");

    private static final ClassValue<Optional<Method>> PARSE = factories("parse", String.class);

    private static final Map<RecordComponent, Optional<Object>> ANNOTATED = new ConcurrentHashMap<>();

    private Records() {}

    /** Static methods of that name and parameters that make a value of the type. */
    private static ClassValue<Optional<Method>> factories(String name, Class<?>... parameters) {
        return new ClassValue<>() {
            @Override
            protected Optional<Method> computeValue(Class<?> type) {
                Optional<Method> factory = Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.getName().equals(name)
                                && Modifier.isStatic(method.getModifiers())
                                && Arrays.equals(method.getParameterTypes(), parameters)
                                && type.isAssignableFrom(method.getReturnType()))
                        .findFirst();
                factory.ifPresent(method -> method.setAccessible(true));
                return factory;
            }
        };
    }

    /** The components of a record type in their order: the same objects each time. */
    static List<RecordComponent> components(Class<?> type) {
        return COMPONENTS.get(type);
    }

    /**
     * The value of a component in a record.
     *
     * @param component one of {@link #components}
     */
    static Object component(RecordComponent component, Object record) {
        Method accessor = component.getAccessor();
        try {
            return accessor.invoke(record);
        } catch (InvocationTargetException thrown) {
            throw asThrown(thrown);
        } catch (IllegalAccessException denied) {
            throw new IllegalStateException("cannot read " + component, denied);
        }
    }

    /** Calls the canonical constructor with the components' values in their order. */
    static Object construct(Class<? extends Record> type, Object[] values) {
        try {
            return CANONICAL.get(type).newInstance(values);
        } catch (InvocationTargetException thrown) {
            throw asThrown(thrown);
        } catch (ReflectiveOperationException denied) {
            throw new IllegalStateException("cannot make a " + type, denied);
        }
    }

    /**
     * Calls a static method.
     *
     * @param method {@link #parse} or another that is accessible
     */
    static Object call(Method method, Object... arguments) {
        try {
            return method.invoke(null, arguments);
        } catch (InvocationTargetException thrown) {
            throw asThrown(thrown);
        } catch (IllegalAccessException denied) {
            throw new IllegalStateException("cannot call " + method, denied);
        }
    }

    /** What a type's {@code static defaults()} gives, if it has one. */
    static Optional<Object> defaults(Class<?> type) {
        return DEFAULTS.get(type).map(Records::call);
    }

    /** A type's {@code static R parse(String)}, if it has one. */
    static Optional<Method> parse(Class<?> type) {
        return PARSE.get(type);
    }

    /** What {@link Default} gives a component, if it has one. */
    static Optional<Object> annotated(RecordComponent component) {
        Optional<Object> known = ANNOTATED.get(component);
        if (known == null) {
            known = bindDefault(component);
            ANNOTATED.put(component, known);
        }
        return known;
    }

    private static Optional<Object> bindDefault(RecordComponent component) {
        return Optional.ofNullable(component.getAnnotation(Default.class)).map(standard -> {
            Problems problems = new Problems();
            Value value =
                    switch (standard.value()) {
                        case Default.EMPTY_LIST -> new Value.Sequence(List.of(), Place.NOWHERE);
                        case Default.EMPTY_MAPPING -> new Value.Mapping(Map.of(), Place.NOWHERE);
                        default -> Schema.text(standard.value());
                    };
            return Schema.of(component.getGenericType())
                    .bind(Given.whole(value, Given.Author.PROGRAM, problems))
                    .orElseThrow(() -> new IllegalStateException("no value of " + component + " is " + standard));
        });
    }

    private static RuntimeException asThrown(InvocationTargetException thrown) {
        if (thrown.getCause() instanceof Error error) {
            throw error;
        }
        return thrown.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(thrown.getCause());
    }
}

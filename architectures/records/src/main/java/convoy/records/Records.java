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

/** Reads and makes records by reflection; what a constructor throws comes out as it was thrown. */
final class Records {
    /** Found once: a driver makes records of each message that it gets. */
    private static final ClassValue<Constructor<?>> CANONICAL = new ClassValue<>() {
        @Override
        protected Constructor<?> computeValue(Class<?> type) {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            try {
                Constructor<?> canonical = type.getDeclaredConstructor(types);
                canonical.setAccessible(true);
                return canonical;
            } catch (ReflectiveOperationException denied) {
                throw new IllegalStateException("cannot make a " + type, denied);
            }
        }
    };

    private static final ClassValue<Optional<Method>> DEFAULTS = new ClassValue<>() {
        @Override
        protected Optional<Method> computeValue(Class<?> type) {
            return factory(type, "defaults");
        }
    };

    private Records() {}

    static Object component(RecordComponent component, Object record) {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
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

    static Object call(Method method, Object... arguments) {
        method.setAccessible(true);
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

    /** A static method of that name and parameters that makes a value of the type. */
    static Optional<Method> factory(Class<?> type, String name, Class<?>... parameters) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals(name)
                        && Modifier.isStatic(method.getModifiers())
                        && Arrays.equals(method.getParameterTypes(), parameters)
                        && type.isAssignableFrom(method.getReturnType()))
                .findFirst();
    }

    /** What {@link Default} gives a component, if it has one. */
    static Optional<Object> annotated(RecordComponent component) {
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

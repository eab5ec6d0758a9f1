package convoy.driver.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Serializes a record through its canonical constructor, so that what arrives was checked again. Kryo 4 cannot set the
 * fields of a record. Lists arrive as lists that cannot be changed; keys of a sorted map are texts.
 */
final class RecordSerializer extends Serializer<Record> {
    @Override
    public void write(Kryo kryo, Output output, Record record) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                writeComponent(kryo, output, component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException failure) {
                throw new KryoException("cannot read " + component + " of " + record.getClass(), failure);
            }
        }
    }

    private static void writeComponent(Kryo kryo, Output output, Object value) {
        if (value instanceof List<?> list) {
            output.writeByte('L');
            output.writeInt(list.size());
            list.forEach(element -> writeComponent(kryo, output, element));
        } else if (value instanceof Optional<?> optional) {
            output.writeByte(optional.isPresent() ? 'O' : 'E');
            optional.ifPresent(element -> writeComponent(kryo, output, element));
        } else if (value instanceof SortedMap<?, ?> map) {
            output.writeByte('M');
            output.writeInt(map.size());
            map.forEach((key, element) -> {
                output.writeString(key.toString());
                writeComponent(kryo, output, element);
            });
        } else {
            output.writeByte('V');
            kryo.writeClassAndObject(output, value);
        }
    }

    private static Object readComponent(Kryo kryo, Input input) {
        byte kind = input.readByte();
        return switch (kind) {
            case 'L' -> {
                int size = input.readInt();
                List<Object> list = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    list.add(readComponent(kryo, input));
                }
                yield List.copyOf(list);
            }
            case 'M' -> {
                int size = input.readInt();
                SortedMap<String, Object> map = new TreeMap<>();
                for (int i = 0; i < size; i++) {
                    map.put(input.readString(), readComponent(kryo, input));
                }
                yield map;
            }
            case 'O' -> Optional.of(readComponent(kryo, input));
            case 'E' -> Optional.empty();
            case 'V' -> kryo.readClassAndObject(input);
            default -> throw new KryoException("a record's component cannot be of kind " + kind);
        };
    }

    @Override
    public Record read(Kryo kryo, Input input, Class<Record> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = readComponent(kryo, input);
        }
        try {
            Constructor<Record> canonical = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            return canonical.newInstance(values);
        } catch (ReflectiveOperationException failure) {
            throw new KryoException("cannot make a " + type, failure);
        }
    }
}

package convoy.driver.importing.records;

import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.PictureColumns.Column;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * The two columns of a Parquet file that are read.
 *
 * @param schema with nothing but these
 * @param imagePath names of the structs around the pictures, and theirs
 * @param labelPath likewise of the classes
 */
record PictureFields(MessageType schema, List<String> imagePath, List<String> labelPath) {
    /**
     * What a row has for its class.
     *
     * @param number of it; empty if it is told by its name, or not at all
     * @param name of it, where that tells
     * @param absent whether it is null
     */
    record Label(OptionalLong number, String name, boolean absent) {
        /** As it is written in a list. */
        String text() {
            return number.isPresent() ? Long.toString(number.getAsLong()) : name;
        }

        /** To follow the name of the row; empty if there is one. */
        Optional<String> problem(Column column) {
            return absent
                    ? Optional.of(" is null in column " + column.name() + ": write the name or number of its class")
                    : Optional.empty();
        }
    }

    /**
     * Finds them.
     *
     * @param all the file's columns
     * @param columns that are wanted
     * @param file for messages
     * @param several whether the column of classes may have a list in each row
     * @throws BadInputException if one is not there, or holds something else
     */
    static PictureFields of(MessageType all, PictureColumns columns, String file, boolean several) {
        List<Type> image = find(all, columns.image(), file);
        List<Type> label = find(all, columns.label(), file);
        if (!isBytes(last(image))) {
            throw unfit(file, columns.image(), last(image), "must hold the bytes of picture files (BINARY)");
        }
        boolean list = several
                && element(last(label))
                        .filter(type -> isText(type) || isWhole(type))
                        .isPresent();
        if (!list && !isText(last(label)) && !isWhole(last(label))) {
            throw unfit(
                    file,
                    columns.label(),
                    last(label),
                    "must hold names or numbers of classes (BINARY of UTF-8, INT32 or INT64"
                            + (several ? ", or a list of such)" : ")"));
        }
        return new PictureFields(
                new MessageType(all.getName(), both(image, label)),
                image.stream().map(Type::getName).toList(),
                label.stream().map(Type::getName).toList());
    }

    private static Type last(List<Type> path) {
        return path.get(path.size() - 1);
    }

    private static BadInputException unfit(String file, Column column, Type type, String must) {
        return new BadInputException(
                file + ": column " + column.name() + " is \"" + type + "\", and " + must + ": cast it");
    }

    private static List<Type> find(MessageType all, Column column, String file) {
        if (column.hasId() && all.getFields().stream().anyMatch(field -> field.getId() != null)) {
            return all.getFields().stream()
                    .filter(field -> field.getId() != null && field.getId().intValue() == column.id())
                    .findFirst()
                    .map(List::of)
                    .orElseThrow(() -> new BadInputException(file + " has no column " + column.name() + " (field id "
                            + column.id() + "), as it was written before that was added: fill it in"));
        }
        List<Type> path = new ArrayList<>();
        GroupType at = all;
        for (String name : column.path()) {
            if (!at.containsField(name)) {
                throw new BadInputException(file + " has no column " + column.name() + ", its columns are "
                        + String.join(
                                ", ",
                                all.getFields().stream().map(Type::getName).toList())
                        + ": name the right one");
            }
            Type field = at.getType(name);
            if (field.isRepetition(Type.Repetition.REPEATED)) {
                throw unfit(file, column, field, "one value is wanted in each row");
            }
            path.add(field);
            at = field.isPrimitive() ? new GroupType(Type.Repetition.REQUIRED, name) : field.asGroupType();
        }
        return path;
    }

    /** The structs with the wanted field alone; both in one struct if they lie there. */
    private static List<Type> both(List<Type> image, List<Type> label) {
        if (image.size() > 1 && label.size() > 1 && image.get(0).equals(label.get(0))) {
            GroupType outer = image.get(0).asGroupType();
            return List.of(outer.withNewFields(both(image.subList(1, image.size()), label.subList(1, label.size()))));
        }
        return List.of(narrowed(image), narrowed(label));
    }

    private static Type narrowed(List<Type> path) {
        return path.size() == 1
                ? path.get(0)
                : path.get(0).asGroupType().withNewFields(narrowed(path.subList(1, path.size())));
    }

    private static boolean isSingle(Type type) {
        return type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED);
    }

    private static boolean isBytes(Type type) {
        return isSingle(type) && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
    }

    /** What a list has in it, with the three levels that Parquet prescribes; empty if it is none. */
    private static Optional<Type> element(Type type) {
        if (type.isPrimitive()
                || !(type.getLogicalTypeAnnotation() instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation)
                || type.asGroupType().getFieldCount() != 1
                || type.asGroupType().getType(0).isPrimitive()) {
            return Optional.empty();
        }
        GroupType entries = type.asGroupType().getType(0).asGroupType();
        return entries.getFieldCount() == 1 ? Optional.of(entries.getType(0)) : Optional.empty();
    }

    private static boolean isText(Type type) {
        return isBytes(type)
                && !(type.getLogicalTypeAnnotation() instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation);
    }

    private static boolean isWhole(Type type) {
        if (!isSingle(type)) {
            return false;
        }
        PrimitiveType primitive = type.asPrimitiveType();
        boolean whole = primitive.getPrimitiveTypeName() == PrimitiveTypeName.INT32
                || primitive.getPrimitiveTypeName() == PrimitiveTypeName.INT64;
        LogicalTypeAnnotation meant = type.getLogicalTypeAnnotation();
        return whole && (meant == null || meant instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation);
    }

    Optional<byte[]> image(Group row) {
        return in(row, imagePath)
                .map(group -> group.getBinary(name(imagePath), 0).getBytes());
    }

    /** Whether the column of classes has a list in each row. */
    boolean labelIsList() {
        Type at = schema;
        for (String name : labelPath) {
            at = at.asGroupType().getType(name);
        }
        return element(at).isPresent();
    }

    /** The classes of a row, of whose column that is a list or not; one that is absent if the whole is null. */
    List<Label> labels(Group row) {
        Optional<Group> group = in(row, labelPath);
        if (!labelIsList() || group.isEmpty()) {
            return List.of(label(row));
        }
        Group list = group.get().getGroup(name(labelPath), 0);
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
            Group entry = list.getGroup(0, i);
            labels.add(
                    entry.getFieldRepetitionCount(0) == 0
                            ? new Label(OptionalLong.empty(), "", true)
                            : label(entry, entry.getType().getFieldName(0)));
        }
        return labels;
    }

    Label label(Group row) {
        Optional<Group> group = in(row, labelPath);
        return group.isEmpty() ? new Label(OptionalLong.empty(), "", true) : label(group.get(), name(labelPath));
    }

    private static Label label(Group holder, String name) {
        PrimitiveTypeName kind =
                holder.getType().getType(name).asPrimitiveType().getPrimitiveTypeName();
        if (kind == PrimitiveTypeName.INT32) {
            return new Label(OptionalLong.of(holder.getInteger(name, 0)), "", false);
        }
        return kind == PrimitiveTypeName.INT64
                ? new Label(OptionalLong.of(holder.getLong(name, 0)), "", false)
                : new Label(OptionalLong.empty(), holder.getBinary(name, 0).toStringUsingUTF8(), false);
    }

    private static String name(List<String> path) {
        return Objects.requireNonNull(path.get(path.size() - 1));
    }

    /** The struct that has the value; empty if that, or a struct around it, is null. */
    private static Optional<Group> in(Group row, List<String> path) {
        Group at = row;
        for (int i = 0; i < path.size(); i++) {
            String name = path.get(i);
            if (at.getFieldRepetitionCount(name) == 0) {
                return Optional.empty();
            }
            if (i + 1 < path.size()) {
                at = at.getGroup(name, 0);
            }
        }
        return Optional.of(at);
    }
}

package convoy.driver.importing;

import convoy.records.BadInputException;
import java.io.Serializable;
import java.util.List;

/**
 * Which columns of a table hold the pictures and their classes.
 *
 * @param image bytes of a JPEG, PNG, GIF, BMP or WebP file in each row
 * @param label the name of a class in each row, or its number from 0 on
 */
public record PictureColumns(Column image, Column label) implements Serializable {
    /**
     * A column of a Parquet file.
     *
     * @param name with dots between the names of structs, as {@code image.bytes}
     * @param id the field id by which it is known whatever its name was when a file was written; -1: its name alone counts
     */
    public record Column(String name, int id) implements Serializable {
        /** Of a column that is known by its name alone. */
        private static final int NONE = -1;

        public Column {
            if (name.isBlank() || parts(name).stream().anyMatch(String::isEmpty)) {
                throw new BadInputException(
                        "column = '" + name + "' is no name: give that of a column, as image or image.bytes");
            }
        }

        /**
         * {@return a column that is known by its name}
         *
         * @param name as above
         */
        public static Column named(String name) {
            return new Column(name, NONE);
        }

        /** {@return whether a field id tells it} */
        public boolean hasId() {
            return id != NONE;
        }

        /** {@return the names of the structs that it lies in, from the outermost on, and its own} */
        public List<String> path() {
            return parts(name);
        }

        private static List<String> parts(String name) {
            return List.of(name.split("\\.", -1));
        }
    }

    /** {@return {@code image} and {@code label}} */
    public static PictureColumns defaults() {
        return new PictureColumns(Column.named("image"), Column.named("label"));
    }
}

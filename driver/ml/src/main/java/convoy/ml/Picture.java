package convoy.ml;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.pictures.PictureIntake;
import convoy.worker.data.pictures.PngWriter;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A picture as a column has it. */
sealed interface Picture {
    /** What can be said of where it comes from, for messages. */
    String name();

    /**
     * The bytes of a picture file.
     *
     * @throws BadInputException if there are none
     */
    byte[] file(Function<String, byte[]> reader);

    /** No picture. */
    record Missing() implements Picture {
        @Override
        public String name() {
            return "the picture";
        }

        @Override
        public byte[] file(Function<String, byte[]> reader) {
            throw new BadInputException("there is no picture: the column is null");
        }
    }

    /** The bytes of a file. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record OfBytes(byte[] bytes) implements Picture {
        @Override
        public String name() {
            return "the picture";
        }

        @Override
        public byte[] file(Function<String, byte[]> reader) {
            return bytes;
        }
    }

    /** The address of a file. */
    record At(String uri) implements Picture {
        @Override
        public String name() {
            return "picture " + uri;
        }

        @Override
        public byte[] file(Function<String, byte[]> reader) {
            return reader.apply(uri);
        }
    }

    /** Pixels as Spark's source of images has them: rows of blue, green, red, perhaps with alpha, which is left out; or of grey. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Decoded(String name, int height, int width, int channels, byte[] pixels) implements Picture {
        @Override
        public byte[] file(Function<String, byte[]> reader) {
            long wanted = (long) height * width * channels;
            if (height < 1
                    || width < 1
                    || (channels != 1 && channels != 3 && channels != 4)
                    || pixels.length != wanted) {
                throw new BadInputException(name + " is no image of Spark's that holds a picture: height = " + height
                        + ", width = " + width + ", nChannels = " + channels + " with "
                        + Counts.plain(pixels.length, "byte") + " of data");
            }
            return channels == 4
                    ? PngWriter.write(withoutAlpha(pixels), height, width, 3, PictureIntake.Use.DECODED)
                    : PngWriter.write(pixels, height, width, channels, PictureIntake.Use.DECODED);
        }

        private static byte[] withoutAlpha(byte[] pixels) {
            byte[] three = new byte[pixels.length / 4 * 3];
            for (int i = 0; i < three.length; i++) {
                three[i] = pixels[i / 3 * 4 + i % 3];
            }
            return three;
        }
    }

    /** Whether a column of this type can hold pictures. */
    static boolean canBe(DataType type) {
        return type instanceof BinaryType
                || type instanceof StringType
                || (type instanceof StructType struct && Columns.areIn(struct));
    }

    /** Of a value as Spark hands it out. */
    static Picture of(@Nullable Object value) {
        if (value == null) {
            return new Missing();
        }
        if (value instanceof byte[] bytes) {
            return new OfBytes(bytes);
        }
        if (value instanceof String uri) {
            return new At(uri);
        }
        if (value instanceof Row row && Columns.areIn(row.schema())) {
            return Columns.read(row);
        }
        throw new BadInputException("a picture is bytes, a path or an image of Spark's, and not of "
                + value.getClass().getSimpleName() + ": give another column");
    }

    /** The columns of Spark's images. */
    final class Columns {
        private static final String HEIGHT = "height";
        private static final String WIDTH = "width";
        private static final String CHANNELS = "nChannels";
        private static final String DATA = "data";
        private static final String ORIGIN = "origin";

        private Columns() {}

        static boolean areIn(@Nullable StructType struct) {
            return struct != null
                    && struct.getFieldIndex(HEIGHT).isDefined()
                    && struct.getFieldIndex(WIDTH).isDefined()
                    && struct.getFieldIndex(CHANNELS).isDefined()
                    && struct.getFieldIndex(DATA).isDefined();
        }

        static Picture read(Row row) {
            int data = row.fieldIndex(DATA);
            if (row.isNullAt(data)) {
                return new Missing();
            }
            Optional<String> origin =
                    row.schema().getFieldIndex(ORIGIN).isDefined() && !row.isNullAt(row.fieldIndex(ORIGIN))
                            ? Optional.of(row.getString(row.fieldIndex(ORIGIN)))
                            : Optional.empty();
            return new Decoded(
                    origin.map(uri -> "picture " + uri).orElse("the picture"),
                    row.getInt(row.fieldIndex(HEIGHT)),
                    row.getInt(row.fieldIndex(WIDTH)),
                    row.getInt(row.fieldIndex(CHANNELS)),
                    row.getAs(data));
        }
    }
}

package convoy.driver.importing.records;

import convoy.driver.importing.LeftOut;
import convoy.records.BadInputException;
import convoy.worker.data.pictures.Adjustment;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What reading a source gives, record by record, in the form in which Spark keeps it until the order of the rows is
 * known: as bytes, because serializers of Spark know bytes without being told.
 *
 * <pre>
 *   Picture  0  folder, name (UTF)  label (int)  height, width (int)  channels (byte)
 *               channels x {sum, sum of squares} (long)  length (int)  image  count (byte)  count x adjustment (UTF)
 *   Bad      1  folder, message (UTF)
 *   Fatal    2  message (UTF)
 *   Names    3  count (int)  names (UTF)
 *   Ignored  4  reason (UTF)  name (UTF)
 * </pre>
 */
public sealed interface Staged {
    /** First byte of a picture. */
    int PICTURE = 0;

    /** First byte of a record that cannot be used. */
    int BAD = 1;

    /** First byte of what ends the import. */
    int FATAL = 2;

    /** First byte of the names of classes. */
    int NAMES = 3;

    /** First byte of files that give no row. */
    int IGNORED = 4;

    /**
     * A picture that can be used.
     *
     * @param folder that it lay in, where its class is told by that; else the part of the source, {@code train} or
     *     {@code test}
     * @param name of the file, with its path in the source
     * @param label of its class, or -1 where the folder tells
     * @param height in pixels
     * @param width in pixels
     * @param channels that it is read as; grey ones may be widened later
     * @param sums of each channel: of the pixels and of their squares, as bytes
     * @param image planes or an encoded file
     * @param needed what was done to it; nothing for most
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    @RecordBuilder
    record Picture(
            String folder,
            String name,
            int label,
            int height,
            int width,
            int channels,
            long[] sums,
            byte[] image,
            Set<Adjustment> needed)
            implements Staged {
        @Override
        public void accept(Visitor visitor) {
            visitor.picture(this);
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte(PICTURE);
            out.writeUTF(folder);
            out.writeUTF(shortened(name));
            out.writeInt(label);
            out.writeInt(height);
            out.writeInt(width);
            out.writeByte(channels);
            for (long sum : sums) {
                out.writeLong(sum);
            }
            out.writeInt(image.length);
            out.write(image);
            out.writeByte(needed.size());
            for (Adjustment one : needed) {
                out.writeUTF(one.name());
            }
        }
    }

    /**
     * A record that cannot be used, and why.
     *
     * @param folder as of a picture
     * @param message which one, and why
     */
    record Bad(String folder, String message) implements Staged {
        @Override
        public void accept(Visitor visitor) {
            visitor.bad(this);
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte(BAD);
            out.writeUTF(folder);
            out.writeUTF(shortened(message));
        }
    }

    /**
     * The rest of the piece cannot be read, and why.
     *
     * @param message what, and why
     */
    record Fatal(String message) implements Staged {
        @Override
        public void accept(Visitor visitor) {
            visitor.fatal(this);
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte(FATAL);
            out.writeUTF(shortened(message));
        }
    }

    /**
     * The names of the classes, by label.
     *
     * @param names by label
     */
    record Names(List<String> names) implements Staged {
        public Names {
            names = List.copyOf(names);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.names(this);
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte(NAMES);
            out.writeInt(names.size());
            for (String name : names) {
                out.writeUTF(shortened(name));
            }
        }
    }

    /**
     * A file that is left out.
     *
     * @param reason why
     * @param name of the file, with its path in the source
     */
    record Ignored(LeftOut.Reason reason, String name) implements Staged {
        @Override
        public void accept(Visitor visitor) {
            visitor.ignored(this);
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte(IGNORED);
            out.writeUTF(reason.name());
            out.writeUTF(shortened(name));
        }
    }

    /** What is done with a record, by its kind. */
    interface Visitor {
        /**
         * A picture that can be used.
         *
         * @param picture with its folder, label and image
         */
        void picture(Picture picture);

        /**
         * A record that cannot be used.
         *
         * @param bad with the reason
         */
        void bad(Bad bad);

        /**
         * What ends the import.
         *
         * @param fatal with the reason
         */
        void fatal(Fatal fatal);

        /**
         * Names of classes, where the source tells them.
         *
         * @param names in the order of the labels
         */
        void names(Names names);

        /**
         * A file that gives no row.
         *
         * @param ignored with the reason
         */
        void ignored(Ignored ignored);
    }

    /**
     * Has the visitor's method for this kind do its work.
     *
     * @param visitor whose method is called, once
     */
    void accept(Visitor visitor);

    /**
     * Writes the kind and what follows it.
     *
     * @param out at the record's beginning
     * @throws IOException if it cannot be written
     */
    void write(DataOutputStream out) throws IOException;

    /** {@return what {@link #write} writes} */
    default byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * {@return the record that {@link #encode} made bytes of}
     *
     * @param bytes of one record
     */
    static Staged decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int kind = in.readByte();
            return switch (kind) {
                case PICTURE -> {
                    String folder = in.readUTF();
                    String name = in.readUTF();
                    int label = in.readInt();
                    int height = in.readInt();
                    int width = in.readInt();
                    int channels = in.readByte();
                    long[] sums = new long[2 * channels];
                    for (int i = 0; i < sums.length; i++) {
                        sums[i] = in.readLong();
                    }
                    byte[] image = new byte[in.readInt()];
                    in.readFully(image);
                    yield StagedPictureBuilder.builder()
                            .folder(folder)
                            .name(name)
                            .label(label)
                            .height(height)
                            .width(width)
                            .channels(channels)
                            .sums(sums)
                            .image(image)
                            .needed(adjustments(in))
                            .build();
                }
                case BAD -> new Bad(in.readUTF(), in.readUTF());
                case FATAL -> new Fatal(in.readUTF());
                case NAMES -> {
                    int count = in.readInt();
                    List<String> names = new ArrayList<>();
                    for (int i = 0; i < count; i++) {
                        names.add(in.readUTF());
                    }
                    yield new Names(names);
                }
                case IGNORED -> new Ignored(LeftOut.Reason.valueOf(in.readUTF()), in.readUTF());
                default ->
                    throw new BadInputException("a staged record of kind " + kind
                            + ": Spark's local disk holds something else; import again");
            };
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static Set<Adjustment> adjustments(DataInputStream in) throws IOException {
        Set<Adjustment> all = EnumSet.noneOf(Adjustment.class);
        for (int count = in.readByte(); count > 0; count--) {
            all.add(Adjustment.valueOf(in.readUTF()));
        }
        return all;
    }

    /** {@link DataOutputStream#writeUTF} takes no more than 65,535 bytes. */
    private static String shortened(String text) {
        return text.length() <= 10_000 ? text : text.substring(0, 10_000) + "...";
    }
}

package convoy.driver.importing.records;

import convoy.driver.importing.LeftOut;
import convoy.records.BadInputException;
import convoy.worker.data.pictures.Adjustment;
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
    /**
     * A picture that can be used.
     *
     * @param folder that it lay in, where its class is told by that; else the part of the source, {@code train} or
     *     {@code test}
     * @param name of the file, with its path in the source
     * @param label of its class, or -1 where the folder tells
     * @param channels that it is read as; grey ones may be widened later
     * @param sums of each channel: of the pixels and of their squares, as bytes
     * @param image planes or an encoded file
     * @param needed what was done to it; nothing for most
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
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
            implements Staged {}

    /**
     * A record that cannot be used, and why.
     *
     * @param folder as of a picture
     */
    record Bad(String folder, String message) implements Staged {}

    /** The rest of the piece cannot be read, and why. */
    record Fatal(String message) implements Staged {}

    /** The names of the classes, by label. */
    record Names(List<String> names) implements Staged {
        public Names {
            names = List.copyOf(names);
        }
    }

    /** A file that is left out. */
    record Ignored(LeftOut.Reason reason, String name) implements Staged {}

    /** These bytes. */
    default byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            if (this instanceof Picture picture) {
                out.writeByte(0);
                out.writeUTF(picture.folder);
                out.writeUTF(shortened(picture.name));
                out.writeInt(picture.label);
                out.writeInt(picture.height);
                out.writeInt(picture.width);
                out.writeByte(picture.channels);
                for (long sum : picture.sums) {
                    out.writeLong(sum);
                }
                out.writeInt(picture.image.length);
                out.write(picture.image);
                out.writeByte(picture.needed.size());
                for (Adjustment one : picture.needed) {
                    out.writeUTF(one.name());
                }
            } else if (this instanceof Bad bad) {
                out.writeByte(1);
                out.writeUTF(bad.folder);
                out.writeUTF(shortened(bad.message));
            } else if (this instanceof Fatal fatal) {
                out.writeByte(2);
                out.writeUTF(shortened(fatal.message));
            } else if (this instanceof Names names) {
                out.writeByte(3);
                out.writeInt(names.names.size());
                for (String name : names.names) {
                    out.writeUTF(shortened(name));
                }
            } else if (this instanceof Ignored ignored) {
                out.writeByte(4);
                out.writeUTF(ignored.reason.name());
                out.writeUTF(shortened(ignored.name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** What {@link #encode} gave. */
    static Staged decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int kind = in.readByte();
            return switch (kind) {
                case 0 -> {
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
                    yield new Picture(folder, name, label, height, width, channels, sums, image, adjustments(in));
                }
                case 1 -> new Bad(in.readUTF(), in.readUTF());
                case 2 -> new Fatal(in.readUTF());
                case 3 -> {
                    int count = in.readInt();
                    List<String> names = new ArrayList<>();
                    for (int i = 0; i < count; i++) {
                        names.add(in.readUTF());
                    }
                    yield new Names(names);
                }
                case 4 -> new Ignored(LeftOut.Reason.valueOf(in.readUTF()), in.readUTF());
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

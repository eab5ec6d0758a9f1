package convoy.driver.importing.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What one task reads, in order.
 *
 * @param files an archive, or a number of plain files
 */
public record SourcePiece(List<SourceFile> files) {
    public SourcePiece {
        files = List.copyOf(files);
    }

    /**
     * {@return these pieces as one}
     *
     * @param pieces in order
     */
    public static SourcePiece joined(List<SourcePiece> pieces) {
        return new SourcePiece(
                pieces.stream().flatMap(piece -> piece.files.stream()).toList());
    }

    /** {@return it as bytes, because Spark's serializers know those without being told} */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(files.size());
            for (SourceFile file : files) {
                out.writeUTF(file.uri());
                out.writeUTF(file.path());
                out.writeLong(file.bytes());
                out.writeBoolean(file.alone());
                out.writeBoolean(file.linked());
                out.writeUTF(file.fault());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * {@return what {@link #encode} wrote}
     *
     * @param bytes of {@link #encode}
     */
    public static SourcePiece decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int count = in.readInt();
            List<SourceFile> files = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                files.add(new SourceFile(
                        in.readUTF(), in.readUTF(), in.readLong(), in.readBoolean(), in.readBoolean(), in.readUTF()));
            }
            return new SourcePiece(files);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }
}

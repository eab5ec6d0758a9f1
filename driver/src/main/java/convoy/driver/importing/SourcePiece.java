package convoy.driver.importing;

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
record SourcePiece(List<SourceFile> files) {
    SourcePiece {
        files = List.copyOf(files);
    }

    /** As bytes, because Spark's serializers know those without being told. */
    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(files.size());
            for (SourceFile file : files) {
                out.writeUTF(file.uri());
                out.writeUTF(file.path());
                out.writeLong(file.bytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    static SourcePiece decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int count = in.readInt();
            List<SourceFile> files = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                files.add(new SourceFile(in.readUTF(), in.readUTF(), in.readLong()));
            }
            return new SourcePiece(files);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }
}

package convoy.driver.importing.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one task reads, in order.
 *
 * @param files an archive, or a number of plain files
 * @param labels the classes of its pictures where a list tells them: by the file's path in the source, or by
 *     {@link PictureName}
 */
public record SourcePiece(List<SourceFile> files, Map<String, Integer> labels) {
    public SourcePiece {
        files = List.copyOf(files);
        labels = Map.copyOf(labels);
    }

    /**
     * Files whose classes no list tells.
     *
     * @param files as above
     */
    public SourcePiece(List<SourceFile> files) {
        this(files, Map.of());
    }

    /**
     * {@return these pieces as one}
     *
     * @param pieces in order
     */
    public static SourcePiece joined(List<SourcePiece> pieces) {
        Map<String, Integer> labels = new HashMap<>();
        pieces.forEach(piece -> labels.putAll(piece.labels));
        return new SourcePiece(
                pieces.stream().flatMap(piece -> piece.files.stream()).toList(), labels);
    }

    /**
     * {@return this piece with what a list tells of its pictures; an archive is given all, as nobody knows yet what is in it}
     *
     * @param all by {@link PictureName}
     */
    public SourcePiece labelled(Map<String, Integer> all) {
        Map<String, Integer> own = new HashMap<>();
        for (SourceFile file : files) {
            if (Suffix.of(file.path()).isPacked()) {
                return new SourcePiece(files, all);
            }
            for (String key : List.of(
                    PictureName.key(file.path()),
                    PictureName.numberKey(file.path()).orElse(""))) {
                Optional.ofNullable(all.get(key)).ifPresent(label -> own.put(key, label));
            }
        }
        return new SourcePiece(files, own);
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
            out.writeInt(labels.size());
            for (Map.Entry<String, Integer> label : new TreeMap<>(labels).entrySet()) {
                out.writeUTF(label.getKey());
                out.writeInt(label.getValue());
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
            Map<String, Integer> labels = new HashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                labels.put(in.readUTF(), in.readInt());
            }
            return new SourcePiece(files, labels);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }
}

package convoy.parameterserver.files;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.layout.SharedTensors;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.SnapshotFile;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.range.WrittenRange;
import convoy.records.text.Counts;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One range of one version as a safetensors file, {@code range-00000-of-00004.1000001.safetensors}: the
 * first of four, of incarnation 1000001.
 *
 * <pre>
 *  metadata   format = convoy-range-1; layout = fingerprint; version; begin; end
 *  values     F32 [end - begin]              the flat vector's part
 *  SLOT       F32 [min(end, P) - begin]      each of the optimizer's slots, for the trained ones of them
 * </pre>
 */
public final class RangeFile {
    private static final String FORMAT = "convoy-range-1";
    private static final String VALUES = "values";
    private static final int BUFFER = 1 << 20;

    private RangeFile() {}

    /**
     * What of a range one partition holds.
     *
     * @param values all of them
     * @param slots the optimizer's, of the trained ones
     */
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    public record Part(float[] values, float[][] slots) {}

    /** Name of the file that server {@code server} of {@code servers} writes under an incarnation, which is in no other's way. */
    static String name(int server, int servers, long incarnation) {
        return String.format(Locale.ROOT, "range-%05d-of-%05d.%d.safetensors", server, servers, incarnation);
    }

    /**
     * {@return the file that a range's server writes of a version}
     *
     * @param spec which range, and where its snapshots lie
     * @param version which
     */
    public static Path path(RangeSpec spec, long version) {
        Path directory = new Path(spec.snapshots().directory(), SnapshotPlan.directoryName(version));
        return new Path(directory, name(spec.server(), spec.servers().size(), spec.incarnation()));
    }

    /**
     * Writes a range under a temporary name, makes it durable and renames it, so that a file of the final name is always
     * whole. Its bytes are a function of its contents.
     *
     * @param hadoop how to reach file systems
     * @param spec what is known of the range, with the directory of its snapshots
     * @param version which
     * @param partitions the range's partitions in order
     * @param abandoned asked between pieces; once true the file is removed and an IOException is thrown
     * @return the file as the snapshot's manifest lists it, and the checksums of what it holds of each tensor
     * @throws IOException if the file system fails, or the write was abandoned
     */
    public static WrittenRange write(
            Configuration hadoop, RangeSpec spec, long version, List<Part> partitions, BooleanSupplier abandoned)
            throws IOException {
        return FileAccess.read(() -> writeFile(hadoop, spec, version, partitions, abandoned));
    }

    private static WrittenRange writeFile(
            Configuration hadoop, RangeSpec spec, long version, List<Part> partitions, BooleanSupplier abandoned)
            throws IOException {
        KeyRange range = spec.range();
        Path file = path(spec, version);
        Path directory = file.getParent();
        Path temporary = new Path(directory, "_" + file.getName() + ".writing");
        // Its checksum stands in the manifest.
        FileSystem fileSystem = Durable.raw(directory.getFileSystem(hadoop));
        Durable.mkdirs(fileSystem, directory);

        List<String> slots = spec.rule().optimizer().slots();
        int trained = Math.max(0, Math.min(range.end(), spec.layout().parameterCount()) - range.begin());
        List<SafetensorsHeader.Entry> entries = new ArrayList<>();
        long offset = 4L * range.size();
        entries.add(entry(VALUES, 0, range.size()));
        for (String slot : slots) {
            entries.add(entry(slot, offset, trained));
            offset += 4L * trained;
        }
        Map<String, String> metadata = Map.of(
                "format", FORMAT,
                "layout", spec.layout().fingerprint(),
                "version", Long.toString(version),
                "begin", Integer.toString(range.begin()),
                "end", Integer.toString(range.end()));
        byte[] header = SafetensorsHeader.write(metadata, entries);

        CRC32C checksum = new CRC32C();
        List<Integer> tensors;
        try (FSDataOutputStream stored = fileSystem.create(temporary, true, BUFFER);
                OutputStream out = new CheckedOutputStream(stored, checksum)) {
            out.write(header);
            TensorChecksums summed = new TensorChecksums(out, spec.layout(), range);
            for (Part partition : partitions) {
                goOnUnless(abandoned, file);
                float[] values = partition.values();
                Safetensors.writeFloats(summed, values, new KeyRange(0, values.length));
            }
            tensors = summed.sums();
            for (int slot = 0; slot < slots.size(); slot++) {
                for (Part partition : partitions) {
                    goOnUnless(abandoned, file);
                    float[] values = partition.slots()[slot];
                    Safetensors.writeFloats(out, values, new KeyRange(0, values.length));
                }
            }
            out.flush();
            Durable.sync(stored);
        } catch (IOException | RuntimeException | Error e) {
            // A disk that is full needs the room.
            fileSystem.delete(temporary, false);
            throw e;
        }
        // One of this name is of a driver that gives the same incarnation twice.
        Durable.replace(fileSystem, temporary, file);
        SnapshotFile written =
                new SnapshotFile(file.getName(), header.length + offset, SnapshotFile.digits(checksum), range);
        return new WrittenRange(written, tensors);
    }

    private static SafetensorsHeader.Entry entry(String name, long begin, int floats) {
        return new SafetensorsHeader.Entry(
                name, SafetensorsHeader.Type.F32, List.of((long) floats), begin, begin + 4L * floats);
    }

    private static void goOnUnless(BooleanSupplier abandoned, Path file) throws IOException {
        if (abandoned.getAsBoolean()) {
            throw new IOException("gave up writing " + file + ": its range has been closed");
        }
    }

    /**
     * Reads a range from a snapshot that any number of servers wrote. Every file it needs is read whole and compared with
     * its checksum. Slots of tensors that the snapshot lacks stay as they are.
     *
     * @param hadoop how to reach file systems
     * @param spec which range is wanted
     * @param source the snapshot's files
     * @param values takes {@code spec.range()}
     * @param slots take the range's trained part
     * @throws BadFileException if a file is not what the snapshot's manifest says
     * @throws IOException if the file system fails
     */
    public static void read(
            Configuration hadoop, RangeSpec spec, ValueSource.Snapshot source, float[] values, float[][] slots)
            throws IOException {
        FileAccess.write(() -> readFiles(hadoop, spec, source, values, slots));
    }

    private static void readFiles(
            Configuration hadoop, RangeSpec spec, ValueSource.Snapshot source, float[] values, float[][] slots)
            throws IOException {
        ParameterLayout stored = source.growth().map(ValueSource.Growth::layout).orElse(spec.layout());
        SharedTensors shared = SharedTensors.of(stored, spec.layout());
        List<SnapshotFile> files = new ArrayList<>(source.files());
        files.sort(Comparator.comparingInt(file -> file.range().begin()));
        int next = 0;
        for (SnapshotFile file : files) {
            if (file.range().begin() != next) {
                throw new BadFileException(
                        source.directory() + ": the manifest's range files leave out or repeat something at " + next
                                + " (" + file.name() + " holds " + file.range() + ")");
            }
            next = file.range().end();
        }
        if (next != stored.size()) {
            throw new BadFileException(
                    source.directory() + ": its range files hold " + Counts.plain(next, "float") + ", the network has "
                            + stored.size() + ": it is the checkpoint of another network, or its manifest is damaged");
        }
        for (SnapshotFile file : files) {
            if (!copies(shared, file.range(), spec.range()).isEmpty()) {
                readFile(hadoop, spec, stored, shared, new Path(source.directory(), file.name()), file, values, slots);
            }
        }
        if (source.growth().isPresent()) {
            readOthers(hadoop, spec, stored, source.growth().get().others(), values);
        }
    }

    /** What of {@code held}, in the first layout, goes to where in {@code wanted}, in the second. */
    private static List<SharedTensors.Piece> copies(SharedTensors shared, KeyRange held, KeyRange wanted) {
        List<SharedTensors.Piece> copies = new ArrayList<>();
        for (SharedTensors.Piece piece : shared.pieces()) {
            int shift = piece.to() - piece.from();
            KeyRange there = new KeyRange(piece.from(), piece.from() + piece.length()).intersect(held);
            if (there.size() == 0) {
                continue;
            }
            KeyRange here = new KeyRange(there.begin() + shift, there.end() + shift).intersect(wanted);
            if (here.size() > 0) {
                copies.add(new SharedTensors.Piece(here.begin() - shift, here.begin(), here.size()));
            }
        }
        return copies;
    }

    /** Reads the tensors of the range that are not in {@code stored}. */
    private static void readOthers(
            Configuration hadoop, RangeSpec spec, ParameterLayout stored, String uri, float[] values)
            throws IOException {
        Set<String> known = stored.segments().stream().map(Segment::name).collect(Collectors.toSet());
        try (ModelFiles files = ModelFiles.open(hadoop, new Path(uri))) {
            for (Segment segment : spec.layout().segments()) {
                KeyRange wanted = segment.range().intersect(spec.range());
                if (known.contains(segment.name()) || wanted.size() == 0) {
                    continue;
                }
                List<Long> shape =
                        segment.shape().stream().map(Integer::longValue).toList();
                if (!files.shape(segment.name()).equals(Optional.of(shape))) {
                    throw new BadFileException(uri + " has no tensor '" + segment.name() + "' of shape " + shape);
                }
                float[] tensor = new float[segment.size()];
                files.read(segment.name(), tensor, 0);
                System.arraycopy(
                        tensor,
                        wanted.begin() - segment.begin(),
                        values,
                        wanted.begin() - spec.range().begin(),
                        wanted.size());
            }
        }
    }

    private static void readFile(
            Configuration hadoop,
            RangeSpec spec,
            ParameterLayout stored,
            SharedTensors shared,
            Path path,
            SnapshotFile file,
            float[] values,
            float[][] slots)
            throws IOException {
        FileSystem fileSystem = path.getFileSystem(hadoop);
        long length;
        try {
            length = fileSystem.getFileStatus(path).getLen();
        } catch (FileNotFoundException e) {
            throw new BadFileException(
                    path + " is missing, though the manifest beside it lists it: resume from another checkpoint", e);
        }
        if (length != file.length()) {
            throw new BadFileException(path + " has " + Counts.plain(length, "byte") + ", its manifest says "
                    + file.length() + ": it is damaged; resume from another checkpoint");
        }
        CRC32C checksum = new CRC32C();
        Optional<BadFileException> malformed = Optional.empty();
        try (InputStream in = new CheckedInputStream(fileSystem.open(path, BUFFER), checksum)) {
            try {
                copyContents(in, path.toString(), spec, stored, shared, file, values, slots);
            } catch (BadFileException e) {
                // If the bytes are not what was written, that is what the message must say.
                malformed = Optional.of(e);
            }
            discard(in, Long.MAX_VALUE);
        }
        String found = SnapshotFile.digits(checksum);
        if (!found.equals(file.crc32c())) {
            throw new BadFileException(path + " has the CRC-32C " + found + ", its manifest says " + file.crc32c()
                    + ": it is damaged; resume from another checkpoint");
        }
        if (malformed.isPresent()) {
            throw malformed.get();
        }
    }

    /** Copies what the file and the range share; reads the file front to back. */
    private static void copyContents(
            InputStream in,
            String path,
            RangeSpec spec,
            ParameterLayout stored,
            SharedTensors shared,
            SnapshotFile file,
            float[] values,
            float[][] slots)
            throws IOException {
        SafetensorsHeader header = SafetensorsHeader.read(in, path, file.length());
        Map<String, String> metadata = header.metadata();
        require(path, metadata, "format", FORMAT);
        require(path, metadata, "layout", stored.fingerprint());
        require(path, metadata, "version", Long.toString(spec.firstVersion()));
        require(path, metadata, "begin", Integer.toString(file.range().begin()));
        require(path, metadata, "end", Integer.toString(file.range().end()));

        KeyRange trained = file.range().intersect(new KeyRange(0, stored.parameterCount()));
        Map<String, float[]> wanted = new HashMap<>(Map.of(VALUES, values));
        List<String> names = spec.rule().optimizer().slots();
        for (int slot = 0; slot < names.size(); slot++) {
            wanted.put(names.get(slot), slots[slot]);
        }
        if (!header.entries().keySet().equals(wanted.keySet())) {
            throw new BadFileException(path + " holds " + header.entries().keySet() + ", this optimizer needs "
                    + wanted.keySet() + ": it was written with another optimizer");
        }
        for (SafetensorsHeader.Entry entry : header.entries().values()) {
            KeyRange held = entry.name().equals(VALUES) ? file.range() : trained;
            if (entry.type() != SafetensorsHeader.Type.F32 || entry.elements() != held.size()) {
                throw new BadFileException(
                        path + ": tensor '" + entry.name() + "' has " + Counts.plain(entry.elements(), "element")
                                + " of type " + entry.type() + ", the range has " + held.size() + " of type F32");
            }
            float[] into = Objects.requireNonNull(wanted.get(entry.name()));
            int base = spec.range().begin();
            int at = held.begin();
            for (SharedTensors.Piece copy : copies(shared, held, spec.range())) {
                discard(in, 4L * (copy.from() - at));
                Safetensors.readFloats(in, into, new KeyRange(copy.to() - base, copy.to() - base + copy.length()));
                at = copy.from() + copy.length();
            }
            discard(in, 4L * (held.end() - at));
        }
    }

    private static void require(String path, Map<String, String> metadata, String key, String wanted) {
        String found = metadata.getOrDefault(key, "nothing");
        if (!found.equals(wanted)) {
            throw new BadFileException(path + ": its " + key + " is " + found + ", " + wanted
                    + " is wanted: it belongs to another run, network or step");
        }
    }

    /** Reads and forgets up to {@code bytes}, or to the end. */
    private static void discard(InputStream in, long bytes) throws IOException {
        byte[] chunk = new byte[(int) Math.min(64 << 10, Math.max(1, bytes))];
        for (long left = bytes; left > 0; ) {
            int count = in.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }
}

package convoy.driver.importing;

import convoy.worker.data.Storage;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The plain files of one piece of a source, one after the other: archives are opened as they are met, inside others too,
 * and read once from front to end.
 */
final class Entries implements Closeable {
    private static final int BUFFER = 1 << 18;
    private static final int DEEPEST = 4;

    private final Configuration hadoop;
    private final Iterator<SourceFile> files;
    private final Deque<Frame> open = new ArrayDeque<>();

    /** An open container: gives its entries one by one. */
    private interface Frame extends Closeable {
        Optional<Entry> next() throws IOException;
    }

    Entries(Configuration hadoop, SourcePiece piece) {
        this.hadoop = hadoop;
        files = piece.files().iterator();
    }

    /**
     * The next plain file, empty after the last. Hidden archives are not opened.
     *
     * @throws GarbledArchiveException if an archive is cut off or garbled
     * @throws UncheckedIOException if the file system fails
     */
    Optional<Entry> next() throws IOException {
        while (true) {
            Frame frame = open.peek();
            if (frame == null) {
                if (!files.hasNext()) {
                    return Optional.empty();
                }
                open.push(file(files.next()));
                continue;
            }
            Optional<Entry> entry;
            try {
                entry = frame.next();
                if (entry.isEmpty()) {
                    open.pop().close();
                    continue;
                }
                if (entry.get().isHidden() || !Source.isArchive(entry.get().path())) {
                    return entry;
                }
                if (open.size() > DEEPEST) {
                    throw new IOException("archives in archives, more than " + DEEPEST + " deep");
                }
                open.push(unpack(entry.get()));
            } catch (IOException e) {
                throw garbled(frame.toString(), e);
            }
        }
    }

    /** The file system's own failures come unchecked ({@link Faithful}), so the archive is at fault. */
    private static GarbledArchiveException garbled(String archive, IOException cause) {
        if (cause instanceof GarbledArchiveException garbled) {
            return garbled;
        }
        return new GarbledArchiveException(
                archive + " is cut off or garbled (" + cause.getMessage() + "): copy or download it again", cause);
    }

    private Frame file(SourceFile file) {
        Path path = new Path(file.uri());
        FileSystem system = Storage.of(hadoop, "source", path);
        FSDataInputStream in;
        try {
            in = system.open(path, BUFFER);
        } catch (IOException e) {
            throw Storage.explained("source", path, e);
        }
        if (file.path().toLowerCase(Locale.ROOT).endsWith(".zip")) {
            return new ZipFrame(file, in);
        }
        InputStream bytes = new BufferedInputStream(new Faithful(in, file.uri()), BUFFER);
        return new Single(new Entry(file.path(), file.uri(), bytes), bytes);
    }

    private static Frame unpack(Entry archive) throws IOException {
        String name = archive.path().toLowerCase(Locale.ROOT);
        if (name.endsWith(".tar")) {
            return new Stream(archive, new TarArchiveInputStream(archive.bytes()), ".tar");
        }
        if (name.endsWith(".tar.gz") || name.endsWith(".tgz")) {
            InputStream unzipped = new BufferedInputStream(new GZIPInputStream(archive.bytes(), BUFFER), BUFFER);
            return new Stream(archive, new TarArchiveInputStream(unzipped), name.endsWith(".tgz") ? ".tgz" : ".tar.gz");
        }
        if (name.endsWith(".gz")) {
            InputStream unzipped = new BufferedInputStream(new GZIPInputStream(archive.bytes(), BUFFER), BUFFER);
            String path = archive.path().substring(0, archive.path().length() - 3);
            return new Single(new Entry(path, archive.where(), new Packed(unzipped, archive.where())), unzipped);
        }
        return new Stream(archive, new ZipArchiveInputStream(archive.bytes()), ".zip");
    }

    /** One file that is no container, or not known to be one. */
    private static final class Single implements Frame {
        private final Entry entry;
        private final InputStream bytes;
        private boolean given;

        Single(Entry entry, InputStream bytes) {
            this.entry = entry;
            this.bytes = bytes;
        }

        @Override
        public Optional<Entry> next() {
            if (given) {
                return Optional.empty();
            }
            given = true;
            return Optional.of(entry);
        }

        @Override
        public void close() throws IOException {
            bytes.close();
        }

        @Override
        public String toString() {
            return entry.where();
        }
    }

    /** A tar archive, or a zip archive inside another. */
    private static final class Stream implements Frame {
        private final Entry archive;
        private final ArchiveInputStream in;
        private final String folder;

        Stream(Entry archive, ArchiveInputStream in, String suffix) {
            this.archive = archive;
            this.in = in;
            // The source itself gives no folder; an archive that lies in it, or in another, does.
            folder = archive.path().substring(0, archive.path().length() - suffix.length());
        }

        @Override
        public Optional<Entry> next() throws IOException {
            while (true) {
                ArchiveEntry entry = in.getNextEntry();
                if (entry == null) {
                    return Optional.empty();
                }
                boolean plain = !entry.isDirectory() && (!(entry instanceof TarArchiveEntry tar) || tar.isFile());
                if (!plain) {
                    continue;
                }
                if (!in.canReadEntryData(entry)) {
                    throw new IOException(entry.getName() + " is packed in a way that cannot be read");
                }
                return Optional.of(inside(folder, archive.where(), entry.getName(), in));
            }
        }

        @Override
        public void close() {
            // The stream below belongs to the frame below.
        }

        @Override
        public String toString() {
            return archive.where();
        }
    }

    private static Entry inside(String folder, String archive, String name, InputStream bytes) {
        String clean = name.startsWith("./") ? name.substring(2) : name;
        return new Entry(folder + "/" + clean, archive + ": " + clean, new Packed(bytes, archive));
    }

    /** A zip file of the file system: its directory stands at the end, and says what its entries do not. */
    private static final class ZipFrame implements Frame {
        private final SourceFile file;
        private final Channel channel;
        private Optional<ZipFile> zip = Optional.empty();
        private Optional<Enumeration<ZipArchiveEntry>> entries = Optional.empty();

        ZipFrame(SourceFile file, FSDataInputStream in) {
            this.file = file;
            channel = new Channel(in, file);
        }

        @Override
        public Optional<Entry> next() throws IOException {
            if (zip.isEmpty()) {
                zip = Optional.of(new ZipFile(channel));
                entries = Optional.of(zip.get().getEntriesInPhysicalOrder());
            }
            Enumeration<ZipArchiveEntry> rest = entries.orElseThrow();
            while (rest.hasMoreElements()) {
                ZipArchiveEntry entry = rest.nextElement();
                if (!entry.isDirectory() && !entry.isUnixSymlink()) {
                    String folder = file.path().substring(0, file.path().length() - ".zip".length());
                    return Optional.of(inside(
                            folder, file.uri(), entry.getName(), zip.get().getInputStream(entry)));
                }
            }
            return Optional.empty();
        }

        @Override
        public void close() throws IOException {
            if (zip.isPresent()) {
                zip.get().close();
            }
            channel.close();
        }

        @Override
        public String toString() {
            return file.uri();
        }
    }

    /** A Hadoop file as the channel that {@link ZipFile} reads. */
    private static final class Channel implements SeekableByteChannel {
        private final FSDataInputStream in;
        private final SourceFile file;
        private long position;
        private boolean open = true;

        Channel(FSDataInputStream in, SourceFile file) {
            this.in = in;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer to) {
            if (position >= file.bytes()) {
                return -1;
            }
            byte[] bytes = new byte[(int) Math.min(to.remaining(), file.bytes() - position)];
            try {
                in.readFully(position, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(file.uri() + ": " + e.getMessage(), e);
            }
            to.put(bytes);
            position += bytes.length;
            return bytes.length;
        }

        @Override
        public int write(ByteBuffer from) {
            throw new UnsupportedOperationException("read only");
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long to) {
            position = to;
            return this;
        }

        @Override
        public long size() {
            return file.bytes();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException("read only");
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() throws IOException {
            open = false;
            in.close();
        }
    }

    /** The bytes of an entry of an archive, which is named if they cannot be read. */
    private static final class Packed extends FilterInputStream {
        private final String archive;

        Packed(InputStream in, String archive) {
            super(in);
            this.archive = archive;
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (IOException e) {
                throw garbled(archive, e);
            }
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            try {
                return in.read(bytes, from, length);
            } catch (IOException e) {
                throw garbled(archive, e);
            }
        }
    }

    /** Throws what goes wrong below as unchecked, so that it is not taken for a fault of the archive. */
    private static final class Faithful extends FilterInputStream {
        private final String uri;

        Faithful(InputStream in, String uri) {
            super(in);
            this.uri = uri;
        }

        @Override
        public int read() {
            try {
                return in.read();
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            try {
                return in.read(bytes, from, length);
            } catch (IOException e) {
                throw failed(e);
            }
        }

        private UncheckedIOException failed(IOException e) {
            return new UncheckedIOException(uri + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}

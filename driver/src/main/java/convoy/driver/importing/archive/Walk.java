package convoy.driver.importing.archive;

import convoy.driver.importing.source.SourceFile;
import convoy.driver.importing.source.Suffix;
import convoy.worker.signature.FileFormat;
import convoy.worker.storage.Storage;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** Everything in one file of a source: archives are opened as they are met, inside others too. */
final class Walk implements Closeable {
    private static final int BUFFER = 1 << 18;
    private static final int DEEPEST = 4;

    private final Configuration hadoop;
    private final Names names;
    private final Deque<Frame> open = new ArrayDeque<>();

    /** @throws GarbledArchiveException if the file is called an archive and is none */
    Walk(Configuration hadoop, SourceFile file, Names names) throws GarbledArchiveException {
        this.hadoop = hadoop;
        this.names = names;
        try {
            open.push(begin(file));
        } catch (IOException e) {
            throw GarbledArchiveException.of(file.uri(), e);
        }
    }

    /**
     * The next plain file or link, empty after the last. Hidden archives are not opened.
     *
     * @throws GarbledArchiveException if an archive is cut off or garbled
     * @throws UncheckedIOException if the file system fails
     */
    Optional<Node> next() throws GarbledArchiveException {
        while (true) {
            Frame frame = open.peek();
            if (frame == null) {
                return Optional.empty();
            }
            try {
                Optional<Node> node = frame.next();
                if (node.isEmpty()) {
                    open.pop().close();
                } else if (node.get() instanceof Entry entry && isOpened(entry)) {
                    if (open.size() > DEEPEST) {
                        throw new GarbledArchiveException(
                                entry.where() + " lies more than " + DEEPEST
                                        + " archives deep, which is not read: unpack the outer ones",
                                new IOException("too deep"));
                    }
                    Suffix suffix = Suffix.of(entry.path());
                    open.push(unpack(entry, suffix, suffix.cutFrom(entry.path())));
                } else {
                    return node;
                }
            } catch (IOException e) {
                throw GarbledArchiveException.of(frame.toString(), e);
            }
        }
    }

    private static boolean isOpened(Entry entry) {
        return entry.fault().isEmpty() && !entry.isHidden() && entry.isPacked();
    }

    private Frame begin(SourceFile file) throws IOException {
        Suffix suffix = Suffix.of(file.path());
        if (!file.fault().isEmpty()) {
            return new SingleFrame(Entry.unreadable(file.path(), file.uri(), file.fault()));
        }
        FSDataInputStream in = opened(file);
        InputStream bytes = new BufferedInputStream(Streams.faithful(in, file.uri()), BUFFER);
        Entry entry = Entry.of(file.path(), file.uri(), bytes).linked(file.linked());
        if (!suffix.isPacked() || entry.isHidden()) {
            return new SingleFrame(entry);
        }
        String stem = suffix.cutFrom(file.path());
        String folder = file.alone() && suffix.holdsFiles() ? "" : stem;
        if (Packed.of(bytes, file.path()).is(FileFormat.ZIP)) {
            return new OnceFrame(
                    new ZipFrame(new Inside(folder, file.uri(), file.linked()), new HadoopChannel(in, file), names));
        }
        return new Closing(unpack(entry, suffix, folder), bytes);
    }

    private FSDataInputStream opened(SourceFile file) {
        Path path = new Path(file.uri());
        try {
            return Storage.of(hadoop, "source", path).open(path, BUFFER);
        } catch (IOException e) {
            throw Storage.explained("source", path, e);
        }
    }

    /**
     * Opens what is packed, by what it is and not by what it is called.
     *
     * @param folder that the archive stands for
     */
    private Frame unpack(Entry archive, Suffix suffix, String folder) throws IOException {
        InputStream bytes =
                archive.bytes().markSupported() ? archive.bytes() : new BufferedInputStream(archive.bytes(), BUFFER);
        String called = archive.path();
        Packed packed = Packed.of(bytes, called);
        boolean compressed = packed.isCompressed();
        if (compressed) {
            called = suffix.holdsFiles() ? "archive.tar" : suffix.cutFrom(called);
            packed = packed.unpacked(called);
            bytes = packed.bytes();
        }
        if (packed.is(FileFormat.TAR)) {
            return new OnceFrame(
                    new TarFrame(new Inside(folder, archive.where(), archive.linked()), bytes, names, compressed));
        }
        if (packed.is(FileFormat.ZIP)) {
            return new OnceFrame(
                    new ZipFrame(new Inside(folder, archive.where(), archive.linked()), spooled(bytes), names));
        }
        if (suffix.holdsFiles() || !compressed) {
            throw new GarbledArchiveException(
                    archive.where() + " is cut off or garbled: its name ends in " + suffix.text() + ", and it is "
                            + (compressed ? "compressed, but what is in it is " : "") + packed.text()
                            + "; copy or download it again",
                    new IOException(packed.text()));
        }
        return new SingleFrame(Entry.of(called, archive.where(), Streams.packed(bytes, archive.where()))
                .linked(archive.linked()));
    }

    /** A copy on this machine's disk, since the directory of a zip archive stands at its end. */
    private static FileChannel spooled(InputStream bytes) throws IOException {
        java.nio.file.Path copy;
        try {
            copy = Files.createTempFile("convoy-import", ".zip");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary file can be made: " + e.getMessage(), e);
        }
        FileChannel channel;
        try {
            // The name is gone at once, so that nothing stays if the process ends.
            channel = FileChannel.open(
                    copy, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw new UncheckedIOException(copy + ": " + e.getMessage(), e);
        }
        try {
            byte[] buffer = new byte[BUFFER];
            for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
                write(channel, copy, ByteBuffer.wrap(buffer, 0, count));
            }
            channel.position(0);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void write(FileChannel channel, java.nio.file.Path copy, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    copy + " cannot be written (" + e.getMessage() + "): a zip archive inside another is copied there;"
                            + " make room, or set java.io.tmpdir",
                    e);
        }
    }

    /** The first frame over a file, which closes the file with it. */
    private record Closing(Frame frame, InputStream bytes) implements Frame {
        @Override
        public Optional<Node> next() throws IOException {
            return frame.next();
        }

        @Override
        public void close() throws IOException {
            frame.close();
            bytes.close();
        }

        @Override
        public String toString() {
            return frame.toString();
        }
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}

package convoy.driver.importing;

import convoy.worker.data.ImageDecoder;
import convoy.worker.data.ImageHeader;
import convoy.worker.data.PlaneDecoder;
import convoy.worker.data.UndecodableException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/**
 * JPEG and PNG files in folders: {@code train/cat/0001.jpg}, {@code n01440764/n01440764_tench.JPEG}. The files are read
 * one after the other and decoded by several threads, in order.
 */
final class FolderRecords implements Records {
    /** Files with these endings are meant as pictures; if they cannot be decoded, that is a fault of the source. */
    private static final List<String> PICTURES =
            List.of("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "heic", "avif");

    private static final int AHEAD = 64;
    private static final long AHEAD_BYTES = 64L << 20;

    private final Entries entries;
    private final Reading reading;
    private final ExecutorService threads;
    private final Queue<PlaneDecoder> decoders = new ConcurrentLinkedQueue<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean exhausted;

    private record Waiting(Future<Staged> record, long bytes) {}

    /** @param decodingThreads how many cores there are for this piece */
    FolderRecords(Configuration hadoop, SourcePiece piece, Reading reading, int decodingThreads) {
        entries = new Entries(hadoop, piece);
        this.reading = reading;
        threads = Executors.newFixedThreadPool(decodingThreads, task -> {
            Thread thread = new Thread(task, "convoy-import-decoding");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public Optional<Staged> next() throws IOException {
        while (!exhausted && waiting.size() < AHEAD && waitingBytes < AHEAD_BYTES) {
            Optional<Entry> entry = entries.next();
            if (entry.isEmpty()) {
                exhausted = true;
            } else {
                read(entry.get());
            }
        }
        Waiting first = waiting.poll();
        if (first == null) {
            return Optional.empty();
        }
        waitingBytes -= first.bytes;
        try {
            return Optional.of(first.record.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a picture could not be looked at", e.getCause());
        }
    }

    private void read(Entry entry) throws IOException {
        List<String> folders = folders(entry.path());
        String name = entry.name();
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        boolean wanted = reading.wantsOneOf(folders);
        if (entry.isHidden() || !PICTURES.contains(ending) || !wanted) {
            LeftOut.Reason otherwise =
                    PICTURES.contains(ending) ? LeftOut.Reason.OTHER_SPLIT : LeftOut.Reason.NO_PICTURES;
            add(new Staged.Ignored(entry.isHidden() ? LeftOut.Reason.HIDDEN : otherwise, entry.path()));
            return;
        }
        String folder = String.join("/", folders);
        byte[] file = entry.whole();
        if (Entry.tooLong(file)) {
            add(new Staged.Bad(entry.where() + " is too long for a picture"));
            return;
        }
        waiting.add(new Waiting(threads.submit(() -> stage(folder, entry.where(), file)), file.length));
        waitingBytes += file.length;
    }

    private void add(Staged record) {
        waiting.add(new Waiting(java.util.concurrent.CompletableFuture.completedFuture(record), 0));
    }

    static List<String> folders(String path) {
        List<String> parts = Arrays.asList(path.split("/", -1));
        return parts.subList(0, parts.size() - 1).stream()
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
    }

    private Staged stage(String folder, String where, byte[] file) {
        PlaneDecoder idle = decoders.poll();
        PlaneDecoder decoder = idle == null ? new PlaneDecoder() : idle;
        try {
            ImageHeader header = ImageHeader.read(file, 0, file.length);
            int channels = header.grey() ? 1 : 3;
            return switch (reading.store()) {
                case ENCODED -> {
                    ImageDecoder pixels = decoder.decode(file, channels);
                    if (pixels.height() != header.height() || pixels.width() != header.width()) {
                        yield new Staged.Bad(where + " has " + pixels.width() + " x " + pixels.height()
                                + " pixels, its header says " + header.width() + " x " + header.height());
                    }
                    long[] sums = Pixels.sumsOfMixed(pixels.pixels(), channels, pixels.height() * pixels.width());
                    yield new Staged.Picture(folder, -1, header.height(), header.width(), channels, sums, file);
                }
                case RAW -> {
                    byte[] planes;
                    int height = header.height();
                    int width = header.width();
                    if (reading.side() > 0) {
                        height = reading.side();
                        width = height;
                        planes = decoder.square(file, header, channels, height);
                    } else {
                        planes = decoder.planes(file, channels);
                    }
                    long[] sums = Pixels.sums(planes, channels, height * width);
                    yield new Staged.Picture(folder, -1, height, width, channels, sums, planes);
                }
            };
        } catch (UndecodableException e) {
            return new Staged.Bad(where + " " + e.getMessage());
        } finally {
            decoders.add(decoder);
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        decoders.forEach(PlaneDecoder::close);
        entries.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

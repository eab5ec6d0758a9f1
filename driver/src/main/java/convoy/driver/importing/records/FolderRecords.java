package convoy.driver.importing.records;

import convoy.driver.importing.LeftOut;
import convoy.driver.importing.archive.Entries;
import convoy.driver.importing.archive.Entry;
import convoy.driver.importing.folders.FolderLayout;
import convoy.driver.importing.source.SourcePiece;
import convoy.worker.data.pictures.Adjustment;
import convoy.worker.data.pictures.ImageDecoder;
import convoy.worker.data.pictures.ImageHeader;
import convoy.worker.data.pictures.ImageHeader.Format;
import convoy.worker.data.pictures.PictureIntake;
import convoy.worker.data.pictures.StoredPicture;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.single.PlaneDecoder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/**
 * Picture files in folders: {@code train/cat/0001.jpg}, {@code n01440764/n01440764_tench.JPEG}. The files are read
 * one after the other and decoded by several threads, in order.
 */
final class FolderRecords implements Records {
    /** Files with these endings are meant as pictures; if they cannot be decoded, that is a fault of the source. */
    private static final List<String> PICTURES =
            List.of("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "heic", "avif");

    /** Files with these endings may hold pictures that nobody sees. */
    private static final List<String> UNREAD_ARCHIVES = List.of("rar", "7z", "lzma", "lz4", "cab", "iso");

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
        entries = new Entries(hadoop, piece, reading.charset());
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
        String folder = entry.path().substring(0, Math.max(0, entry.path().lastIndexOf('/')));
        String name = entry.name();
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (entry.path().contains("cifar-10") && CifarRecords.isOtherVersion(entry)) {
            throw CifarRecords.otherVersion(entry);
        }
        if (entry.isFolder() && !entry.isHidden()) {
            add(new Staged.Ignored(LeftOut.Reason.FOLDER, entry.path()));
        } else if (entry.isHidden()) {
            add(new Staged.Ignored(LeftOut.Reason.HIDDEN, entry.path()));
        } else if (entry.isPacked() && entry.fault().isPresent()) {
            add(new Staged.Bad(folder, entry.where() + " " + entry.fault().get()));
        } else if (UNREAD_ARCHIVES.contains(ending)) {
            add(new Staged.Ignored(LeftOut.Reason.UNREAD_ARCHIVE, entry.path()));
        } else if (!PICTURES.contains(ending)) {
            add(new Staged.Ignored(LeftOut.Reason.NO_PICTURES, entry.path()));
        } else if (!reading.wantsOneOf(FolderLayout.parts(folder))) {
            add(new Staged.Ignored(LeftOut.Reason.OTHER_SPLIT, entry.path()));
        } else if (entry.fault().isPresent()) {
            add(new Staged.Bad(folder, entry.where() + " " + entry.fault().get()));
        } else {
            read(folder, entry);
        }
    }

    private void read(String folder, Entry entry) throws IOException {
        byte[] file = entry.whole();
        if (Entry.tooLong(file)) {
            add(new Staged.Bad(folder, entry.where() + " is too long for a picture"));
            return;
        }
        waiting.add(new Waiting(threads.submit(() -> stage(folder, entry, file)), file.length));
        waitingBytes += file.length;
    }

    private void add(Staged record) {
        waiting.add(new Waiting(java.util.concurrent.CompletableFuture.completedFuture(record), 0));
    }

    private Staged stage(String folder, Entry entry, byte[] file) {
        String where = entry.where();
        PlaneDecoder idle = decoders.poll();
        PlaneDecoder decoder = idle == null ? new PlaneDecoder(reading.orientation(), use()) : idle;
        try {
            StoredPicture picture = decoder.take(file);
            ImageHeader header = picture.header();
            int channels = header.grey() || reading.dropsColour() ? 1 : 3;
            Set<Adjustment> needed = needs(picture, entry);
            return switch (reading.store()) {
                case ENCODED -> {
                    ImageDecoder pixels = decoder.decode(picture, channels);
                    long[] sums = Pixels.sumsOfMixed(pixels.pixels(), channels, pixels.height() * pixels.width());
                    yield StagedPictureBuilder.builder()
                            .folder(folder)
                            .name(entry.path())
                            .label(-1)
                            .height(header.height())
                            .width(header.width())
                            .channels(channels)
                            .sums(sums)
                            .image(picture.file())
                            .needed(needed)
                            .build();
                }
                case RAW -> {
                    int height = reading.side() > 0 ? reading.side() : header.height();
                    int width = reading.side() > 0 ? reading.side() : header.width();
                    byte[] planes = reading.side() > 0
                            ? decoder.square(picture, channels, height)
                            : decoder.planes(picture, channels);
                    long[] sums = Pixels.sums(planes, channels, height * width);
                    yield StagedPictureBuilder.builder()
                            .folder(folder)
                            .name(entry.path())
                            .label(-1)
                            .height(height)
                            .width(width)
                            .channels(channels)
                            .sums(sums)
                            .image(planes)
                            .needed(needed)
                            .build();
                }
            };
        } catch (UndecodableException e) {
            return new Staged.Bad(folder, where + " " + e.getMessage());
        } finally {
            decoders.add(decoder);
        }
    }

    private PictureIntake.Use use() {
        return switch (reading.store()) {
            case ENCODED -> PictureIntake.Use.KEPT;
            case RAW -> PictureIntake.Use.DECODED;
        };
    }

    private Set<Adjustment> needs(StoredPicture picture, Entry entry) {
        EnumSet<Adjustment> needs = EnumSet.noneOf(Adjustment.class);
        needs.addAll(picture.adjustments());
        if (entry.linked()) {
            needs.add(Adjustment.LINKED);
        }
        if (Format.ofName(entry.name())
                .filter(promised -> promised != picture.came())
                .isPresent()) {
            needs.add(Adjustment.MISNAMED);
        }
        if (!picture.header().grey() && reading.dropsColour()) {
            needs.add(Adjustment.COLOUR_DROPPED);
        }
        if (picture.header().grey() && !reading.dropsColour()) {
            needs.add(Adjustment.GREY_WIDENED);
        }
        return needs;
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

package convoy.driver.importing.records;

import convoy.worker.data.pictures.Adjustment;
import convoy.worker.data.pictures.ImageDecoder;
import convoy.worker.data.pictures.ImageHeader;
import convoy.worker.data.pictures.ImageHeader.Format;
import convoy.worker.data.pictures.PictureIntake;
import convoy.worker.data.pictures.StoredPicture;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.single.PlaneDecoder;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Looks into picture files with several threads, and gives their records in the order in which the files came. */
final class Decoding implements Closeable {
    private static final int AHEAD = 64;
    private static final long AHEAD_BYTES = 64L << 20;

    private final Reading reading;
    private final ExecutorService threads;
    private final Queue<PlaneDecoder> decoders = new ConcurrentLinkedQueue<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;

    private record Waiting(Future<Staged> record, long bytes) {}

    /**
     * A picture file.
     *
     * @param folder that its record is of
     * @param name of it
     * @param where how to name it to a person
     * @param label of its class, or -1 where the folder tells
     * @param linked whether it is reached by a link
     * @param promised what its name says that it is; empty if that says nothing
     */
    record Found(String folder, String name, String where, int label, boolean linked, Optional<Format> promised) {}

    /**
     * @param reading how
     * @param threads how many cores there are for it
     */
    Decoding(Reading reading, int threads) {
        this.reading = reading;
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "convoy-import-decoding");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Whether more is to be added before the next record is asked for. */
    boolean hasRoom() {
        return waiting.size() < AHEAD && waitingBytes < AHEAD_BYTES;
    }

    /** A record that needs no look at a picture. */
    void add(Staged record) {
        waiting.add(new Waiting(CompletableFuture.completedFuture(record), 0));
    }

    void add(Found found, byte[] file) {
        waiting.add(new Waiting(threads.submit(() -> stage(found, file)), file.length));
        waitingBytes += file.length;
    }

    /** The record of what was added first; empty if there is nothing. */
    Optional<Staged> next() throws IOException {
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

    private Staged stage(Found found, byte[] file) {
        PlaneDecoder idle = decoders.poll();
        PlaneDecoder decoder = idle == null ? new PlaneDecoder(reading.orientation(), use()) : idle;
        try {
            StoredPicture picture = decoder.take(file);
            int channels = picture.header().grey() || reading.dropsColour() ? 1 : 3;
            return switch (reading.store()) {
                case ENCODED -> encoded(found, picture, decoder, channels);
                case RAW -> raw(found, picture, decoder, channels);
            };
        } catch (UndecodableException e) {
            return new Staged.Bad(found.folder(), found.where() + " " + e.getMessage());
        } finally {
            decoders.add(decoder);
        }
    }

    private Staged encoded(Found found, StoredPicture picture, PlaneDecoder decoder, int channels)
            throws UndecodableException {
        ImageHeader header = picture.header();
        ImageDecoder pixels = decoder.decode(picture, channels);
        return begun(found, picture, channels)
                .height(header.height())
                .width(header.width())
                .sums(Pixels.sumsOfMixed(pixels.pixels(), channels, pixels.height() * pixels.width()))
                .image(picture.file())
                .build();
    }

    private Staged raw(Found found, StoredPicture picture, PlaneDecoder decoder, int channels)
            throws UndecodableException {
        ImageHeader header = picture.header();
        int height = reading.side() > 0 ? reading.side() : header.height();
        int width = reading.side() > 0 ? reading.side() : header.width();
        byte[] planes =
                reading.side() > 0 ? decoder.square(picture, channels, height) : decoder.planes(picture, channels);
        return begun(found, picture, channels)
                .height(height)
                .width(width)
                .sums(Pixels.sums(planes, channels, height * width))
                .image(planes)
                .build();
    }

    private StagedPictureBuilder begun(Found found, StoredPicture picture, int channels) {
        return StagedPictureBuilder.builder()
                .folder(found.folder())
                .name(found.name())
                .label(found.label())
                .channels(channels)
                .needed(needs(found, picture));
    }

    private PictureIntake.Use use() {
        return switch (reading.store()) {
            case ENCODED -> PictureIntake.Use.KEPT;
            case RAW -> PictureIntake.Use.DECODED;
        };
    }

    private Set<Adjustment> needs(Found found, StoredPicture picture) {
        EnumSet<Adjustment> needs = EnumSet.noneOf(Adjustment.class);
        needs.addAll(picture.adjustments());
        if (found.linked()) {
            needs.add(Adjustment.LINKED);
        }
        if (found.promised().filter(promised -> promised != picture.came()).isPresent()) {
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
    public void close() {
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
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package convoy.worker.data.content;

import convoy.records.BadInputException;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.RowGroup;
import convoy.worker.data.pictures.ImageDecoder;
import convoy.worker.data.pictures.UndecodableException;

/**
 * The pixels of rows as planes of bytes {@code [C, H, W]}, C as the data set says: of raw pictures as they are stored, of files as they
 * are decoded, red, green, blue. Holds native memory; for one thread at a time.
 */
final class RowPlanes implements AutoCloseable {
    private final DatasetInfo info;
    private final ImageDecoder decoder = new ImageDecoder();

    private byte[] bytes = {};
    private int from;
    private int plane;
    private int height;
    private int width;

    RowPlanes(DatasetInfo info) {
        this.info = info;
    }

    /**
     * Goes to a row.
     *
     * @throws BadInputException if its file cannot be decoded
     */
    void take(RowGroup group, int row) {
        height = group.heights()[row];
        width = group.widths()[row];
        int begin = group.offsets()[row];
        if (info.encoding() == DatasetInfo.Encoding.RAW) {
            bytes = group.bytes();
            from = begin;
            plane = height * width;
            return;
        }
        try {
            decoder.decode(group.bytes(), begin, group.offsets()[row + 1] - begin, info.channels());
        } catch (UndecodableException e) {
            throw new BadInputException(
                    group.where() + ", row " + group.places()[row] + " (id " + group.ids()[row] + ") " + e.getMessage()
                            + ": import again, with --on-bad skip if the source is at fault",
                    e);
        }
        height = decoder.height();
        width = decoder.width();
        plane = height * width;
        bytes = planes(decoder.pixels(), info.channels());
        from = 0;
    }

    /** From blue, green, red of each pixel to a plane of each. */
    private static byte[] planes(byte[] mixed, int channels) {
        int pixels = mixed.length / channels;
        byte[] planes = new byte[mixed.length];
        for (int c = 0; c < channels; c++) {
            int of = channels - 1 - c;
            for (int i = 0; i < pixels; i++) {
                planes[c * pixels + i] = mixed[i * channels + of];
            }
        }
        return planes;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Pixels of a channel. */
    int pixels() {
        return plane;
    }

    /** Where channel 0 begins in {@link #bytes}; the others follow. */
    int from() {
        return from;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        decoder.close();
    }
}

package convoy.worker.data.image;

import convoy.worker.data.pictures.ImageDecoder;
import convoy.worker.data.pictures.ImageHeader;
import convoy.worker.data.pictures.UndecodableException;

/**
 * The pixels of one picture: planes of bytes, or what a decoder made of a file, once they are asked for. Holds native
 * memory; for one thread at a time.
 */
final class Pixels implements AutoCloseable {
    private final ImageDecoder decoder = new ImageDecoder();
    private final int channels;
    private int height;
    private int width;

    // A file, as long as it is not decoded.
    private boolean decoded;
    private byte[] file = {};
    private int fileFrom;
    private int fileLength;

    /** Whether the decoder has the pixels, else they lie in {@code planes}. */
    private boolean decoderHolds;

    // Channel c of (y, x) is planes[origin + (c*height + y)*width + x].
    private byte[] planes = {};
    private int origin;

    // Parts of two rows that the decoder holds, blue, green and red of one pixel after the other.
    private byte[] mixed = {};
    private byte[] mixedBelow = {};

    /** @param channels 1 or 3 */
    Pixels(int channels) {
        this.channels = channels;
    }

    /** Takes the file {@code bytes[from, from + length)} of a picture of that size; {@link #decode} reads it. */
    void take(byte[] bytes, int from, int length, int newHeight, int newWidth) {
        file = bytes;
        fileFrom = from;
        fileLength = length;
        height = newHeight;
        width = newWidth;
        decoded = false;
    }

    /** Takes planes {@code [channels, height, width]} that begin at {@code bytes[from]}. */
    void take(byte[] bytes, int from, int newHeight, int newWidth) {
        planes = bytes;
        origin = from;
        height = newHeight;
        width = newWidth;
        decoderHolds = false;
        decoded = true;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    boolean decoded() {
        return decoded;
    }

    /** Whether channels lie beside each other, blue, green, red, and not in a plane each. */
    boolean interleaved() {
        return decoderHolds;
    }

    /**
     * Decodes the file. Its height and width are those of the result from then on.
     *
     * @param reduction 1, 2, 4 or 8: the sides of a JPEG become 1/reduction, rounded up; other files keep theirs
     * @throws UndecodableException if that fails, or the file has another size than was said
     */
    void decode(int reduction) throws UndecodableException {
        ImageHeader header = ImageHeader.read(file, fileFrom, fileLength);
        if (header.height() != height || header.width() != width) {
            // Before memory is taken for what it says.
            throw new UndecodableException("has " + header.width() + " x " + header.height() + " pixels; its row says "
                    + width + " x " + height);
        }
        int divisor = header.format() == ImageHeader.Format.JPEG ? reduction : 1;
        decoder.decode(file, fileFrom, fileLength, channels, divisor);
        int fullHeight = height;
        int fullWidth = width;
        height = decoder.height();
        width = decoder.width();
        if (height != (fullHeight + divisor - 1) / divisor || width != (fullWidth + divisor - 1) / divisor) {
            throw new UndecodableException("has " + width + " x " + height + " pixels at 1/" + divisor
                    + " of its size; its row says " + fullWidth + " x " + fullHeight);
        }
        if (mixed.length < channels * width) {
            mixed = new byte[channels * width];
            mixedBelow = new byte[channels * width];
        }
        decoderHolds = true;
        decoded = true;
    }

    /** Puts pixels {@code [left, left + count)} of row y into an array, channel after channel. */
    void row(int y, int left, int count, int[] to) {
        if (decoderHolds) {
            byte[] source = mixed;
            copyMixed(y, left, count, source);
            for (int c = 0; c < channels; c++) {
                for (int i = 0; i < count; i++) {
                    to[c * count + i] = source[i * channels + channels - 1 - c] & 0xFF;
                }
            }
            return;
        }
        byte[] source = planes;
        for (int c = 0; c < channels; c++) {
            int from = origin + (c * height + y) * width + left;
            int target = c * count;
            for (int i = 0; i < count; i++) {
                to[target + i] = source[from + i] & 0xFF;
            }
        }
    }

    /**
     * Puts pixels {@code [left, left + count)} of rows y and y + 1 into the lower and upper halves of longs. Below the last
     * row comes nothing, and nothing may ask for what is made of it.
     *
     * @param channel whose plane is meant; interleaved pixels come with all their channels, whichever is asked for
     */
    void pair(int channel, int y, int left, int count, long[] to) {
        int below = Math.min(y + 1, height - 1);
        if (decoderHolds) {
            copyMixed(y, left, count, mixed);
            copyMixed(below, left, count, mixedBelow);
            pair(mixed, 0, mixedBelow, 0, channels * count, to);
        } else {
            int plane = origin + channel * height * width + left;
            pair(planes, plane + y * width, planes, plane + below * width, count, to);
        }
    }

    private static void pair(byte[] row, int from, byte[] below, int fromBelow, int count, long[] to) {
        for (int i = 0; i < count; i++) {
            to[i] = (row[from + i] & 0xFFL) | ((below[fromBelow + i] & 0xFFL) << 32);
        }
    }

    private void copyMixed(int y, int left, int count, byte[] to) {
        decoder.copy((y * width + left) * channels, to, count * channels);
    }

    @Override
    public void close() {
        decoder.close();
    }
}

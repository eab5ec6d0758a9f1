package convoy.worker.data.pictures;

import convoy.worker.natives.NativeLibraries;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decodes picture files through OpenCV, JPEG by its libjpeg-turbo. Holds native memory, which it keeps from picture to picture
 * and gives back when closed. For one thread at a time.
 */
public final class ImageDecoder implements AutoCloseable {
    private static final int SMALLEST_INPUT = 1 << 18;
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    static {
        NativeLibraries.load(() -> {
            Loader.load(opencv_imgcodecs.class);
            // Threads belong to those who call: every one of them decodes pictures of its own.
            opencv_core.setNumThreads(1);
        });
    }

    private BytePointer input = new BytePointer(SMALLEST_INPUT);
    private final Mat output = new Mat();

    /** Lies in what {@link #output} holds. */
    private ByteBuffer pixels = NONE;

    private int height;
    private int width;

    /**
     * Decodes the file {@code bytes[from, from + length)}; {@link #copy} gives the result. A rotation that a camera noted
     * in the file is not applied, as it is not by Pillow, so that height and width are those of the header.
     *
     * @param bytes those of a file
     * @param from the index of the first byte
     * @param length how many bytes there are from there
     * @param channels 1 for grey, 3 for blue, green, red; what is coloured becomes grey as in Pillow's {@code convert("L")}:
     *     ITU-R 601-2 in whole numbers, so alike on every machine
     * @throws UndecodableException if that fails
     */
    public void decode(byte[] bytes, int from, int length, int channels) throws UndecodableException {
        decode(bytes, from, length, channels, 1);
    }

    /**
     * The same at a fraction of the size, which takes less time for JPEG files: only part of the frequencies are
     * computed.
     *
     * @param bytes those of a file
     * @param from the index of the first byte
     * @param length how many bytes there are from there
     * @param channels 1 for grey, 3 for blue, green, red
     * @param reduction 1, 2, 4 or 8: the sides become 1/reduction, rounded up
     * @throws UndecodableException if the file cannot be decoded
     */
    public void decode(byte[] bytes, int from, int length, int channels, int reduction) throws UndecodableException {
        if (input.capacity() < length) {
            input.close();
            input = new BytePointer(Math.max(length, Math.min(2L * length, 1L << 30)));
        }
        // Refuses what would take gigabytes, which OpenCV would take.
        ImageHeader header = ImageHeader.read(bytes, from, length);
        int given = give(bytes, from, length);
        // Of a coloured JPEG file OpenCV would take the luma as it is stored, of a PNG file a sum of its own.
        boolean dropsColour = channels == 1 && !header.grey();
        int read = dropsColour ? 3 : channels;
        int flags = opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION
                | (read == 1 ? opencv_imgcodecs.IMREAD_GRAYSCALE : opencv_imgcodecs.IMREAD_COLOR);
        if (reduction > 1) {
            // The flags of the reduced sizes are 16, 32 and 64, with 1 added for colour.
            flags |= 8 * reduction;
        }
        try (Mat file = new Mat(1, given, opencv_core.CV_8UC1, input);
                Mat decoded = opencv_imgcodecs.imdecode(file, flags, output)) {
            if (decoded.empty() || decoded.channels() != read || !decoded.isContinuous()) {
                throw new UndecodableException("cannot be decoded");
            }
            height = decoded.rows();
            width = decoded.cols();
            int size = Math.multiplyExact(Math.multiplyExact(height, width), read);
            pixels = decoded.data().capacity(size).asByteBuffer();
            if (dropsColour) {
                pixels = ByteBuffer.wrap(luma(pixels));
            }
        } catch (RuntimeException e) {
            // OpenCV's own errors come as RuntimeException with its message.
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new UndecodableException("cannot be decoded (" + reason + ")", e);
        }
    }

    /**
     * Puts a file where the decoder finds it, a PNG file without what its pixels do not depend on: libpng prints a line to the
     * process's standard error for every flaw of that, and is told by nobody to be quiet.
     *
     * @return bytes that the decoder is given
     */
    private int give(byte[] bytes, int from, int length) throws UndecodableException {
        FileBytes file = new FileBytes(bytes, from, length);
        if (!file.has(0, PngFile.SIGNATURE)) {
            input.position(0).put(bytes, from, length);
            return length;
        }
        int[] given = new int[1];
        PngFile.bare(file, (part, begin, count) -> {
            input.position(given[0]).put(part, begin, count);
            given[0] += count;
        });
        input.position(0);
        return given[0];
    }

    private static byte[] luma(ByteBuffer mixed) {
        byte[] colours = new byte[mixed.capacity()];
        mixed.get(0, colours);
        byte[] grey = new byte[colours.length / 3];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = Luma.of(colours[3 * i + 2], colours[3 * i + 1], colours[3 * i]);
        }
        return grey;
    }

    /** {@return the picture decoded last, {@code [height, width, channels]}, as a new array} */
    public byte[] pixels() {
        byte[] bytes = new byte[pixels.capacity()];
        pixels.get(0, bytes);
        return bytes;
    }

    /**
     * Copies {@code bytes[from, from + length)} of the picture decoded last to the beginning of an array.
     *
     * @param from the index of the first byte
     * @param to takes the bytes, from its beginning on
     * @param length how many bytes are copied
     */
    public void copy(int from, byte[] to, int length) {
        pixels.get(from, to, 0, length);
    }

    /** {@return the height in pixels of the picture decoded last} */
    public int height() {
        return height;
    }

    /** {@return the width in pixels of the picture decoded last} */
    public int width() {
        return width;
    }

    @Override
    public void close() {
        pixels = NONE;
        input.close();
        output.close();
    }
}

package convoy.worker.data.pictures;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Writes PNG files through OpenCV, which brings its own zlib: Java's is the machine's, and its bytes differ. */
public final class PngWriter {
    private PngWriter() {}

    /**
     * {@return a PNG file}
     *
     * @param pixels {@code [height, width, channels]}: grey, or blue, green, red
     * @param height in pixels
     * @param width in pixels
     * @param channels 1 or 3
     * @param use of the file: whether bytes count, or time
     */
    public static byte[] write(byte[] pixels, int height, int width, int channels, PictureIntake.Use use) {
        int level =
                switch (use) {
                    // Photographs become hardly smaller above it (1 % at 6), and take up to three times as long.
                    case KEPT -> 2;
                    case DECODED -> 0;
                };
        int type = channels == 1 ? opencv_core.CV_8UC1 : opencv_core.CV_8UC3;
        try (BytePointer memory = new BytePointer(pixels);
                Mat picture = new Mat(height, width, type, memory);
                IntPointer settings = new IntPointer(opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, level);
                BytePointer file = new BytePointer()) {
            if (!opencv_imgcodecs.imencode(".png", picture, file, settings)) {
                throw new IllegalStateException("a picture of " + width + " x " + height + " became no PNG file");
            }
            byte[] bytes = new byte[Math.toIntExact(file.limit())];
            file.get(bytes);
            return bytes;
        }
    }
}

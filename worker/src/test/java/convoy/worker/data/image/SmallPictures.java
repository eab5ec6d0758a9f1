package convoy.worker.data.image;

import convoy.architectures.random.RandomStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Small pictures for tests, as planes of bytes and as files. */
public final class SmallPictures {
    private SmallPictures() {}

    /** Random bytes as planes {@code [3, height, width]}. */
    public static byte[] noise(long seed, int height, int width) {
        RandomStream random = RandomStream.of(seed, "noise");
        byte[] planes = new byte[3 * height * width];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (byte) random.nextInt(256);
        }
        return planes;
    }

    /** A picture without sharp edges, which JPEG keeps well: red grows to the right, green down, blue is even. */
    public static byte[] gradient(int height, int width) {
        byte[] planes = new byte[3 * height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                planes[y * width + x] = (byte) (255 * x / width);
                planes[height * width + y * width + x] = (byte) (200 * y / height);
                planes[2 * height * width + y * width + x] = (byte) 40;
            }
        }
        return planes;
    }

    /** A file of that format, {@code .jpg} or {@code .png}, of planes {@code [3, height, width]}. */
    public static byte[] encode(String format, byte[] planes, int height, int width) {
        byte[] mixed = new byte[planes.length];
        int plane = height * width;
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                mixed[3 * i + 2 - c] = planes[c * plane + i];
            }
        }
        return encode(format, opencv_core.CV_8UC3, mixed, height, width);
    }

    /** A file of one grey plane. */
    static byte[] encodeGrey(String format, byte[] plane, int height, int width) {
        return encode(format, opencv_core.CV_8UC1, plane, height, width);
    }

    private static byte[] encode(String format, int type, byte[] pixels, int height, int width) {
        try (BytePointer memory = new BytePointer(pixels);
                Mat picture = new Mat(height, width, type, memory);
                BytePointer file = new BytePointer()) {
            opencv_imgcodecs.imencode(format, picture, file);
            byte[] bytes = new byte[(int) file.limit()];
            file.get(bytes);
            return bytes;
        }
    }
}

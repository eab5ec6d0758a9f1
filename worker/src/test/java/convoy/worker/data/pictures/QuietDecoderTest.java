package convoy.worker.data.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flaws of PNG files do not reach the terminal, to which libpng prints by itself: so they are decoded in a process whose standard
 * error is a file.
 */
final class QuietDecoderTest {
    private static final int HEIGHT = 29;
    private static final int WIDTH = 37;
    private static final byte[] PLAIN =
            PictureFiles.encode(".png", PictureFiles.gradient(HEIGHT, WIDTH), HEIGHT, WIDTH);

    /** Behind the signature and IHDR. */
    private static final int FIRST = 33;

    /** Flawed in what pixels do not depend on. */
    private static Map<String, byte[]> harmless() {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : List.of(
                "iCCP", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "hIST", "pHYs", "sPLT", "tIME", "iTXt", "zTXt", "tEXt",
                "eXIf", "oFFs", "pCAL", "sCAL", "acTL", "fcTL", "tRNS", "PLTE", "zzZz")) {
            for (int length : new int[] {0, 1, 3, 6, 13, 40}) {
                files.put(name + " of " + length, PictureFiles.withChunk(PLAIN, name, new byte[length]));
            }
        }
        byte[] text = PictureFiles.withChunk(PLAIN, "tEXt", "a\0b".getBytes(StandardCharsets.US_ASCII));
        text[FIRST + 8] ^= 1;
        files.put("tEXt with a wrong sum", text);
        byte[] end = PLAIN.clone();
        end[end.length - 1] ^= 1;
        files.put("IEND with a wrong sum", end);
        files.put("bytes behind IEND", Arrays.copyOf(PLAIN, PLAIN.length + 100));
        return files;
    }

    private static byte[] withHeader(int at, int value) {
        byte[] file = PLAIN.clone();
        file[16 + at] = (byte) value;
        return PictureFiles.repaired(file);
    }

    /** Flawed in what they do depend on. */
    private static Map<String, byte[]> harmful() {
        Map<String, byte[]> files = new TreeMap<>();
        byte[] indexed = PictureFiles.byPillow("palette.png");
        int palette = ByteBuffer.wrap(indexed).getInt(FIRST) + 12;
        files.put(
                "no PLTE",
                PictureFiles.joined(
                        Arrays.copyOf(indexed, FIRST), Arrays.copyOfRange(indexed, FIRST + palette, indexed.length)));
        byte[] wrongColours = indexed.clone();
        wrongColours[FIRST + 8] ^= 1;
        files.put("PLTE with a wrong sum", wrongColours);
        files.put(
                "PLTE of 4",
                PictureFiles.joined(
                        Arrays.copyOf(indexed, FIRST),
                        PictureFiles.chunk("PLTE", new byte[4]),
                        Arrays.copyOfRange(indexed, FIRST + palette, indexed.length)));
        byte[] wrongHeader = PLAIN.clone();
        wrongHeader[29] ^= 1;
        files.put("IHDR with a wrong sum", wrongHeader);
        files.put("depth of 4 in three colours", withHeader(8, 4));
        files.put("pixels of kind 7", withHeader(9, 7));
        files.put("compression 1", withHeader(10, 1));
        files.put("filter 1", withHeader(11, 1));
        files.put("interlace 2", withHeader(12, 2));
        byte[] damaged = PLAIN.clone();
        damaged[damaged.length - 20] ^= 1;
        files.put("IDAT with a wrong sum", damaged);
        files.put("critical chunk", PictureFiles.withChunk(PLAIN, "ABCD", new byte[4]));
        files.put(
                "two IHDR",
                PictureFiles.joined(Arrays.copyOf(PLAIN, FIRST), Arrays.copyOfRange(PLAIN, 8, PLAIN.length)));
        files.put(
                "no IDAT",
                PictureFiles.joined(
                        Arrays.copyOf(PLAIN, FIRST), Arrays.copyOfRange(PLAIN, PLAIN.length - 12, PLAIN.length)));
        files.put("cut in half", Arrays.copyOf(PLAIN, PLAIN.length / 2));
        files.put("cut behind IDAT", Arrays.copyOf(PLAIN, PLAIN.length - 12));
        files.put("too wide", withHeader(0, 1));
        return files;
    }

    @Test
    void pixelsDoNotDependOnWhatIsLeftOut() throws UndecodableException {
        try (ImageDecoder decoder = new ImageDecoder()) {
            for (Map.Entry<String, byte[]> file : PictureFiles.all().entrySet()) {
                if (!ImageHeader.read(file.getValue(), 0, file.getValue().length)
                                .format()
                                .equals(ImageHeader.Format.PNG)
                        || file.getKey().startsWith("animated")) {
                    continue;
                }
                decoder.decode(file.getValue(), 0, file.getValue().length, 3);
                assertThat(decoder.pixels()).as(file.getKey()).isEqualTo(byOpenCv(file.getValue()));
            }
            byte[] expected = byOpenCv(PLAIN);
            for (Map.Entry<String, byte[]> file : harmless().entrySet()) {
                byte[] inside = PictureFiles.joined(new byte[5], file.getValue(), new byte[5]);
                decoder.decode(inside, 5, file.getValue().length, 3);
                assertThat(decoder.pixels()).as(file.getKey()).isEqualTo(expected);
            }
        }
    }

    private static byte[] byOpenCv(byte[] file) {
        int flags = opencv_imgcodecs.IMREAD_COLOR | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
        try (BytePointer memory = new BytePointer(file);
                Mat given = new Mat(1, file.length, opencv_core.CV_8UC1, memory);
                Mat decoded = opencv_imgcodecs.imdecode(given, flags)) {
            if (decoded.empty()) {
                return new byte[0];
            }
            byte[] pixels = new byte[(int) (decoded.total() * decoded.elemSize())];
            decoded.data().get(pixels);
            return pixels;
        }
    }

    /** What runs in the other process: with a word, OpenCV is given the files as they are. */
    public static void main(String[] words) {
        try (ImageDecoder decoder = new ImageDecoder()) {
            for (byte[] file : harmless().values()) {
                decode(decoder, file, words.length > 0);
            }
            for (byte[] file : harmful().values()) {
                if (decode(decoder, file, words.length > 0)) {
                    System.out.println("a damaged file was decoded");
                }
            }
        }
        System.out.println("done");
    }

    private static boolean decode(ImageDecoder decoder, byte[] file, boolean asItIs) {
        if (asItIs) {
            return byOpenCv(file).length > 0;
        }
        try {
            decoder.decode(file, 0, file.length, 3);
            return true;
        } catch (UndecodableException refused) {
            return false;
        }
    }

    @Test
    void nothingIsPrintedOfFlawedFiles(@TempDir Path directory) throws IOException, InterruptedException {
        assertThat(printed(directory)).isEmpty();
        assertThat(printed(directory, "as-they-are"))
                .as("what the test would see")
                .contains("libpng warning: ", "libpng error: ");
    }

    private static String printed(Path directory, String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                QuietDecoderTest.class.getName());
        builder.command().addAll(List.of(words));
        // As the scripts and the executors' settings have it.
        builder.environment().put("OPENCV_LOG_LEVEL", "SILENT");
        Path errors = directory.resolve("errors");
        Path out = directory.resolve("out");
        Process process = builder.redirectError(errors.toFile())
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(out)).isEqualTo("done\n");
        return Files.readString(errors);
    }
}

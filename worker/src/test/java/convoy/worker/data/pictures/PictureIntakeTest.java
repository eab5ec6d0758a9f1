package convoy.worker.data.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.pictures.ImageHeader.Format;
import convoy.worker.data.pictures.PictureIntake.Use;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a data set makes of picture files from outside. */
final class PictureIntakeTest {
    private static final int HEIGHT = 29;
    private static final int WIDTH = 37;

    private final PictureIntake intake = new PictureIntake(Orientation.AS_STORED, Use.KEPT);
    private final PictureIntake turning = new PictureIntake(Orientation.UPRIGHT, Use.KEPT);
    private final ImageDecoder decoder = new ImageDecoder();

    @AfterEach
    void close() {
        intake.close();
        turning.close();
        decoder.close();
    }

    /** {@code [height, width, 3]} red, green, blue, or {@code [height, width]} grey. */
    private byte[] pixels(byte[] file, int channels) throws UndecodableException {
        decoder.decode(file, 0, file.length, channels);
        return channels == 1 ? decoder.pixels() : PictureFiles.swapped(decoder.pixels());
    }

    private byte[] pixels(StoredPicture picture) throws UndecodableException {
        byte[] pixels = pixels(picture.file(), 3);
        assertThat(decoder.height()).isEqualTo(picture.header().height());
        assertThat(decoder.width()).isEqualTo(picture.header().width());
        return pixels;
    }

    private static byte[] joined(byte[]... parts) {
        return PictureFiles.joined(parts);
    }

    private static byte[] shortened(byte[] file, int by) {
        return Arrays.copyOf(file, file.length - by);
    }

    private void assertRefused(byte[] file, String... parts) {
        assertThatThrownBy(() -> pixels(intake.take(file).file(), 3))
                .isInstanceOf(UndecodableException.class)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"))
                .satisfies(e -> assertThat(List.of(parts))
                        .allSatisfy(part -> assertThat(e).hasMessageContaining(part)));
    }

    // ---- formats

    @ParameterizedTest
    @CsvSource({
        "lossless.webp, WEBP, STORED_AS_PNG",
        "transparent.webp, WEBP, STORED_AS_PNG ALPHA_DROPPED",
        "transparent.gif, GIF, STORED_AS_PNG ALPHA_DROPPED",
        "animated.gif, GIF, STORED_AS_PNG FIRST_FRAME",
        "palette.bmp, BMP, STORED_AS_PNG",
        "palette.png, PNG, PALETTE ALPHA_DROPPED",
        "animated.png, PNG, FIRST_FRAME"
    })
    void theFirstFrameOfEveryFormatIsWhatPillowShows(String name, Format came, String adjustments)
            throws UndecodableException {
        byte[] file = PictureFiles.byPillow(name);
        StoredPicture picture = intake.take(file);
        assertThat(pixels(picture)).isEqualTo(PictureFiles.pattern());
        assertThat(picture.came()).isEqualTo(came);
        assertThat(picture.header()).isEqualTo(new ImageHeader(Format.PNG, 3, 5, false));
        assertThat(ImageHeader.read(picture.file(), 0, picture.file().length)).isEqualTo(picture.header());
        assertThat(picture.adjustments())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(adjustments.split(" ", -1))
                        .map(Adjustment::valueOf)
                        .toList());
    }

    @Test
    void lossyAndAnimatedWebpAreWhatPillowShows() throws UndecodableException {
        assertThat(pixels(intake.take(PictureFiles.LOSSY))).isEqualTo(PictureFiles.LOSSY_PIXELS);
        StoredPicture animated = intake.take(PictureFiles.ANIMATED_WEBP);
        assertThat(pixels(animated)).isEqualTo(PictureFiles.pattern());
        assertThat(animated.adjustments()).contains(Adjustment.FIRST_FRAME);
    }

    /** Around a frame that is smaller than the picture Pillow has the colour of the background. */
    @Test
    void aFrameMayCoverPartOfAGif() throws UndecodableException {
        byte[] pixels = pixels(intake.take(PictureFiles.byPillow("partial.gif")));
        byte[] pattern = PictureFiles.pattern();
        byte[] background = HexFormat.of().parseHex("c8b4f0");
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 7; x++) {
                boolean inside = y >= 1 && x >= 1 && x < 6;
                int at = inside ? 3 * (5 * (y - 1) + x - 1) : 0;
                assertThat(Arrays.copyOfRange(pixels, 3 * (7 * y + x), 3 * (7 * y + x) + 3))
                        .isEqualTo(Arrays.copyOfRange(inside ? pattern : background, at, at + 3));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bmp", "gif"})
    void filesThatJavaWroteComeOutPixelByPixel(String format) throws UndecodableException {
        byte[] file = PictureFiles.byJava(format, PictureFiles.pattern(), 3, 5);
        assertThat(pixels(intake.take(file))).isEqualTo(PictureFiles.pattern());
    }

    @Test
    void picturesOfGreyPixelsAreStoredGrey() throws UndecodableException {
        byte[] grey = new byte[3 * 20];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = (byte) (i / 3 * 12);
        }
        for (String format : List.of("bmp", "gif")) {
            StoredPicture picture = intake.take(PictureFiles.byJava(format, grey, 4, 5));
            assertThat(picture.header().grey()).isTrue();
            assertThat(pixels(picture)).isEqualTo(grey);
        }
    }

    @Test
    void whatIsNotReadIsNamed() {
        assertRefused(new byte[0], "is empty");
        assertRefused("hello".getBytes(StandardCharsets.US_ASCII), "none of JPEG, PNG, GIF, BMP and WebP");
        Map<String, String> texts = Map.of(
                "II*\0\0\0", "is a TIFF file, which is not read: convert it to PNG",
                "MM\0*\0\0", "is a TIFF file",
                "\0\0\0\u0018ftypheic", "is an HEIC file, which is not read: convert it to PNG",
                "\0\0\0 ftypavif", "is an AVIF file, which is not read: convert it to PNG",
                "\u00FF\n\0", "is a JPEG XL file",
                "<!DOCTYPE html><html>", "is a web page (HTML), no picture: download the file itself",
                "<svg xmlns=", "is an SVG or XML file, no picture",
                "version https://git-lfs.github.com/spec/v1\n", "git lfs pull",
                "%PDF-1.7", "is a PDF file, no picture");
        texts.forEach((text, complaint) -> assertRefused(text.getBytes(StandardCharsets.ISO_8859_1), complaint));
    }

    // ---- what the files hold

    @Test
    void depthTransparencyAndInksAreToldAndComeOutAsFromPillow() throws UndecodableException {
        StoredPicture inks = intake.take(PictureFiles.CMYK);
        assertThat(inks.adjustments()).containsExactly(Adjustment.CMYK);
        assertThat(inks.file()).isEqualTo(PictureFiles.CMYK);
        byte[] pixels = pixels(inks);
        for (int i = 0; i < pixels.length; i++) {
            // Pillow divides by 255 where OpenCV divides by 256.
            assertThat(Math.abs((pixels[i] & 0xFF) - (PictureFiles.CMYK_PIXELS[i] & 0xFF)))
                    .isLessThanOrEqualTo(1);
        }
        byte[] coloured = PictureFiles.encode(".png", PictureFiles.gradient(4, 5), 4, 5);
        StoredPicture keyed = intake.take(PictureFiles.withChunk(coloured, "tRNS", new byte[6]));
        assertThat(keyed.adjustments()).containsExactly(Adjustment.ALPHA_DROPPED);
        assertThat(pixels(keyed)).isEqualTo(PictureFiles.gradient(4, 5));
        byte[] deep = deepPng();
        StoredPicture upper = intake.take(deep);
        assertThat(upper.adjustments()).containsExactly(Adjustment.SIXTEEN_BITS);
        assertThat(pixels(upper)).isEqualTo(new byte[] {1, 3, 5, 7, 9, 11});
        assertThat(intake.take(coloured).adjustments()).isEmpty();
    }

    /** Of 2 x 1 pixels of 16 bits a channel, whose upper halves are 1, 3, 5, …. */
    private static byte[] deepPng() {
        byte[] row = new byte[13];
        for (int i = 1; i < row.length; i++) {
            row[i] = (byte) i;
        }
        java.util.zip.Deflater deflater = new java.util.zip.Deflater();
        deflater.setInput(row);
        deflater.finish();
        byte[] packed = new byte[100];
        packed = Arrays.copyOf(packed, deflater.deflate(packed));
        deflater.end();
        byte[] header = ByteBuffer.allocate(13)
                .putInt(2)
                .putInt(1)
                .put(new byte[] {16, 2, 0, 0, 0})
                .array();
        return joined(
                PngFile.SIGNATURE.getBytes(StandardCharsets.ISO_8859_1),
                PictureFiles.chunk("IHDR", header),
                PictureFiles.chunk("IDAT", packed),
                PictureFiles.chunk("IEND", new byte[0]));
    }

    @Test
    void coloursBecomeGreyByPillowsFormula() throws UndecodableException {
        // Image.new("RGB", (1, 1), c).convert("L") of Pillow 12.3.
        assertThat(Luma.of((byte) 255, (byte) 0, (byte) 0) & 0xFF).isEqualTo(76);
        assertThat(Luma.of((byte) 0, (byte) 255, (byte) 0) & 0xFF).isEqualTo(150);
        assertThat(Luma.of((byte) 0, (byte) 0, (byte) 255) & 0xFF).isEqualTo(29);
        assertThat(Luma.of((byte) 255, (byte) 255, (byte) 255) & 0xFF).isEqualTo(255);
        byte[] ofPattern = HexFormat.of().parseHex("000f1e2d3c35475a6c7e6a7f95abc1");
        for (String name : List.of("lossless.webp", "palette.png", "palette.bmp", "transparent.gif")) {
            assertThat(pixels(intake.take(PictureFiles.byPillow(name)).file(), 1))
                    .isEqualTo(ofPattern);
        }
        for (byte[] file : List.of(
                PictureFiles.encode(".jpg", PictureFiles.gradient(HEIGHT, WIDTH), HEIGHT, WIDTH),
                PictureFiles.progressive(PictureFiles.gradient(HEIGHT, WIDTH), HEIGHT, WIDTH))) {
            byte[] colours = pixels(file, 3);
            byte[] grey = pixels(file, 1);
            for (int i = 0; i < grey.length; i++) {
                assertThat(grey[i]).isEqualTo(Luma.of(colours[3 * i], colours[3 * i + 1], colours[3 * i + 2]));
            }
        }
    }

    @Test
    void greyFilesAreTheSameInOneChannelAndInThree() throws UndecodableException {
        byte[] plane = Arrays.copyOf(PictureFiles.gradient(HEIGHT, WIDTH), HEIGHT * WIDTH);
        for (String format : List.of(".jpg", ".png")) {
            byte[] file = PictureFiles.encode(format, plane, HEIGHT, WIDTH);
            assertThat(intake.take(file).header().grey()).isTrue();
            byte[] three = pixels(file, 3);
            byte[] one = pixels(file, 1);
            for (int i = 0; i < one.length; i++) {
                assertThat(three[3 * i]).isEqualTo(one[i]);
                assertThat(three[3 * i + 1]).isEqualTo(one[i]);
                assertThat(three[3 * i + 2]).isEqualTo(one[i]);
            }
        }
    }

    // ---- ends

    private static List<byte[]> jpegs() {
        byte[] pixels = PictureFiles.gradient(HEIGHT, WIDTH);
        byte[] plane = Arrays.copyOf(pixels, HEIGHT * WIDTH);
        return List.of(
                PictureFiles.encode(".jpg", pixels, HEIGHT, WIDTH),
                PictureFiles.encode(".jpg", plane, HEIGHT, WIDTH),
                PictureFiles.progressive(pixels, HEIGHT, WIDTH),
                PictureFiles.CMYK);
    }

    @Test
    void aJpegThatLacksOnlyItsEndMarkerIsReadAndOneThatLacksMoreIsNot() throws UndecodableException {
        for (byte[] file : jpegs()) {
            byte[] expected = pixels(file, 3);
            for (int by : new int[] {1, 2}) {
                StoredPicture picture = intake.take(shortened(file, by));
                assertThat(picture.adjustments()).contains(Adjustment.NO_END);
                assertThat(pixels(picture)).isEqualTo(expected);
                assertThat(Arrays.copyOfRange(picture.file(), picture.file().length - 2, picture.file().length))
                        .isEqualTo(new byte[] {(byte) 0xFF, (byte) 0xD9});
            }
            assertThat(intake.take(file).adjustments()).doesNotContain(Adjustment.NO_END);
            for (int by = 3; by < file.length; by++) {
                assertRefused(shortened(file, by));
            }
            assertRefused(joined(shortened(file, 40), new byte[200]));
        }
    }

    @Test
    void aPngThatLacksOnlyItsEndIsReadAndOneThatLacksMoreIsNot() throws UndecodableException {
        byte[] pixels = PictureFiles.gradient(HEIGHT, WIDTH);
        byte[] file = PictureFiles.encode(".png", pixels, HEIGHT, WIDTH);
        for (int by = 1; by <= 12; by++) {
            StoredPicture picture = intake.take(shortened(file, by));
            assertThat(picture.adjustments()).containsExactly(Adjustment.NO_END);
            assertThat(picture.file()).isEqualTo(file);
        }
        for (int by = 13; by < file.length; by++) {
            assertRefused(shortened(file, by));
        }
    }

    @Test
    void otherFormatsMayLackWhatShowsNothing() throws UndecodableException {
        byte[] gif = PictureFiles.byPillow("transparent.gif");
        for (int by : new int[] {1, 2}) {
            StoredPicture picture = intake.take(shortened(gif, by));
            assertThat(picture.adjustments()).contains(Adjustment.NO_END);
            assertThat(pixels(picture)).isEqualTo(PictureFiles.pattern());
        }
        byte[] bmp = PictureFiles.byJava("bmp", PictureFiles.pattern(), 3, 5);
        StoredPicture unfilled = intake.take(shortened(bmp, 1));
        assertThat(unfilled.adjustments()).contains(Adjustment.NO_END);
        assertThat(pixels(unfilled)).isEqualTo(PictureFiles.pattern());
        for (int by = 2; by < bmp.length; by++) {
            assertRefused(shortened(bmp, by));
        }
        for (int by = 4; by < gif.length; by++) {
            assertRefused(shortened(gif, by));
        }
        for (byte[] webp : List.of(PictureFiles.LOSSY, PictureFiles.ANIMATED_WEBP)) {
            for (int by = 1; by < webp.length; by++) {
                assertRefused(shortened(webp, by));
            }
        }
    }

    // ---- orientation

    /** Where the pixel (y, x) of an upright picture lies in the stored one, by the table of the EXIF specification. */
    private static int[] stored(int orientation, int y, int x) {
        return switch (orientation) {
            case 2 -> new int[] {y, WIDTH - 1 - x};
            case 3 -> new int[] {HEIGHT - 1 - y, WIDTH - 1 - x};
            case 4 -> new int[] {HEIGHT - 1 - y, x};
            case 5 -> new int[] {x, y};
            case 6 -> new int[] {HEIGHT - 1 - x, y};
            case 7 -> new int[] {HEIGHT - 1 - x, WIDTH - 1 - y};
            case 8 -> new int[] {x, WIDTH - 1 - y};
            default -> new int[] {y, x};
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void uprightTurnsEveryPixelAndAsStoredNone(int orientation) throws UndecodableException {
        byte[] pixels = PictureFiles.gradient(HEIGHT, WIDTH);
        byte[] plane = Arrays.copyOf(pixels, HEIGHT * WIDTH);
        List<byte[]> files = new ArrayList<>();
        for (boolean little : new boolean[] {true, false}) {
            byte[] exif = PictureFiles.exif(little, orientation);
            files.add(PictureFiles.withExif(PictureFiles.encode(".jpg", pixels, HEIGHT, WIDTH), exif));
            files.add(PictureFiles.withExif(PictureFiles.encode(".jpg", plane, HEIGHT, WIDTH), exif));
            files.add(PictureFiles.withChunk(PictureFiles.encode(".png", pixels, HEIGHT, WIDTH), "eXIf", exif));
        }
        for (byte[] file : files) {
            StoredPicture left = intake.take(file);
            assertThat(left.file()).isEqualTo(file);
            assertThat(left.adjustments())
                    .isEqualTo(orientation == 1 ? java.util.Set.of() : java.util.Set.of(Adjustment.LEFT_TURNED));
            byte[] before = pixels(left);
            StoredPicture upright = turning.take(file);
            byte[] after = pixels(upright);
            assertThat(upright.header().grey()).isEqualTo(left.header().grey());
            if (orientation == 1) {
                assertThat(upright.file()).isEqualTo(file);
                continue;
            }
            assertThat(upright.adjustments()).containsExactly(Adjustment.TURNED);
            boolean swapped = orientation > 4;
            assertThat(upright.header().height()).isEqualTo(swapped ? WIDTH : HEIGHT);
            int width = swapped ? HEIGHT : WIDTH;
            for (int y = 0; y < upright.header().height(); y++) {
                for (int x = 0; x < width; x++) {
                    int[] from = stored(orientation, y, x);
                    for (int c = 0; c < 3; c++) {
                        assertThat(after[3 * (width * y + x) + c])
                                .isEqualTo(before[3 * (WIDTH * from[0] + from[1]) + c]);
                    }
                }
            }
        }
    }

    @Test
    void webpIsTurnedToo() throws UndecodableException {
        assertThat(intake.take(PictureFiles.TURNED_WEBP).adjustments()).contains(Adjustment.LEFT_TURNED);
        StoredPicture upright = turning.take(PictureFiles.TURNED_WEBP);
        assertThat(upright.header()).isEqualTo(new ImageHeader(Format.PNG, 5, 3, false));
        assertThat(Arrays.copyOf(pixels(upright), 3))
                .isEqualTo(Arrays.copyOfRange(PictureFiles.pattern(), 3 * 10, 3 * 10 + 3));
    }

    @Test
    void garbledExifNeverMakesAPictureBad() throws UndecodableException {
        byte[] jpeg = PictureFiles.encode(".jpg", PictureFiles.gradient(HEIGHT, WIDTH), HEIGHT, WIDTH);
        byte[] expected = pixels(jpeg, 3);
        RandomStream random = RandomStream.of(3, "exif");
        for (int i = 0; i < 3000; i++) {
            byte[] exif = PictureFiles.exif(i % 2 == 0, 6);
            for (int flips = 1 + random.nextInt(6); flips > 0; flips--) {
                exif[random.nextInt(exif.length)] = (byte) random.nextInt(256);
            }
            exif = Arrays.copyOf(exif, random.nextInt(4) == 0 ? random.nextInt(exif.length) : exif.length);
            byte[] file = PictureFiles.withExif(jpeg, exif);
            assertThat(intake.take(file).file()).isEqualTo(file);
            if (i % 20 == 0) {
                assertThat(pixels(turning.take(file))).hasSize(expected.length);
            }
        }
        assertThat(intake.take(PictureFiles.withExif(jpeg, PictureFiles.exif(true, 0)))
                        .adjustments())
                .isEmpty();
        assertThat(intake.take(PictureFiles.withExif(jpeg, PictureFiles.exif(true, 9)))
                        .adjustments())
                .isEmpty();
    }

    // ---- sizes

    private static byte[] at(byte[] file, int at, int... bytes) {
        byte[] changed = file.clone();
        for (int i = 0; i < bytes.length; i++) {
            changed[at + i] = (byte) bytes[i];
        }
        return changed;
    }

    /** Refused by their headers: with 4,294,836,225 pixels a decoder would take 12 GiB. */
    @Test
    void picturesThatClaimToBeHugeAreRefusedBeforeMemoryIsTaken() {
        byte[] png = PictureFiles.encode(".png", PictureFiles.gradient(HEIGHT, WIDTH), HEIGHT, WIDTH);
        assertRefused(at(png, 16, 0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF), "has 65535 x 65535 pixels");
        assertRefused(at(png, 16, 0xFF, 0xFF, 0xFF, 0xFF), "pixels; between 1 and 100000000 are read");
        byte[] gif = PictureFiles.byPillow("partial.gif");
        assertRefused(at(gif, 6, 0xFF, 0xFF, 0xFF, 0xFF), "has 65535 x 65535 pixels");
        byte[] bmp = PictureFiles.byPillow("palette.bmp");
        assertRefused(at(bmp, 18, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0), "has 65535 x 65535 pixels");
        assertRefused(at(bmp, 22, 0, 0, 0, 0x80), "pixels; between 1 and");
        assertRefused(at(PictureFiles.ANIMATED_WEBP, 24, 0xFE, 0xFF, 0, 0xFE, 0xFF, 0), "has 65535 x 65535 pixels");
        byte[] jpeg = PictureFiles.encode(".jpg", PictureFiles.gradient(HEIGHT, WIDTH), HEIGHT, WIDTH);
        int frame = indexOf(jpeg, 0xFF, 0xC0);
        assertRefused(at(jpeg, frame + 5, 0xFF, 0xFF, 0xFF, 0xFF), "has 65535 x 65535 pixels");
    }

    private static int indexOf(byte[] file, int first, int second) {
        for (int i = 0; i + 1 < file.length; i++) {
            if ((file[i] & 0xFF) == first && (file[i + 1] & 0xFF) == second) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }

    @Test
    void aJpegOfVeryManyScansIsRefused() throws UndecodableException {
        byte[] file = PictureFiles.progressive(PictureFiles.gradient(HEIGHT, WIDTH), HEIGHT, WIDTH);
        int last = file.length - 2;
        byte[] scan = {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 1, 1, 0};
        List<byte[]> parts = new ArrayList<>(List.of(Arrays.copyOf(file, last)));
        for (int i = 0; i < 101; i++) {
            parts.add(scan);
        }
        parts.add(new byte[] {(byte) 0xFF, (byte) 0xD9});
        assertRefused(joined(parts.toArray(new byte[0][])), "of more than 100 scans");
        assertThat(intake.take(file).adjustments()).isEmpty();
    }
}

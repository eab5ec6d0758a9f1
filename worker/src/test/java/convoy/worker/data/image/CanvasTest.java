package convoy.worker.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.pictures.UndecodableException;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CanvasTest {
    private static Canvas begin(byte[] planes, int height, int width) {
        Canvas canvas = Canvas.ofPlanes(3, Painting.identity());
        canvas.begin(planes, 0, planes.length, height, width);
        return canvas;
    }

    /** Does one thing at a time, pixel by pixel. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Plain(int[][][] pixels) {
        static Plain of(byte[] planes, int height, int width) {
            int[][][] pixels = new int[3][height][width];
            for (int i = 0; i < planes.length; i++) {
                pixels[i / (height * width)][i / width % height][i % width] = planes[i] & 0xFF;
            }
            return new Plain(pixels);
        }

        int height() {
            return pixels[0].length;
        }

        int width() {
            return pixels[0][0].length;
        }

        Plain crop(int top, int left, int height, int width) {
            int[][][] out = new int[3][height][width];
            for (int c = 0; c < 3; c++) {
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        int fromY = y + top;
                        int fromX = x + left;
                        boolean inside = fromY >= 0 && fromY < height() && fromX >= 0 && fromX < width();
                        out[c][y][x] = inside ? pixels[c][fromY][fromX] : 0;
                    }
                }
            }
            return new Plain(out);
        }

        Plain flip() {
            int[][][] out = new int[3][height()][width()];
            for (int c = 0; c < 3; c++) {
                for (int y = 0; y < height(); y++) {
                    for (int x = 0; x < width(); x++) {
                        out[c][y][x] = pixels[c][y][width() - 1 - x];
                    }
                }
            }
            return new Plain(out);
        }

        Plain flipVertically() {
            int[][][] out = new int[3][height()][];
            for (int c = 0; c < 3; c++) {
                for (int y = 0; y < height(); y++) {
                    out[c][y] = pixels[c][height() - 1 - y].clone();
                }
            }
            return new Plain(out);
        }

        /** Scales with a canvas of its own: what is tested here is how scaling goes with the rest. */
        Plain scaled(int top, int left, int height, int width, int toHeight, int toWidth) throws UndecodableException {
            Plain cut = crop(top, left, height, width);
            try (Canvas canvas = begin(cut.bytes(), height, width)) {
                canvas.resize(toHeight, toWidth);
                return of(Painting.of(canvas), toHeight, toWidth);
            }
        }

        byte[] bytes() {
            byte[] bytes = new byte[3 * height() * width()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) pixels[i / (height() * width())][i / width() % height()][i % width()];
            }
            return bytes;
        }
    }

    /** Any sequence of crops over the edges, flips and scalings gives what doing them one by one gives. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
    void doingAllAtOnceIsDoingOneByOne(long seed) throws UndecodableException {
        RandomStream random = RandomStream.of(seed, "canvas");
        int height = 5 + random.nextInt(20);
        int width = 5 + random.nextInt(20);
        byte[] planes = SmallPictures.noise(seed, height, width);
        Plain plain = Plain.of(planes, height, width);
        try (Canvas canvas = begin(planes, height, width)) {
            for (int i = 0; i < 6; i++) {
                switch (random.nextInt(5)) {
                    case 3 -> {
                        canvas.flipVertically();
                        plain = plain.flipVertically();
                    }
                    case 0 -> {
                        int h = 1 + random.nextInt(24);
                        int w = 1 + random.nextInt(24);
                        int top = random.nextInt(15) - 7;
                        int left = random.nextInt(15) - 7;
                        canvas.crop(top, left, h, w);
                        plain = plain.crop(top, left, h, w);
                    }
                    case 1 -> {
                        canvas.flip();
                        plain = plain.flip();
                    }
                    case 2 -> {
                        int h = 1 + random.nextInt(24);
                        int w = 1 + random.nextInt(24);
                        canvas.resize(h, w);
                        plain = plain.scaled(0, 0, plain.height(), plain.width(), h, w);
                    }
                    default -> {
                        int h = 1 + random.nextInt(plain.height());
                        int w = 1 + random.nextInt(plain.width());
                        int top = random.nextInt(plain.height() - h + 1);
                        int left = random.nextInt(plain.width() - w + 1);
                        int side = 1 + random.nextInt(24);
                        canvas.resizedCrop(top, left, h, w, side);
                        plain = plain.scaled(top, left, h, w, side, side);
                    }
                }
                assertThat(canvas.height()).isEqualTo(plain.height());
                assertThat(canvas.width()).isEqualTo(plain.width());
                assertThat(Painting.of(canvas)).isEqualTo(plain.bytes());
            }
        }
    }

    /** The bytes that Pillow 12.3 gives for {@code Image.crop(...).resize(..., BILINEAR)}, by their CRC-32. */
    @ParameterizedTest
    @CsvSource({
        "37, 53, 0, 0, 37, 53, 24, 34, be95b012",
        "53, 37, 0, 0, 53, 37, 34, 24, a3376145",
        "20, 20, 0, 0, 20, 20, 45, 45, a2a50e0b",
        "224, 300, 0, 0, 224, 300, 64, 85, 5ef4bece",
        "375, 500, 61, 33, 311, 244, 224, 224, a6786063",
        "40, 60, 3, 5, 10, 9, 32, 32, c176cdb9",
        "100, 100, 0, 0, 100, 100, 100, 50, 66b6db3b",
        "30, 200, 0, 0, 30, 200, 64, 64, 2c109649"
    })
    void scalingGivesPillowsBytes(
            int height,
            int width,
            int top,
            int left,
            int cropHeight,
            int cropWidth,
            int toHeight,
            int toWidth,
            String crc)
            throws UndecodableException {
        byte[] planes = new byte[3 * height * width];
        for (int i = 0; i < planes.length; i++) {
            int c = i / (height * width);
            int y = i / width % height;
            int x = i % width;
            planes[i] = (byte) (c * 57 + y * 31 + x * 17 + x * y % 13 * 5);
        }
        try (Canvas canvas = begin(planes, height, width)) {
            if (toHeight == toWidth) {
                canvas.resizedCrop(top, left, cropHeight, cropWidth, toHeight);
            } else {
                canvas.resize(toHeight, toWidth);
            }
            CRC32 sum = new CRC32();
            sum.update(Painting.of(canvas));
            assertThat(Long.toHexString(sum.getValue())).isEqualTo(crc);
        }
    }

    private static Canvas beginEncoded(byte[] file, int height, int width) {
        Canvas canvas = Canvas.ofFiles(3, Painting.identity());
        canvas.begin(file, 0, file.length, height, width);
        return canvas;
    }

    @Test
    void pngKeepsEveryByteAndTheOrderOfColours() throws UndecodableException {
        byte[] planes = SmallPictures.noise(1, 13, 17);
        try (Canvas canvas = beginEncoded(SmallPictures.encode(".png", planes, 13, 17), 13, 17)) {
            assertThat(Painting.of(canvas)).isEqualTo(planes);
        }
    }

    @Test
    void jpegKeepsColoursNearly() throws UndecodableException {
        byte[] planes = SmallPictures.gradient(64, 96);
        try (Canvas canvas = beginEncoded(SmallPictures.encode(".jpg", planes, 64, 96), 64, 96)) {
            assertThat(meanDifference(Painting.of(canvas), planes)).isLessThan(3);
        }
    }

    @Test
    void greyBecomesThreeEqualChannels() throws UndecodableException {
        byte[] plane = new byte[12 * 10];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = (byte) (2 * i);
        }
        try (Canvas canvas = beginEncoded(SmallPictures.encodeGrey(".png", plane, 12, 10), 12, 10)) {
            byte[] out = Painting.of(canvas);
            for (int i = 0; i < out.length; i++) {
                assertThat(out[i]).isEqualTo(plane[i % plane.length]);
            }
        }
    }

    /** A crop that is scaled down far is decoded at a fraction of the size; that changes little. */
    @ParameterizedTest
    @ValueSource(ints = {24, 56, 100, 112})
    void decodingAtAFractionChangesLittle(int side) throws UndecodableException {
        byte[] planes = SmallPictures.gradient(333, 501);
        byte[] file = SmallPictures.encode(".jpg", planes, 333, 501);
        try (Canvas coarse = beginEncoded(file, 333, 501);
                Canvas exact = beginEncoded(file, 333, 501)) {
            coarse.resizedCrop(31, 57, 240, 301, side);
            exact.crop(31, 57, 240, 301);
            exact.resize(side, side);
            assertThat(meanDifference(Painting.of(coarse), Painting.of(exact))).isLessThan(1.5);
        }
    }

    private static double meanDifference(byte[] one, byte[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs((one[i] & 0xFF) - (other[i] & 0xFF));
        }
        return sum / one.length;
    }
}

package convoy.worker.data.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.pictures.PictureIntake.Use;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Garbled pictures of every format. They come out in the size that their header says, or as the one exception; the process, in which
 * native libraries decode, lives on.
 */
final class PictureFuzzTest {
    private static final int OF_EACH = 400;

    /** Larger claims are looked at and not decoded: they take a second each, and nothing but time. */
    private static final int MOST_PIXELS = 1 << 18;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void garbledPicturesComeOutWholeOrAreRefused(long seed) {
        RandomStream random = RandomStream.of(seed, "garbled pictures");
        int whole = 0;
        int refused = 0;
        try (PictureIntake intake = new PictureIntake(Orientation.UPRIGHT, Use.DECODED);
                ImageDecoder decoder = new ImageDecoder()) {
            for (Map.Entry<String, byte[]> file : PictureFiles.all().entrySet()) {
                for (int i = 0; i < OF_EACH; i++) {
                    byte[] garbled = garbled(file.getValue(), random);
                    // Otherwise nearly all would end at a checksum.
                    byte[] bytes =
                            file.getKey().endsWith(".png") && i % 4 > 0 ? PictureFiles.repaired(garbled) : garbled;
                    try {
                        ImageHeader header = ImageHeader.read(bytes, 0, bytes.length);
                        if ((long) header.height() * header.width() > MOST_PIXELS) {
                            continue;
                        }
                        StoredPicture picture = intake.take(bytes);
                        for (int channels : new int[] {1, 3}) {
                            decoder.decode(picture.file(), 0, picture.file().length, channels);
                            PictureIntake.requireSize(decoder, picture.header());
                        }
                        whole++;
                    } catch (UndecodableException e) {
                        assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n");
                        refused++;
                    }
                }
            }
        }
        assertThat(whole).isGreaterThan(500);
        assertThat(refused).isGreaterThan(500);
    }

    private static byte[] garbled(byte[] file, RandomStream random) {
        byte[] bytes = file.clone();
        int reach = random.nextInt(2) == 0 ? Math.min(100, bytes.length) : bytes.length;
        for (int flips = 1 + random.nextInt(random.nextInt(3) == 0 ? 40 : 3); flips > 0; flips--) {
            int value = random.nextInt(4) == 0 ? 255 * random.nextInt(2) : random.nextInt(256);
            bytes[random.nextInt(reach)] = (byte) value;
        }
        if (random.nextInt(4) == 0) {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        }
        if (random.nextInt(6) == 0) {
            int at = random.nextInt(bytes.length + 1);
            int from = random.nextInt(file.length);
            byte[] more = Arrays.copyOfRange(file, from, from + random.nextInt(file.length - from));
            bytes = PictureFiles.joined(Arrays.copyOf(bytes, at), more, Arrays.copyOfRange(bytes, at, bytes.length));
        }
        return bytes;
    }
}

package convoy.worker.data.single;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.Painting;
import convoy.worker.data.pictures.ImageDecoder;
import convoy.worker.data.pictures.ImageHeader;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.transform.RandomResizedCrop;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Transforms;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

/** The 200 ImageNet pictures of {@code ../shared/data}, of many sizes, some grey, where they are there. */
final class RealPicturesTest {
    private static final Path ARCHIVE =
            Path.of(System.getProperty("convoy.root", ".."), "../shared/data/imagenet-sample-200.tar");

    private static SortedMap<String, byte[]> pictures() throws IOException {
        assumeThat(ARCHIVE)
                .withFailMessage("skipped: %s is not there", ARCHIVE.normalize())
                .exists();
        TreeMap<String, byte[]> pictures = new TreeMap<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(ARCHIVE));
                TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = tar.getNextTarEntry(); entry != null; entry = tar.getNextTarEntry()) {
                if (entry.isFile()) {
                    pictures.put(entry.getName(), tar.readAllBytes());
                }
            }
        }
        return pictures;
    }

    /**
     * Resize to 256 and centre crop of 224 give the bytes of Pillow 12.3 (torchvision's evaluation) for every picture: the
     * CRC-32 of all together was computed there.
     */
    @Test
    void evaluationGivesPillowsBytes() throws Exception {
        SortedMap<String, byte[]> pictures = pictures();
        assertThat(pictures).hasSize(200);
        CRC32 sum = new CRC32();
        Transforms transforms = Transforms.of(RandomResizedCrop.defaults()).forEvaluation();
        try (Canvas canvas = Canvas.ofFiles(3, Painting.identity())) {
            for (byte[] file : pictures.values()) {
                ImageHeader header = ImageHeader.read(file, 0, file.length);
                canvas.begin(file, 0, file.length, header.height(), header.width());
                for (Transform step : transforms.steps()) {
                    step.apply(canvas, RandomStream.of(0, "none"));
                }
                sum.update(Painting.of(canvas));
            }
        }
        assertThat(Long.toHexString(sum.getValue())).isEqualTo("4f33091a");
    }

    /** Cut short anywhere, a picture is refused and never takes the process with it. */
    @Test
    void picturesCutShortAreRefused() throws Exception {
        RandomStream random = RandomStream.of(1, "cuts");
        int refused = 0;
        int cuts = 0;
        try (ImageDecoder decoder = new ImageDecoder()) {
            for (byte[] file : pictures().values()) {
                int length = random.nextInt(file.length - 2);
                cuts++;
                try {
                    ImageHeader.read(file, 0, length);
                    decoder.decode(file, 0, length, 3);
                } catch (UndecodableException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                    refused++;
                }
            }
        }
        assertThat(refused).isEqualTo(cuts);
    }
}

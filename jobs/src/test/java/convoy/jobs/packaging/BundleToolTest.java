package convoy.jobs.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars as a bundle has them, and what packs them. */
final class BundleToolTest {
    private static final long TIME = 1_700_000_000_000L;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void aJarKeepsWhatThisPlatformNeedsAndIsNotCompressed() throws IOException {
        byte[] ours = CudaLibrary.with(75, 90);
        byte[] ofArm = ours.clone();
        ofArm[18] = (byte) 183;
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/A.class", "class".repeat(100).getBytes(StandardCharsets.US_ASCII));
        entries.put("linux/amd64/liba.so.1", ours);
        entries.put("linux/aarch64/liba.so", ofArm);
        entries.put("freebsd/amd64/liba.so", ours);
        entries.put("liba-linux64-musl.so", ours);
        entries.put("win/a.dll", new byte[] {'M', 'Z'});
        entries.put("darwin/liba.dylib", new byte[] {1});
        entries.put("org/bytedeco/a/linux-x86_64-gpu/include/a.h", new byte[] {1});
        entries.put("META-INF/LICENSE.txt", new byte[] {'l'});
        entries.put("a/LicenseReader.class", new byte[] {'c'});
        copy(entries, "90");

        try (ZipFile copy = new ZipFile(directory.resolve("to/a.b-1.jar").toFile())) {
            List<? extends ZipEntry> kept = Collections.list(copy.entries());
            assertThat(kept)
                    .extracting(ZipEntry::getName)
                    .containsExactly(
                            "a/A.class", "linux/amd64/liba.so.1", "META-INF/LICENSE.txt", "a/LicenseReader.class");
            for (ZipEntry entry : kept) {
                assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
                assertThat(entry.getTime()).isEqualTo(TIME);
            }
            byte[] blanked = copy.getInputStream(kept.get(1)).readAllBytes();
            assertThat(blanked).hasSameSizeAs(ours).isNotEqualTo(ours).contains((byte) 90);
            assertThat(copy.getInputStream(kept.get(0)).readAllBytes()).isEqualTo(entries.get("a/A.class"));
        }
        assertThat(directory.resolve("licences/a.b-1/LICENSE.txt")).hasContent("l");
        assertThat(directory.resolve("licences/a.b-1")).isDirectoryNotContaining("glob:**/*.class");
    }

    @Test
    void whereThereIsNoLicenceWhatNamesItIsKept() throws IOException {
        copy(Map.of("META-INF/maven/a/b/pom.xml", new byte[] {'p'}, "b/pom.xml", new byte[0]), "all");
        assertThat(directory.resolve("licences/a.b-1"))
                .isDirectoryContaining("glob:**/pom.xml")
                .isDirectoryNotContaining("glob:**/*_pom.xml");
    }

    @Test
    void aTypeOfGpuThatNothingIsForIsRefusedInOneLine() {
        assertThatThrownBy(() -> copy(Map.of("liba.so", CudaLibrary.with(75, 90)), "90,61"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("--sm = 61: the libraries have machine code for 75, 90; give of these");
    }

    @Test
    void whatIsPackedIsUnpackedTheSame() throws IOException {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        System.arraycopy(bytes, 0, bytes, bytes.length / 2, bytes.length / 2);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        BundleTool.compress(new ByteArrayInputStream(bytes), packed, 1);
        assertThat(packed.size()).isBetween(bytes.length / 2, bytes.length * 6 / 10);
        ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
        BundleTool.decompress(new ByteArrayInputStream(packed.toByteArray()), unpacked);
        assertThat(unpacked.toByteArray()).isEqualTo(bytes);
        byte[] torn = new byte[packed.size() - 1];
        System.arraycopy(packed.toByteArray(), 0, torn, 0, torn.length);
        assertThatThrownBy(() -> BundleTool.decompress(new ByteArrayInputStream(torn), OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class);
    }

    private void copy(Map<String, byte[]> entries, String sms) throws IOException {
        Path jar = directory.resolve("a.b-1.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry header = new ZipEntry(entry.getKey());
                header.setTime(TIME);
                zip.putNextEntry(header);
                zip.write(entry.getValue());
            }
        }
        BundleTool.copyJars(
                Files.createDirectories(directory.resolve("to")), directory.resolve("licences"), sms, List.of(jar));
    }
}

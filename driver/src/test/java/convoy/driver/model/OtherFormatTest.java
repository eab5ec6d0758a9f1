package convoy.driver.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** What is given in place of safetensors is named, with what to do. */
final class OtherFormatTest {
    private static String of(String name, byte[] first) {
        return String.join("\n", OtherFormat.of(name, "", first).orElseThrow());
    }

    private static String of(String text) {
        return of("w.safetensors", text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] zip(String entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(new byte[1000]);
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    @Test
    void aFileOfPyTorchComesWithTheTwoLinesThatConvertIt() throws IOException {
        for (String file : new String[] {
            of("resnet 18.pth", zip("archive/data.pkl")),
            of("resnet 18.pth", zip("resnet18/.format_version")),
            of("resnet 18.pth", zip("anything")),
            of("resnet 18.pth", new byte[] {(byte) 0x80, 2, (byte) 0x8a}),
            of("resnet 18.pth", new byte[] {(byte) 0x80, 5, (byte) 0x95})
        }) {
            assertThat(file.lines()).hasSize(3);
            assertThat(file)
                    .startsWith(" is a file of PyTorch's own (pickled), no safetensors file; convert it in Python:\n")
                    .contains("torch.load(\"resnet 18.pth\", map_location=\"cpu\", weights_only=True)")
                    .contains("safetensors.torch.save_file(", "\"resnet 18.safetensors\")");
        }
    }

    @Test
    void othersAreNamed() throws IOException {
        assertThat(of("m.zip", zip("configuration.json"))).contains("DL4J's ModelSerializer");
        assertThat(of("m.zip", zip("readme.txt"))).isEqualTo(" is a zip archive, no safetensors file: unpack it first");
        assertThat(of("\n<!DOCTYPE html><html>")).contains("web page (HTML)", "download the file itself");
        assertThat(of("<html lang=en>")).contains("web page (HTML)");
        assertThat(of("<?xml version='1.0'?><Error>"))
                .contains("an SVG or XML file, no safetensors file: download the file itself");
        assertThat(of("version https://git-lfs.github.com/spec/v1\noid sha256:0"))
                .contains("git lfs pull");
        assertThat(of("\u0089HDF\r\n")).contains("HDF5");
        assertThat(of("\u001f\u008b\b")).contains("gzip");
        assertThat(of("\u00ff\u00d8\u00ff\u00e0\0\u0010JFIF"))
                .isEqualTo(" is a JPEG picture, no safetensors file: name the file of the weights");
        assertThat(of("\u0089PNG\r\n\u001a\n")).contains("a PNG picture");
        assertThat(of("PAR1")).contains("a Parquet file");
        assertThat(OtherFormat.of("w", "", new byte[0])).isEmpty();
        assertThat(OtherFormat.of("w", "", "PK".getBytes(StandardCharsets.US_ASCII)))
                .isEmpty();
        assertThat(OtherFormat.of("w", "", new byte[] {(byte) 0x80, 9, 0})).isEmpty();
    }

    /** A safetensors file begins with the length of its header, which is a small number. */
    @Test
    void aCutSafetensorsFileIsNothingElse() {
        for (int length : new int[] {'B' | 'M' << 8, 0x80 | 2 << 8, 0x80 | 5 << 8, 'P' | '6' << 8, 0xFF | '\n' << 8}) {
            byte[] first = {(byte) length, (byte) (length >> 8), 0, 0, 0, 0, 0, 0, '{', '"'};
            assertThat(OtherFormat.of("w.safetensors", "", first))
                    .as("a header of %d bytes", length)
                    .isEmpty();
        }
    }
}

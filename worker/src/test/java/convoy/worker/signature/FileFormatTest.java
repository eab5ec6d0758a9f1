package convoy.worker.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FileFormatTest {
    /** How a file of each begins, as programs write them. */
    private static final Map<FileFormat, String> FILES = new EnumMap<>(Map.ofEntries(
            Map.entry(FileFormat.JPEG, "\u00FF\u00D8\u00FF\u00E0\0\u0010JFIF"),
            Map.entry(FileFormat.PNG, "\u0089PNG\r\n\u001A\n\0\0\0\rIHDR"),
            Map.entry(FileFormat.GIF, "GIF89a\u0001\0\u0001\0"),
            Map.entry(FileFormat.WEBP, "RIFF$\0\0\0WEBPVP8 "),
            Map.entry(FileFormat.TIFF, "MM\0*\0\0\0\u0008"),
            Map.entry(FileFormat.HEIC, "\0\0\0\u0018ftypheic\0\0\0\0"),
            Map.entry(FileFormat.AVIF, "\0\0\0 ftypavif\0\0\0\0"),
            Map.entry(FileFormat.JPEG_2000, "\0\0\0\u000CjP  \r\n"),
            Map.entry(FileFormat.JPEG_XL, "\u00FF\n\u00FA\u001F"),
            Map.entry(FileFormat.PHOTOSHOP, "8BPS\0\u0001"),
            Map.entry(FileFormat.ICON, "\0\0\u0001\0\u0001\0"),
            Map.entry(FileFormat.OPEN_EXR, "v/1\u0001\u0002\0"),
            Map.entry(FileFormat.RADIANCE, "#?RADIANCE\nFORMAT=32-bit_rle_rgbe"),
            Map.entry(FileFormat.VIDEO, "\0\0\0 ftypisom\0\0\u0002\0"),
            Map.entry(FileFormat.RIFF, "RIFF$\0\0\0WAVEfmt "),
            Map.entry(FileFormat.GZIP, "\u001F\u008B\u0008\0"),
            Map.entry(FileFormat.BZIP2, "BZh91AY&SY"),
            Map.entry(FileFormat.XZ, "\u00FD7zXZ\0\0\u0004"),
            Map.entry(FileFormat.ZSTD, "(\u00B5/\u00FD$"),
            Map.entry(FileFormat.ZIP, "PK\u0003\u0004\u0014\0"),
            Map.entry(FileFormat.RAR, "Rar!\u001A\u0007\u0001\0"),
            Map.entry(FileFormat.SEVEN_ZIP, "7z\u00BC\u00AF'\u001C"),
            Map.entry(FileFormat.TAR, "cat/1.png" + "\0".repeat(248) + "ustar\00000"),
            Map.entry(FileFormat.PDF, "%PDF-1.7"),
            Map.entry(FileFormat.PARQUET, "PAR1\u0015\u0004"),
            Map.entry(FileFormat.HDF5, "\u0089HDF\r\n\u001A\n"),
            Map.entry(FileFormat.ELF, "\u007FELF\u0002\u0001"),
            Map.entry(FileFormat.PICKLE, "\u0080\u0004\u0095\u0010"),
            Map.entry(FileFormat.GIT_LFS, "version https://git-lfs.github.com/spec/v1\noid sha256:0"),
            Map.entry(FileFormat.HTML, "\r\n  <!DOCTYPE HTML><html>"),
            Map.entry(FileFormat.XML, "<?xml version='1.0'?><Error>"),
            Map.entry(FileFormat.BMP, "BM\u008A\0\0\0"),
            Map.entry(FileFormat.PNM, "P6\n3 2\n255\n"),
            Map.entry(FileFormat.EMPTY, ""),
            Map.entry(FileFormat.UNKNOWN, "hello")));

    @ParameterizedTest
    @EnumSource
    void aFileIsWhatItBeginsWith(FileFormat format) {
        byte[] file = FILES.getOrDefault(format, "none").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(FileFormat.of(file)).isEqualTo(format);
        byte[] inside = new byte[file.length + 1000];
        System.arraycopy(file, 0, inside, 7, file.length);
        assertThat(FileFormat.of(inside, 7, file.length)).isEqualTo(format);
        assertThat(format.text()).matches("(an? .+|something else)").doesNotEndWith(".");
    }

    /** Cut anywhere, it is itself, nothing known, or one of those that two bytes make. */
    @ParameterizedTest
    @EnumSource
    void aCutFileIsNoOtherForCertain(FileFormat format) {
        String file = FILES.getOrDefault(format, "none");
        for (int length = 0; length < file.length(); length++) {
            FileFormat cut = FileFormat.of(file.substring(0, length).getBytes(StandardCharsets.ISO_8859_1));
            assertThat(cut == format || !cut.isCertain() || cut == FileFormat.RIFF || cut == FileFormat.VIDEO)
                    .as("%s of %d bytes is %s", format, length, cut)
                    .isTrue();
        }
    }

    @Test
    void anEmptyZipArchiveIsOne() {
        assertThat(FileFormat.of(new byte[] {'P', 'K', 5, 6, 0, 0})).isEqualTo(FileFormat.ZIP);
    }
}

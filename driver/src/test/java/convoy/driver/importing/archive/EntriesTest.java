package convoy.driver.importing.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.importing.source.Source;
import convoy.driver.importing.source.SourcePiece;
import convoy.driver.localfiles.ForklessLocalFileSystem;
import convoy.records.BadInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Odd things in sources, one by one; everything else is drawn from seeds elsewhere. */
final class EntriesTest {
    @TempDir
    private Path directory = Path.of("");

    /** Tests before this one, in the same process, may have asked for Hadoop's own local file system, which is kept. */
    @BeforeAll
    static void forgetFileSystems() throws IOException {
        FileSystem.closeAll();
    }

    /** What lies at each path: its text, or what is wrong with it. */
    private static Map<String, String> read(Path from, String names) throws IOException {
        Configuration hadoop = new Configuration();
        ForklessLocalFileSystem.install(hadoop);
        Map<String, String> found = new TreeMap<>();
        for (SourcePiece piece : Source.list(hadoop, from.toUri().toString()).pieces()) {
            try (Entries entries = new Entries(hadoop, SourcePiece.decode(piece.encode()), Names.in(names))) {
                for (Optional<Entry> next = entries.next(); next.isPresent(); next = entries.next()) {
                    Entry entry = next.get();
                    String text = entry.fault().isPresent()
                            ? "! " + entry.fault().get()
                            : new String(entry.whole(), StandardCharsets.UTF_8);
                    found.put(entry.path(), text);
                }
            }
        }
        return found;
    }

    private void shell(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
    }

    // ---- folders of this machine

    @Test
    void whatAListingOfHadoopLeavesOutIsThere() throws Exception {
        shell("mkdir -p pics/cat && cd pics/cat && echo -n a >a.txt && ln -s nowhere.png lost.png && ln -s lost2 lost2"
                + " && mkfifo pipe && ln -s .. up && ln -s a.txt b.txt && ln -s /dev/null device && mkdir ../empty");
        Map<String, String> found = read(directory.resolve("pics"), "");
        assertThat(found)
                .containsEntry("cat/a.txt", "a")
                .containsEntry("cat/b.txt", "a")
                .containsEntry("cat/lost.png", "! is a link to a file that is not there")
                .containsEntry("cat/pipe", "! is a device or a pipe")
                .containsEntry("cat/device", "! is a device or a pipe")
                .containsEntry("cat/up", "! is a link that leads to a folder that holds it")
                .hasSize(7);
        assertThat(found.getOrDefault("cat/lost2", "")).startsWith("! is a link that cannot be followed");
        assertThat(Source.list(new Configuration(), directory.resolve("pics").toString())
                        .emptyFolders())
                .containsExactly("empty");
    }

    @Test
    void aNameThatIsNoUtf8IsAnErrorThatSaysWhatToDo() throws Exception {
        shell("mkdir -p pics/cat pics/.hidden && touch pics/cat/$'caf\\xe9.png' && touch pics/.hidden/$'\\xe9'");
        String source = directory.resolve("pics").toString();
        assertThatThrownBy(() -> Source.list(new Configuration(), source))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("a name that is not UTF-8")
                .hasMessageContaining("tar -cf pictures.tar -C " + source + " .")
                .hasMessageContaining("--names CHARSET");
        // And that does it.
        shell("tar -cf pictures.tar -C " + source + " .");
        assertThat(read(directory.resolve("pictures.tar"), "ISO-8859-1")).containsKey("cat/caf\u00E9.png");
        shell("rm pics/cat/* && touch pics/cat/a.png");
        assertThat(Source.list(new Configuration(), source).hidden()).hasSize(1);
    }

    @Test
    void anArchiveBesideWhatCameOutOfItIsNotReadTwice() throws Exception {
        shell("mkdir -p pics/train/cat && touch pics/train/cat/a.png && tar -cf pics/train.tar -C pics train");
        assertThatThrownBy(() -> read(directory.resolve("pics"), ""))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("holds train.tar and train/, perhaps the same pictures twice");
        shell("rm -r pics/train && gzip -k pics/train.tar");
        assertThatThrownBy(() -> read(directory.resolve("pics"), ""))
                .hasMessageContaining("train.tar.gz and train.tar, perhaps the same pictures twice");
    }

    @Test
    void namesWithColonsAndSignsAreNamesLikeOthers() throws Exception {
        shell(
                "mkdir -p pics/cat && cd pics/cat && for n in 2026-11-26T18:47:09.png 'a b%20c.png' 'x?y#z.png' '~' '[1]{2}';"
                        + " do echo -n \"$n\" >\"$n\"; done");
        assertThat(read(directory.resolve("pics"), ""))
                .allSatisfy((path, text) -> assertThat(path).isEqualTo("cat/" + text))
                .hasSize(5);
    }

    // ---- archives

    @Test
    void systemToolsWriteWhatIsRead() throws Exception {
        shell("mkdir -p d/cat/" + "x".repeat(120) + " && cd d && echo -n 1 >cat/a && ln cat/a cat/b && ln -s a cat/c"
                + " && ln -s cat dog && echo -n 2 >cat/" + "x".repeat(120) + "/caf\u00E9"
                + " && for f in gnu posix; do tar --format=$f -cf ../$f.tar . ; done"
                + " && for f in ustar v7; do tar --format=$f --exclude=x* -cf ../$f.tar . ; done; gzip -k ../gnu.tar");
        for (String format : List.of("gnu.tar", "posix.tar", "ustar.tar", "v7.tar", "gnu.tar.gz")) {
            assertThat(read(directory.resolve(format), ""))
                    .as(format)
                    .containsEntry("cat/a", "1")
                    .containsEntry("cat/b", "1")
                    .containsEntry("cat/c", "1")
                    .containsEntry("dog/a", "1");
        }
        for (String format : List.of("gnu.tar", "posix.tar", "gnu.tar.gz")) {
            assertThat(read(directory.resolve(format), ""))
                    .as(format)
                    .containsEntry("cat/" + "x".repeat(120) + "/caf\u00E9", "2");
        }
    }

    @Test
    void linksThatLeadNowhereAreFilesWithoutContent() throws Exception {
        shell(
                "mkdir -p d/cat && cd d && echo -n 1 >cat/a && ln -s ../../../etc/passwd cat/out && ln -s /etc/passwd cat/root"
                        + " && ln -s y cat/x && ln -s x cat/y && ln -s missing cat/z && ln -s .. cat/up && mkfifo cat/pipe"
                        + " && tar -cf ../l.tar .");
        assertThat(read(directory.resolve("l.tar"), ""))
                .containsEntry("cat/a", "1")
                .containsEntry("cat/out", "! is a link that leads in a circle, or out of its archive")
                .containsEntry("cat/root", "! is a link that leads in a circle, or out of its archive")
                .containsEntry("cat/x", "! is a link that leads in a circle, or out of its archive")
                .containsEntry("cat/z", "! is a link that leads to missing, and its archive holds no such file")
                .containsEntry("cat/up", "! is a link that leads to a folder that holds it")
                .containsEntry("cat/pipe", "! is a device or a pipe");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "page.tar | <!DOCTYPE html><title>404 | a web page (HTML)",
                "page.tar.gz | <html> | a web page (HTML)",
                "pointer.zip | version https://git-lfs.github.com/spec/v1 | a pointer of git-lfs, not the file itself: fetch it with `git lfs pull`",
                "rar.tar | Rar!...... | a RAR archive",
                "text.tgz | hello | something else",
            })
    void whatIsNoArchiveIsCalledWhatItIs(String name, String content, String complaint) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        assertThatThrownBy(() -> read(file, ""))
                .isInstanceOf(GarbledArchiveException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(complaint);
    }

    /** What was appended to, as by {@code tar -r}: one file, not two rows. */
    @Test
    void whatAnArchiveHasTwiceIsThereOnce() throws Exception {
        Path tar = Files.write(directory.resolve("twice.tar"), tar("cat/a.png", "cat/b.png", "./cat/a.png"));
        shell("mkdir cat && echo -n 1 >cat/c && ln -s c cat/d && tar -cf links.tar cat/c cat/d && rm cat/d"
                + " && echo -n 2 >cat/d && tar -rf links.tar cat/d");
        Map<String, String> twice = read(tar, "");
        assertThat(twice).containsEntry("cat/b.png", "x").hasSize(2);
        assertThat(twice.getOrDefault("cat/a.png", "")).startsWith("! is in its archive a second time: unpack");
        Map<String, String> links = read(directory.resolve("links.tar"), "");
        assertThat(links).containsEntry("cat/c", "1").hasSize(2);
    }

    @Test
    void anEmptyFileIsNoArchive() throws IOException {
        Path file = Files.write(directory.resolve("empty.tar.xz"), new byte[0]);
        assertThatThrownBy(() -> read(file, "")).hasMessageContaining("it is an empty file");
    }

    private static byte[] tar(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            out.setAddPaxHeadersForNonAsciiNames(true);
            for (String name : names) {
                TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL);
                entry.setSize(1);
                out.putArchiveEntry(entry);
                out.write('x');
                out.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** A name of PAX is text, whatever charset the other names are said to be in. */
    @ParameterizedTest
    @ValueSource(strings = {"", "CP866", "ISO-8859-1"})
    void paxNamesAreNotDecodedTwice(String charset) throws IOException {
        String longName = "cat/" + "y".repeat(110) + "\u00E9.png";
        Path file = Files.write(directory.resolve("pax.tar"), tar("cat/caf\u00E9.png", "cat/plain.png", longName));
        assertThat(read(file, charset).keySet())
                .containsExactlyInAnyOrder("cat/caf\u00E9.png", "cat/plain.png", longName);
    }

    @Test
    void aPlainTarMayBeCalledPacked() throws IOException {
        Path file = Files.write(directory.resolve("unpacked-by-a-browser.tgz"), tar("cat/a.png"));
        assertThat(read(file, "")).containsOnlyKeys("cat/a.png");
    }

    @Test
    void aChecksumAtTheEndIsCompared() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(tar("cat/a.png"));
        }
        byte[] wrong = bytes.toByteArray();
        wrong[wrong.length - 6] ^= 1;
        Path file = Files.write(directory.resolve("wrong.tar.gz"), wrong);
        assertThatThrownBy(() -> read(file, "")).isInstanceOf(GarbledArchiveException.class);
    }

    @Test
    void theChecksumOfAZipsMemberIsCompared() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.setMethod(ZipOutputStream.DEFLATED);
            out.setLevel(0);
            out.putNextEntry(new ZipEntry("cat/a.bmp"));
            out.write(new byte[1000]);
        }
        byte[] wrong = bytes.toByteArray();
        wrong[500] ^= 1;
        Path file = Files.write(directory.resolve("wrong.zip"), wrong);
        assertThatThrownBy(() -> read(file, ""))
                .isInstanceOf(GarbledArchiveException.class)
                .hasMessageContaining("wrong.zip is cut off or garbled");
    }

    @Test
    void charsetsThatAreNoneAreRefused() {
        List<String> charsets = new ArrayList<>(List.of("CP 866", "no-such", "UTF-16", "IBM037"));
        assertThat(charsets).allSatisfy(charset -> assertThatThrownBy(() -> Names.in(charset))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("names = " + charset));
    }
}

package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.storage.ClosedFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is wrong with a run file or the folder of a run is one sentence of five, at each command that reads one. */
final class RunFileSentencesTest {
    private static final String SETTING = "spark.hadoop.fs.closed.impl";

    private Path directory = Path.of("");

    private enum Wrong {
        ABSENT("does not exist: check the path"),
        CLOSED("may not be read"),
        EMPTY("is empty"),
        FOLDER("is a folder: name a file"),
        OTHER_FORMAT("is no text in UTF-8: give a YAML file");

        final String said;

        Wrong(String said) {
            this.said = said;
        }
    }

    @BeforeEach
    void start(@TempDir Path temporary) {
        directory = temporary;
        System.setProperty(SETTING, ClosedFileSystem.class.getName());
        ClosedFileSystem.close(path -> path.endsWith("/run.yaml"));
    }

    @AfterEach
    void stop() {
        ClosedFileSystem.close(path -> false);
        System.clearProperty(SETTING);
    }

    private String make(Path file, Wrong wrong) throws IOException {
        switch (wrong) {
            case ABSENT -> {
                // It is not made.
            }
            case CLOSED -> Files.writeString(file, "name: a\n");
            case EMPTY -> Files.createFile(file);
            case FOLDER -> Files.createDirectory(file);
            case OTHER_FORMAT -> Files.write(file, new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1});
        }
        return (wrong == Wrong.CLOSED ? "closed://" : "file://") + file;
    }

    @ParameterizedTest
    @EnumSource
    void ofARunFile(Wrong wrong) throws IOException {
        String uri = make(directory.resolve("run.yaml"), wrong);
        assertOne(wrong, Ran.convoy("train", uri, "--check"));
    }

    @ParameterizedTest
    @EnumSource
    void ofTheRunFileInARun(Wrong wrong) throws IOException {
        Path run = Files.createDirectory(directory.resolve("run"));
        Files.writeString(run.resolve("metrics.jsonl"), "");
        String uri = make(run.resolve("run.yaml"), wrong);
        assertOne(wrong, Ran.convoy("evaluate", uri.substring(0, uri.lastIndexOf('/'))));
    }

    private void assertOne(Wrong wrong, Ran ran) {
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err())
                .startsWith("run file ")
                .contains("/run.yaml", wrong.said)
                .hasLineCount(1);
        for (Wrong other : Wrong.values()) {
            assertThat(other == wrong || !ran.err().contains(other.said)).isTrue();
        }
    }

    @Test
    void aWebPageInPlaceOfARunFileIsCalledOne() throws IOException {
        for (String page : new String[] {"<!DOCTYPE html>\n<html>", "\n  <html lang=en>", "<?xml version='1.0'?>"}) {
            Path file = Files.writeString(directory.resolve("run.yaml"), page);
            Ran ran = Ran.convoy("train", file.toString(), "--check");
            assertThat(ran.status()).isEqualTo(2);
            assertThat(ran.err())
                    .startsWith("run file " + file + " is a web page (HTML or XML)")
                    .hasLineCount(1);
        }
    }

    /** Tabs are not allowed for indenting; an editor shows them as spaces. */
    @Test
    void aTabIsFoundOnItsLine() throws IOException {
        Path file = Files.writeString(directory.resolve("run.yaml"), "name: a\ndata:\n\ttrain: x\nepochs: 1\n");
        Ran ran = Ran.convoy("train", file.toString(), "--check");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).startsWith(file + ":3: ").contains("TAB").hasLineCount(1);
    }

    @Test
    void pathsAreReadAsUrisAndTildesAsTheHomeDirectory() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("a b%"));
        Files.writeString(folder.resolve("run.yaml"), "runs: ~/runs\ndata: {train: ~/data, validation: '~'}\n");
        for (String given : new String[] {
            "file://" + directory + "/a%20b%25/run.yaml",
            folder.resolve("run.yaml").toString()
        }) {
            Ran ran = Ran.convoy("train", given, "--check", "--set", "network.weights={from: ~/w.safetensors}");
            assertThat(ran.status()).as(ran.err()).isZero();
            String home = "file://" + System.getProperty("user.home");
            assertThat(ran.out())
                    .contains(
                            "runs: " + home + "/runs",
                            "train: " + home + "/data",
                            "validation: " + home,
                            "from: " + home + "/w.safetensors");
        }
        Ran other = Ran.convoy("train", folder.resolve("run.yaml").toString(), "--check", "--set=runs=~anna/runs");
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err())
                .contains("~anna would be the home directory of another user")
                .hasLineCount(1);
    }
}

package convoy.driver.scoring;

import convoy.driver.replacing.WholeFile;
import convoy.parameterserver.files.Durable;
import convoy.parameterserver.files.FileAccess;
import convoy.records.BadInputException;
import convoy.records.text.FirstLine;
import convoy.records.text.Sha256;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/** The files of one scoring, of which any task writes any: under a name of its own first, so that what has its name is whole. */
public final class ScoreFiles {
    private final Configuration hadoop;
    private final FileSystem files;
    private final Path directory;
    private final ScorePlan plan;

    /**
     * @param hadoop settings of the file systems
     * @param directory where they go
     * @param plan what they are of
     */
    public ScoreFiles(Configuration hadoop, Path directory, ScorePlan plan) {
        this.hadoop = hadoop;
        this.files = Durable.raw(Storage.of(hadoop, "target", directory));
        this.directory = directory;
        this.plan = plan;
    }

    /** What fills a file. */
    @FunctionalInterface
    interface Filler {
        /** Adds all rows of it. */
        void fill(PartWriter writer) throws InterruptedException;
    }

    /**
     * {@return a file that is there, read whole; empty if it is not there}
     *
     * @param part its number, from 0
     * @throws BadInputException if it is no whole file of this scoring
     */
    public Optional<ScorePart> whole(int part) {
        Path path = new Path(directory, plan.name(part));
        try {
            return FileAccess.read(() -> Optional.of(read(path, part)));
        } catch (FileNotFoundException notThere) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(path + " could not be read: " + e.getMessage(), e);
        }
    }

    private ScorePart read(Path path, int part) throws IOException {
        MessageDigest digest = Sha256.begin();
        long bytes = 0;
        try (InputStream in = files.open(path)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                bytes += read;
            }
        }
        ScorePart.Note note = note(path);
        long rows = plan.firstRow(part + 1) - plan.firstRow(part);
        if (!note.scoring().equals(plan.fingerprint()) || note.rows() != rows) {
            throw new BadInputException(path
                    + " is of another scoring, or not whole: say --overwrite to score anew, or name another target");
        }
        return new ScorePart(path.getName(), bytes, Sha256.digits(digest), note);
    }

    private ScorePart.Note note(Path path) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, hadoop))) {
            String text =
                    reader.getFooter().getFileMetaData().getKeyValueMetaData().getOrDefault(PartWriter.NOTE, "");
            return PartWriter.NOTES.fromJson(path.toString(), text);
        } catch (RuntimeException garbled) {
            throw new BadInputException(
                    path + " is no whole file of scores (" + FirstLine.of(garbled)
                            + "): say --overwrite to score anew, or name another target",
                    garbled);
        }
    }

    /**
     * Writes a file and lets it take its name. Another attempt may have been faster; its bytes are the same.
     *
     * @param part its number, from 0
     * @param attempt a number that no other attempt has
     * @param processor the kind that computes
     * @param filler adds its rows
     * @return the file
     */
    ScorePart write(int part, long attempt, String processor, Filler filler) throws InterruptedException {
        Path path = new Path(directory, plan.name(part));
        Path draft = new Path(directory, "." + plan.name(part) + "." + attempt);
        try {
            ScorePart written;
            try (PartWriter writer = new PartWriter(files, draft, plan)) {
                filler.fill(writer);
                written = writer.finish(plan.fingerprint(), processor);
            }
            Durable.force(files, draft);
            WholeFile.replace(files, draft, path);
            return new ScorePart(path.getName(), written.bytes(), written.sha256(), written.note());
        } catch (IOException e) {
            throw new UncheckedIOException(path + " could not be written: " + e.getMessage(), e);
        }
    }
}

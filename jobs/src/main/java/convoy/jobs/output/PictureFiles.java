package convoy.jobs.output;

import convoy.records.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes pictures into files that a person has named. */
public final class PictureFiles {
    private PictureFiles() {}

    /**
     * Writes one, over a picture of the same format that is there.
     *
     * @param file on this machine
     * @param bytes of the picture
     * @throws BadInputException if the file cannot be written, or is there and no such picture
     */
    public static void write(Path file, byte[] bytes) {
        try {
            if (Files.exists(file) && Files.size(file) > 0) {
                byte[] there = new byte[4];
                try (InputStream in = Files.newInputStream(file)) {
                    in.readNBytes(there, 0, there.length);
                }
                if (!Arrays.equals(there, Arrays.copyOf(bytes, there.length))) {
                    throw new BadInputException(file + " is there and of another format: choose another file");
                }
            }
            Files.write(file, bytes);
        } catch (IOException unwritable) {
            throw new BadInputException(
                    file + " cannot be written: " + unwritable.getClass().getSimpleName()
                            + "; choose a file in a directory that is there and yours",
                    unwritable);
        }
    }
}

package convoy.parameterserver.files;

import convoy.records.text.FirstLine;
import java.io.IOException;
import org.apache.hadoop.fs.FSError;

/**
 * Where files are read and written: whatever a file system cannot do comes out as an {@link IOException}. Hadoop's local one throws
 * an {@link FSError}, which is a {@link java.lang.Error}, where a disk is full or fails while a file is open.
 */
public final class FileAccess {
    private FileAccess() {}

    /** Something that is done with files and has a result. */
    @FunctionalInterface
    public interface Reading<T> {
        /**
         * Does it.
         *
         * @return what comes of it
         * @throws IOException if it cannot be done
         */
        T run() throws IOException;
    }

    /** Something that is done with files. */
    @FunctionalInterface
    public interface Writing {
        /**
         * Does it.
         *
         * @throws IOException if it cannot be done
         */
        void run() throws IOException;
    }

    /**
     * Reads, or whatever else has a result.
     *
     * @param <T> what comes of it
     * @param reading what is to be done
     * @return what came of it
     * @throws IOException if the file system fails
     */
    public static <T> T read(Reading<T> reading) throws IOException {
        try {
            return reading.run();
        } catch (FSError failure) {
            throw reason(failure);
        } catch (IllegalArgumentException failure) {
            throw sameAgain(failure);
        }
    }

    /**
     * Writes.
     *
     * @param writing what is to be done
     * @throws IOException if the file system fails
     */
    public static void write(Writing writing) throws IOException {
        try {
            writing.run();
        } catch (FSError failure) {
            throw reason(failure);
        } catch (IllegalArgumentException failure) {
            throw sameAgain(failure);
        }
    }

    /**
     * A stream of HDFS's that has failed throws the same once more when it is closed. {@code try} adds what closing throws to what it has caught,
     * which nothing can be added to that is the same, and that hides it.
     */
    private static IOException sameAgain(IllegalArgumentException failure) {
        if (failure.getCause() instanceof IOException same) {
            return same;
        }
        throw failure;
    }

    private static IOException reason(FSError failure) {
        return failure.getCause() instanceof IOException reason ? reason : new IOException(failure);
    }

    /**
     * {@return in one line why it failed: what the system says, without what other classes called it on the way}
     *
     * @param failure whatever was caught
     */
    public static String reason(Throwable failure) {
        Throwable innermost = failure;
        for (int depth = 0; depth < 20 && innermost.getCause() != null; depth++) {
            innermost = innermost.getCause();
        }
        return FirstLine.of(innermost);
    }
}

package convoy.jobs.benchmark;

import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs the script {@code pytorch.py} and trains what it is told to. It gets the environment as a user has it, without
 * what Convoy sets for itself. One thread at a time asks it.
 */
public final class PyTorchProcess implements AutoCloseable {
    private static final String CALLERS_LIBRARIES = "CONVOY_CALLERS_LD_LIBRARY_PATH";
    private static final List<String> CONVOYS_OWN =
            List.of("OMP_NUM_THREADS", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_");
    private static final long LAST_WORDS_SECONDS = 10;
    private static final long POLL_MILLIS = 20;

    private final String python;
    private final Duration patience;
    private final Path complaints;
    private final Process process;
    private final Writer to;
    private final BufferedReader from;
    private boolean greeted;
    private int slots;

    /**
     * Starts the process, and waits for nothing.
     *
     * @param python a program that has PyTorch, and torchvision for networks that are there
     * @param threads of the processor
     * @param device where it trains
     * @param patience how much longer than asked an answer may take, before the process is ended
     * @throws BadInputException if there is no such program
     */
    public PyTorchProcess(String python, int threads, Device device, Duration patience) {
        this.python = python;
        this.patience = patience;
        this.complaints = temporary();
        ProcessBuilder builder =
                new ProcessBuilder(python, "-c", script(), Integer.toString(threads), device.toString());
        CONVOYS_OWN.forEach(builder.environment()::remove);
        // The launcher put the directories of the libraries for libtorch here in front of the caller's.
        Optional.ofNullable(builder.environment().remove(CALLERS_LIBRARIES))
                .ifPresent(callers -> builder.environment().put("LD_LIBRARY_PATH", callers));
        try {
            this.process = builder.redirectError(complaints.toFile()).start();
        } catch (IOException e) {
            delete(complaints);
            throw new BadInputException(
                    "--python = " + python + " cannot be started (" + e.getMessage()
                            + "); name a Python that has PyTorch",
                    e);
        }
        this.to = process.outputWriter(StandardCharsets.UTF_8);
        this.from = process.inputReader(StandardCharsets.UTF_8);
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("convoy-pytorch", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary file", e);
        }
    }

    private static String script() {
        try (InputStream script = PyTorchProcess.class.getResourceAsStream("pytorch.py")) {
            if (script == null) {
                throw new IllegalStateException("pytorch.py is not beside " + PyTorchProcess.class);
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read pytorch.py", e);
        }
    }

    private void greet() {
        if (!greeted) {
            String line = answer(patience);
            if (!line.matches("hello \\S+")) {
                throw unexpected(line);
            }
            greeted = true;
        }
    }

    /**
     * Waits until it has imported PyTorch, but no longer than this: whoever asks it later waits for the rest.
     *
     * @param longest that is waited
     * @throws BadInputException if it cannot, or is no Python
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public void greet(Duration longest) throws InterruptedException {
        long begin = System.nanoTime();
        try {
            while (process.isAlive() && !from.ready()) {
                if (System.nanoTime() - begin > longest.toNanos()) {
                    return;
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (IOException e) {
            throw ended(e);
        }
        greet();
    }

    /** {@return whether it can still be asked} */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** A name for one more network. */
    String slot() {
        return Integer.toString(slots++);
    }

    /**
     * Says a line and returns the answer.
     *
     * @param least time that it takes in any case
     * @throws BadInputException if it refuses, has ended, or takes too long
     */
    String ask(String line, Duration least) {
        greet();
        try {
            to.write(line + "\n");
            to.flush();
        } catch (IOException e) {
            throw ended(e);
        }
        return answer(least.plus(patience));
    }

    private String answer(Duration longest) {
        try (Deadline deadline = new Deadline(process, longest)) {
            String line = from.readLine();
            if (line == null && deadline.hasPassed()) {
                throw new BadInputException(
                        "--python = " + python + " has not answered for " + longest.toSeconds() + " s and was ended");
            }
            if (line == null) {
                throw ended(new IOException("no answer"));
            }
            if (line.startsWith("error ")) {
                throw new BadInputException(line.substring("error ".length()));
            }
            return line;
        } catch (IOException e) {
            throw ended(e);
        }
    }

    BadInputException unexpected(String line) {
        return new BadInputException(
                "--python = " + python + " says '" + line + "', not what pytorch.py says; is it a Python?");
    }

    /** Whatever it did not expect itself, in the last line that it wrote. */
    private BadInputException ended(IOException cause) {
        try {
            process.waitFor(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
            String last = Files.readString(complaints, StandardCharsets.ISO_8859_1)
                    .lines()
                    .reduce("nothing", (before, after) -> after);
            return new BadInputException("--python = " + python + " has ended; its last words: " + last, cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new BadInputException("interrupted while " + python + " ended", e);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + complaints, unreadable);
        }
    }

    /**
     * {@return how many multiply-adds a second one product of large square matrices reaches}
     *
     * @param precision as {@code bf16}
     * @param side rows and columns of each matrix
     * @param duration how long, about
     */
    public double multiplyAddsPerSecond(String precision, int side, Duration duration) {
        String line =
                ask("matmul " + precision + " " + side + " " + PyTorch.seconds(duration), duration.multipliedBy(2));
        String[] words = line.split(" ", -1);
        if (words.length != 2 || !words[0].matches("\\d{1,18}") || !words[1].matches("\\d{1,9}\\.\\d+")) {
            throw unexpected(line);
        }
        return Double.parseDouble(words[0]) / Double.parseDouble(words[1]);
    }

    /** Ends the process. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delete(complaints);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }
}

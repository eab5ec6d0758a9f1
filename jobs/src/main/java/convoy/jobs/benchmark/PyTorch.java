package convoy.jobs.benchmark;

import convoy.architectures.BadInputException;
import convoy.architectures.Network;
import convoy.architectures.Shape.Image;
import convoy.worker.engine.EngineOptions;
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
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The same network in PyTorch, in a process of its own that runs the script {@code pytorch.py}. It gets the environment as a user has
 * it, without what Convoy sets for itself.
 */
public final class PyTorch implements Contestant {
    private static final List<String> CONVOYS_OWN =
            List.of("OMP_NUM_THREADS", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_");
    private static final long LAST_WORDS_SECONDS = 10;

    /** What a process does with the network. */
    public enum Mode {
        /** Images in memory as [N, H, W, C]. */
        CHANNELS_LAST("channels-last"),
        /** Images in memory as [N, C, H, W]. */
        CONTIGUOUS("contiguous"),
        /** The whole step, channels last, captured once and replayed by the GPU. */
        CUDA_GRAPH("cuda-graph");

        private final String word;

        Mode(String word) {
            this.word = word;
        }
    }

    private final Mode mode;
    private final String python;
    private final Path complaints;
    private final Process process;
    private final Writer to;
    private final BufferedReader from;
    private final String release;

    /**
     * Starts the process and waits until it is ready.
     *
     * @param python a program that has PyTorch, and torchvision for networks that are there
     * @param batch images of a step
     * @throws BadInputException if that cannot train this network, or another one than this
     */
    public PyTorch(String python, Mode mode, Network network, EngineOptions options, int batch) {
        if (!(network.input() instanceof Image image)) {
            throw new BadInputException(network.name() + " reads no images, and PyTorch's form of it is for images");
        }
        this.mode = mode;
        this.python = python;
        this.complaints = temporary();
        this.process = start(List.of(
                network.name(),
                Integer.toString(network.classes()),
                Integer.toString(image.channels()),
                Integer.toString(image.height()),
                Integer.toString(image.width()),
                Integer.toString(batch),
                Integer.toString(options.threads()),
                options.device().toString(),
                options.precision().toString(),
                mode.word));
        this.to = process.outputWriter(StandardCharsets.UTF_8);
        this.from = process.inputReader(StandardCharsets.UTF_8);
        try {
            this.release = ready(network);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("convoy-pytorch", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary file", e);
        }
    }

    private Process start(List<String> arguments) {
        ProcessBuilder builder = new ProcessBuilder(python, "-c", script());
        builder.command().addAll(arguments);
        CONVOYS_OWN.forEach(builder.environment()::remove);
        try {
            return builder.redirectError(complaints.toFile()).start();
        } catch (IOException e) {
            delete(complaints);
            throw new BadInputException(
                    "--python = " + python + " cannot be started (" + e.getMessage()
                            + "); name a Python that has PyTorch",
                    e);
        }
    }

    private static String script() {
        try (InputStream script = PyTorch.class.getResourceAsStream("pytorch.py")) {
            if (script == null) {
                throw new IllegalStateException("pytorch.py is not beside " + PyTorch.class);
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read pytorch.py", e);
        }
    }

    /** Returns PyTorch's release. */
    private String ready(Network network) {
        String[] words = answer().split(" ", -1);
        if (words.length != 3 || !words[0].equals("ready") || !words[2].matches("\\d{1,10}")) {
            throw unexpected(String.join(" ", words));
        }
        if (Long.parseLong(words[2]) != network.parameterCount()) {
            throw new BadInputException(network.name() + " has " + words[2] + " parameters in PyTorch " + words[1]
                    + " and " + network.parameterCount() + " here: they are not the same network");
        }
        return words[1];
    }

    @Override
    public String name() {
        return "PyTorch " + release + ", " + mode.word.replace('-', ' ').replace("cuda", "CUDA");
    }

    @Override
    public boolean isReference() {
        return mode != Mode.CUDA_GRAPH;
    }

    @Override
    public Pace run(Duration duration) {
        try {
            to.write(String.format(Locale.ROOT, "%.6f%n", duration.toNanos() / 1e9));
            to.flush();
        } catch (IOException e) {
            throw ended(e);
        }
        String line = answer();
        String[] words = line.split(" ", -1);
        if (words.length == 2 && words[0].matches("[1-9]\\d{0,8}") && words[1].matches("\\d{1,9}\\.\\d+")) {
            double seconds = Double.parseDouble(words[1]);
            if (seconds > 0) {
                return new Pace(Integer.parseInt(words[0]), seconds);
            }
        }
        throw unexpected(line);
    }

    private String answer() {
        try {
            String line = from.readLine();
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

    private BadInputException unexpected(String line) {
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

    /** Ends the process. */
    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
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

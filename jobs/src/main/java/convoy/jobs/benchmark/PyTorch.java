package convoy.jobs.benchmark;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.worker.engine.EngineOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The same network in PyTorch. */
public final class PyTorch implements Contestant {
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /** What a process does with the network. */
    public enum Mode {
        /** Images in memory as [N, H, W, C]. */
        CHANNELS_LAST("channels-last"),
        /** Images in memory as [N, C, H, W]. */
        CONTIGUOUS("contiguous"),
        /** The whole step, channels last, captured once and replayed by the GPU. */
        CUDA_GRAPH("cuda-graph"),
        /** Channels last, the images sent from the host's pinned memory at each step. */
        FED("fed");

        private final String word;

        Mode(String word) {
            this.word = word;
        }
    }

    private final PyTorchProcess process;
    private final boolean alone;
    private final Mode mode;
    private final String slot;
    private final String release;

    private PyTorch(
            PyTorchProcess process, boolean alone, Mode mode, Network network, EngineOptions options, int batch) {
        if (!(network.input() instanceof Image image)) {
            throw new BadInputException(network.name() + " reads no images, and PyTorch's form of it is for images");
        }
        this.process = process;
        this.alone = alone;
        this.mode = mode;
        this.slot = process.slot();
        this.release = load(
                network,
                List.of(
                        network.name(),
                        Integer.toString(network.classes()),
                        Integer.toString(image.channels()),
                        Integer.toString(image.height()),
                        Integer.toString(image.width()),
                        Integer.toString(batch),
                        options.precision().toString(),
                        mode.word));
    }

    /**
     * Has a process load the network.
     *
     * @param process that is asked
     * @param mode what it does with the network
     * @param network that is trained
     * @param options device, precision and threads
     * @param batch images of a step
     * @throws BadInputException if it cannot train this network, or trains another one than this
     */
    public PyTorch(PyTorchProcess process, Mode mode, Network network, EngineOptions options, int batch) {
        this(process, false, mode, network, options, batch);
    }

    /** The same in a process of its own. */
    static PyTorch alone(String python, Mode mode, Network network, EngineOptions options, int batch) {
        PyTorchProcess process = new PyTorchProcess(python, options.threads(), options.device(), PATIENCE);
        try {
            return new PyTorch(process, true, mode, network, options, batch);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** Returns PyTorch's release. */
    private String load(Network network, List<String> what) {
        String line = process.ask("load " + slot + " " + String.join(" ", what), Duration.ZERO);
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[0].equals("ready") || !words[2].matches("\\d{1,10}")) {
            throw process.unexpected(line);
        }
        if (Long.parseLong(words[2]) != network.parameterCount()) {
            unload();
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
        return mode == Mode.CHANNELS_LAST || mode == Mode.CONTIGUOUS;
    }

    @Override
    public Pace run(Duration duration) {
        String line = process.ask("run " + slot + " " + seconds(duration), duration);
        String[] words = line.split(" ", -1);
        if (words.length == 2 && words[0].matches("[1-9]\\d{0,8}") && words[1].matches("\\d{1,9}\\.\\d+")) {
            double seconds = Double.parseDouble(words[1]);
            if (seconds > 0) {
                return new Pace(Integer.parseInt(words[0]), seconds);
            }
        }
        throw process.unexpected(line);
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.6f", duration.toNanos() / 1e9);
    }

    /** Releases the network's memory, or ends the process if it has one of its own. */
    @Override
    public void close() {
        if (alone) {
            process.close();
        } else {
            unload();
        }
    }

    private void unload() {
        if (process.isAlive()) {
            try {
                process.ask("unload " + slot, Duration.ZERO);
            } catch (BadInputException gone) {
                // With all its memory: whoever asks it next is told.
            }
        }
    }
}

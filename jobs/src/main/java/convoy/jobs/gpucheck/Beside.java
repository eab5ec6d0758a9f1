package convoy.jobs.gpucheck;

import convoy.jobs.benchmark.PyTorchProcess;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.time.Duration;
import java.util.Optional;

/** PyTorch's process, which is started anew when it has died. */
public final class Beside implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration OF_AN_IMPORT = Duration.ofSeconds(20);
    private static final int MOST_STARTS = 4;

    private final Optional<String> python;
    private final Subject subject;
    private Optional<PyTorchProcess> process = Optional.empty();
    private int starts;

    /**
     * Starts it, if there is to be one.
     *
     * @param python a program that has PyTorch; empty: there is none to be
     * @param subject what is checked
     * @throws BadInputException if there is no such program
     */
    public Beside(Optional<String> python, Subject subject) {
        this.python = python;
        this.subject = subject;
        if (python.isPresent()) {
            start(python.get());
        }
    }

    private PyTorchProcess start(String program) {
        starts++;
        PyTorchProcess started = new PyTorchProcess(program, subject.threads(), subject.device(), PATIENCE);
        process = Optional.of(started);
        return started;
    }

    boolean isWanted() {
        return python.isPresent();
    }

    /**
     * Waits until it has imported PyTorch, unless that takes long.
     *
     * @throws BadInputException if it cannot
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public void greet() throws InterruptedException {
        if (process.isPresent()) {
            process.get().greet(OF_AN_IMPORT);
        }
    }

    /** @throws BadInputException if none is wanted, or it has died too often */
    PyTorchProcess process() {
        String program = python.orElseThrow(() -> new BadInputException("--python was not given"));
        if (process.isPresent() && process.get().isAlive()) {
            return process.get();
        }
        close();
        if (starts >= MOST_STARTS) {
            throw new BadInputException("--python = " + program + " has ended " + Counts.plain(starts, "time"));
        }
        return start(program);
    }

    @Override
    public void close() {
        process.ifPresent(PyTorchProcess::close);
        process = Optional.empty();
    }
}

package convoy.jobs.progress;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Hands whole lines on, whoever writes them and in however many pieces. */
final class LinesAbove extends OutputStream {
    private final Consumer<String> lines;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    LinesAbove(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public synchronized void write(int octet) {
        if (octet == '\n') {
            end();
        } else if (octet != '\r') {
            begun.write(octet);
        }
    }

    /** What was begun and never ended is a line too. */
    @Override
    public synchronized void close() {
        if (begun.size() > 0) {
            end();
        }
    }

    private void end() {
        lines.accept(begun.toString(StandardCharsets.UTF_8));
        begun.reset();
    }
}

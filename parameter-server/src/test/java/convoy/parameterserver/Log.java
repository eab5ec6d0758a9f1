package convoy.parameterserver;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What this module logs while a test listens, warnings and worse. */
final class Log extends AbstractAppender implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LogManager.getLogger("convoy");

    private Log() {
        super("test", null, null, true, Property.EMPTY_ARRAY);
    }

    static Log listen() {
        Log log = new Log();
        log.start();
        Configurator.setLevel("convoy", Level.WARN);
        log.logger.addAppender(log);
        return log;
    }

    @Override
    public void append(LogEvent event) {
        lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
    }

    /** Waits up to ten seconds for a line that contains {@code text}; the lines so far if there is none. */
    List<String> await(String text) throws InterruptedException {
        for (int i = 0; i < 1_000 && lines.stream().noneMatch(line -> line.contains(text)); i++) {
            Thread.sleep(10);
        }
        return lines;
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        stop();
    }
}

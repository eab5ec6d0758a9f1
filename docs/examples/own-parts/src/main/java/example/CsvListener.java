package example;

import convoy.driver.listening.RunListener;
import convoy.driver.listening.RunListenerProvider;
import convoy.driver.listening.TrainingEvent;
import convoy.worker.provided.Arguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Adds a line to a CSV file on the driver's machine for each epoch and each evaluation: {@code {name: csv, arguments: {file: figures.csv}}}. */
public final class CsvListener implements RunListenerProvider {
    private static final String HEADER = "run,step,epoch,what,loss,accuracy\n";

    @Override
    public String name() {
        return "csv";
    }

    @Override
    public RunListener listener(Arguments arguments) {
        Path file = Path.of(arguments.text("file"));
        return event -> hear(file, event);
    }

    private static void hear(Path file, TrainingEvent event) throws IOException {
        if (event instanceof TrainingEvent.EpochEnded epoch) {
            add(file, event, "training", epoch.loss(), epoch.accuracy());
        } else if (event instanceof TrainingEvent.Evaluated evaluated) {
            add(file, event, "held out", evaluated.loss(), Optional.of(evaluated.top1Accuracy()));
        }
    }

    private static void add(
            Path file, TrainingEvent event, String what, Optional<Double> loss, Optional<Double> accuracy)
            throws IOException {
        String line = event.at().run() + "," + event.at().step() + "," + event.at().epoch() + "," + what + ","
                + loss.map(String::valueOf).orElse("") + "," + accuracy.map(String::valueOf).orElse("") + "\n";
        Files.writeString(
                file, Files.exists(file) ? line : HEADER + line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}

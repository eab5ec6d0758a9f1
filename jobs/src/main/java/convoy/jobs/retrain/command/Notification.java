package convoy.jobs.retrain.command;

import convoy.jobs.output.Json;
import convoy.jobs.retrain.run.Outcome;
import convoy.records.text.FirstLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Tells a command of the pipeline's how a retraining ended: as one JSON object on its standard input. What becomes of that command changes
 * nothing, but is told.
 *
 * @param words of the command; none: nobody is told
 * @param seconds after which it is given up
 */
record Notification(List<String> words, long seconds) {
    /** After so long somebody who should be told is given up. */
    static final long PATIENCE_SECONDS = 60;

    /** What is said of an end to a program. */
    static Map<String, Object> object(String pipeline, Outcome outcome) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("pipeline", pipeline);
        object.put("outcome", outcome.word());
        outcome.made().ifPresent(version -> object.put("version", version));
        object.put("exit-status", outcome.exitStatus());
        object.put("sentences", outcome.sentences());
        Map<String, Object> figures = new LinkedHashMap<>();
        outcome.judgement().ifPresent(verdict -> figures.putAll(new TreeMap<>(verdict.figures())));
        object.put("figures", figures);
        return object;
    }

    void send(String pipeline, Outcome outcome, PrintWriter err) throws InterruptedException {
        if (words.isEmpty()) {
            return;
        }
        StringWriter text = new StringWriter();
        Json.print(object(pipeline, outcome), new PrintWriter(text));
        try {
            // A file, so that a command which does not read it holds nobody up.
            Path told = Files.createTempFile("convoy-notify", ".json");
            try {
                Files.writeString(told, text.toString());
                start(told, err);
            } finally {
                Files.delete(told);
            }
        } catch (IOException none) {
            err.println("notify: " + words.get(0) + " was not started: " + FirstLine.of(none));
        }
    }

    private void start(Path told, PrintWriter err) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words)
                .redirectInput(told.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            err.println("notify: " + words.get(0) + " took more than " + seconds + " s and was ended");
        } else if (process.exitValue() != 0) {
            err.println("notify: " + words.get(0) + " ended with status " + process.exitValue());
        }
    }
}

package convoy.jobs.command;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.lease.HeldByAnotherException;
import convoy.driver.spark.ProcessEnd;
import convoy.parameterserver.files.FileAccess;
import convoy.records.BadInputException;
import convoy.records.text.FirstLine;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what was thrown into the lines and the exit status that a person sees, and a cluster's manager. */
final class Failures {
    static final int FAILED = 1;
    static final int BAD_INPUT = 2;

    /** Somebody else holds what was to be changed: {@code EX_TEMPFAIL} of sysexits.h, "try again later". */
    static final int HELD = 75;

    private Failures() {}

    /** An option or word that the command line does not have. */
    static ProcessEnd wrongArguments(ParameterException wrong, boolean debug) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String guess = "";
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            List<String> guesses = unmatched.getSuggestions();
            guess = guesses.isEmpty() ? "" : "; did you mean " + guesses.get(0) + "?";
        }
        String line = name + ": " + oneLine(String.valueOf(wrong.getMessage())) + guess + " (" + name + " --help)";
        command.getErr().println(line);
        if (debug) {
            wrong.printStackTrace(command.getErr());
        }
        return new ProcessEnd(BAD_INPUT, line, true);
    }

    /** Whatever a command threw. */
    static ProcessEnd whileRunning(Exception thrown, CommandLine command, boolean debug) {
        Optional<String> held = heldByAnother(thrown);
        if (held.isPresent()) {
            command.getErr().println(held.get());
            // No further attempt of YARN's: it would come while the same one lives.
            return new ProcessEnd(HELD, held.get(), true);
        }
        String name = command.getCommandSpec().qualifiedName();
        Optional<String> badInput = badInput(thrown);
        String line = badInput.orElseGet(() -> name + " failed: " + describe(thrown));
        String told = badInput.isPresent() || debug ? line : line + " (--debug tells more)";
        told.lines().forEach(command.getErr()::println);
        if (debug) {
            thrown.printStackTrace(command.getErr());
        }
        return badInput.isPresent()
                ? new ProcessEnd(BAD_INPUT, line, true)
                : new ProcessEnd(FAILED, line, comesAgain(thrown));
    }

    private static Optional<String> heldByAnother(Throwable thrown) {
        return causes(thrown)
                .filter(HeldByAnotherException.class::isInstance)
                .findFirst()
                .map(held -> String.valueOf(held.getMessage()));
    }

    private static boolean comesAgain(Throwable thrown) {
        return causes(thrown).anyMatch(cause -> cause instanceof TrainingFailedException failed && failed.again());
    }

    /**
     * The message for a person whose input was wrong, wherever in the chain of causes it was found to be. What a run that failed was
     * told by a file system is no input.
     */
    private static Optional<String> badInput(Throwable thrown) {
        return causes(thrown)
                .takeWhile(cause -> !(cause instanceof TrainingFailedException))
                .flatMap(cause -> {
                    if (cause instanceof BadInputException bad) {
                        return Stream.of(String.valueOf(bad.getMessage()));
                    }
                    if (cause instanceof FileNotFoundException || cause instanceof java.nio.file.NoSuchFileException) {
                        // Java throws this too where a file is there and does not open.
                        return Stream.of(cause.getMessage()
                                + ": it cannot be opened; check the path and its scheme, and who may read it");
                    }
                    if (cause instanceof UnknownHostException) {
                        return Stream.of(cause.getMessage() + ": no such host; check the URI");
                    }
                    return Stream.empty();
                })
                .findFirst();
    }

    /**
     * What a run that failed says of itself; what was done with which file, and why that failed; else the innermost message, which is
     * where the reason stands, under the name of its exception. Of a message of many lines,
     * as Spark's of a failed stage, the first: the others are stack traces.
     */
    private static String describe(Throwable thrown) {
        Optional<Throwable> told = causes(thrown)
                .filter(cause -> cause instanceof TrainingFailedException || cause instanceof UncheckedIOException)
                .findFirst();
        if (told.isPresent() && told.get().getMessage() != null) {
            String line = FirstLine.of(told.get().getMessage());
            if (told.get() instanceof TrainingFailedException) {
                return line;
            }
            if (!told.get().getMessage().equals(String.valueOf(told.get().getCause()))) {
                String reason = FileAccess.reason(told.get());
                return line.endsWith(reason) ? line : line + ": " + reason;
            }
        }
        Throwable innermost = causes(thrown).reduce((outer, inner) -> inner).orElse(thrown);
        String message = innermost.getMessage();
        String name = innermost.getClass().getSimpleName();
        return message == null ? name : name + ": " + FirstLine.of(message);
    }

    private static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, cause -> cause != null, Throwable::getCause)
                .limit(20);
    }

    private static String oneLine(String message) {
        return String.join(" ", message.lines().map(String::strip).toList());
    }
}

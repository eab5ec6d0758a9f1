package convoy.jobs;

import convoy.jobs.command.ConvoyCommand;
import convoy.jobs.launch.LoginUser;
import convoy.records.BadInputException;
import convoy.worker.storage.HomeDirectory;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import picocli.CommandLine;

/**
 * The command line.
 *
 * <p>Exit status: 0 when the command did its work or found it done, 1 when it failed on the way, 2 when what it was given
 * cannot work.
 */
public final class Main {
    private Main() {}

    /**
     * Runs one command and ends this process with its status.
     *
     * @param arguments the words behind {@code convoy}
     * @throws Exception as {@link convoy.driver.spark.ProcessEnd#happen} says, for Spark's ApplicationMaster alone
     */
    public static void main(String[] arguments) throws Exception {
        LoginUser.provide();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CommandLine line = ConvoyCommand.line(out, err);
        int status = execute(line, List.of(arguments));
        out.flush();
        err.flush();
        ConvoyCommand.end(line, status).happen();
    }

    /**
     * Runs one command in this process.
     *
     * @param arguments the words behind {@code convoy}
     * @param out for what the command is to tell
     * @param err for what goes wrong, and for progress
     * @return the exit status
     */
    public static int run(List<String> arguments, PrintWriter out, PrintWriter err) {
        return execute(ConvoyCommand.line(out, err), arguments);
    }

    /** In what these take, a tilde is a letter as others are. */
    private static final Set<String> TAKING_NAMES = Set.of("--split", "--classes", "--names");

    private static String word(List<String> arguments, int at) {
        String word = arguments.get(at);
        boolean name = (at > 0 && TAKING_NAMES.contains(arguments.get(at - 1)))
                || TAKING_NAMES.contains(word.replaceFirst("=.*", ""));
        return name ? word : HomeDirectory.word(word);
    }

    private static int execute(CommandLine line, List<String> arguments) {
        String[] words;
        try {
            words = IntStream.range(0, arguments.size())
                    .mapToObj(at -> word(arguments, at))
                    .toArray(String[]::new);
        } catch (BadInputException refused) {
            return ConvoyCommand.refuse(line, refused);
        }
        return line.execute(words);
    }
}

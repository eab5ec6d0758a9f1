package convoy.jobs;

import convoy.architectures.BadInputException;
import convoy.driver.ProcessEnd;
import convoy.worker.data.HomeDirectory;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The command line.
 *
 * <p>Exit status: 0 when the command did its work or found it done, 1 when it failed on the way, 2 when what it was given
 * cannot work.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        LoginUser.provide();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int status = run(List.of(arguments), out, err);
        out.flush();
        err.flush();
        ProcessEnd.with(status);
    }

    /** Runs one command in this process and returns its exit status. */
    public static int run(List<String> arguments, PrintWriter out, PrintWriter err) {
        try {
            String[] words = arguments.stream().map(HomeDirectory::word).toArray(String[]::new);
            return ConvoyCommand.line(out, err).execute(words);
        } catch (BadInputException refused) {
            err.println(refused.getMessage());
            return Failures.BAD_INPUT;
        }
    }
}

package convoy.jobs;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/**
 * The command line.
 *
 * <p>Exit status: 0 when the command did its work or found it done, 1 when it failed on the way, 2 when what it was given
 * cannot work.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CommandLine line = ConvoyCommand.line(out, err);
        int status = line.execute(arguments);
        out.flush();
        err.flush();
        ConvoyCommand.end(line, status).happen();
    }

    /** Runs one command in this process and returns its exit status. */
    public static int run(List<String> arguments, PrintWriter out, PrintWriter err) {
        return ConvoyCommand.line(out, err).execute(arguments.toArray(String[]::new));
    }
}

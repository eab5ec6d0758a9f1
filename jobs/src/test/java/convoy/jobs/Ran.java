package convoy.jobs;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** What one command printed in this process, and its exit status. */
record Ran(int status, String out, String err) {
    static Ran convoy(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(List.of(arguments), new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ran(status, out.toString(), err.toString());
    }
}

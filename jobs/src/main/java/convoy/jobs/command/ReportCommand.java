package convoy.jobs.command;

import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.jobs.report.page.Page;
import convoy.jobs.report.page.ReportFiles;
import convoy.jobs.report.run.RunData;
import convoy.jobs.report.run.RunReader;
import convoy.jobs.report.run.RunReport;
import convoy.records.BadInputException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes down what became of runs. */
@Command(
        name = "report",
        description = "Write a page about a run, or several side by side: HTML that loads nothing, Markdown, CSV.")
final class ReportCommand implements Runnable {
    private static final int LONGEST = 100;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Directories of runs, complete or not.")
    private List<String> runs = List.of();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The folder to write into, on this machine; by default reports/ and the runs' names.")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        out.ifPresent(ReportFiles::requireFolder);
        Configuration hadoop = Uris.hadoop();
        Set<String> addresses = new LinkedHashSet<>();
        for (String run : runs) {
            String address = Uris.local(run.replaceAll("(?<=[^/])/+$", ""));
            if (!addresses.add(address)) {
                throw new BadInputException(run + " is given twice: name each run once");
            }
        }
        List<RunData> read = new ArrayList<>();
        // No lambda that holds Hadoop's configuration: BareCommandsTest says why.
        for (String address : addresses) {
            read.add(RunReader.read(hadoop, address));
        }
        Page page = RunReport.of(read);
        Path folder = out.orElseGet(() -> Path.of("reports", name(read)));
        List<Path> written = ReportFiles.write(page, folder);
        PrintWriter printer = spec.commandLine().getOut();
        if (json) {
            List<String> files = written.stream().map(Path::toString).toList();
            Json.print(Map.of("files", files), printer);
        } else {
            printer.println("the report is " + written.get(0) + ", with Markdown and CSV beside it");
        }
    }

    private static String name(List<RunData> read) {
        String joined = String.join("+", read.stream().map(RunData::directory).toList());
        return joined.length() <= LONGEST ? joined : joined.substring(0, LONGEST);
    }
}

package convoy.jobs.report.page;

import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of a report: {@code report.html}, {@code report.md}, and one of comma-separated values for each table. */
public final class ReportFiles {
    private ReportFiles() {}

    /**
     * {@return what is written, as text by the file's name; the same for the same page}
     *
     * @param page the report
     */
    public static Map<String, String> of(Page page) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("report.html", Html.of(page));
        files.put("report.md", Markdown.of(page));
        page.tables().forEach(table -> files.put(table.id() + ".csv", Csv.of(table)));
        return files;
    }

    /**
     * Writes them into a folder, which is made if need be. Files of the same names are replaced, others left alone.
     *
     * @param page the report
     * @param folder of this machine
     * @return what was written, in the order of {@link #of}
     * @throws BadInputException if the folder is a file, or cannot be written
     */
    public static List<Path> write(Page page, Path folder) {
        requireFolder(folder);
        List<Path> written = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, String> file : of(page).entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.write(path, file.getValue().getBytes(StandardCharsets.UTF_8));
                written.add(path);
            }
        } catch (IOException unwritable) {
            throw new BadInputException(
                    "--out = " + folder + " cannot be written: "
                            + unwritable.getClass().getSimpleName() + " of " + unwritable.getMessage()
                            + "; name a folder that you may write",
                    unwritable);
        }
        return List.copyOf(written);
    }

    /**
     * Looks at a folder that is about to be written into.
     *
     * @param folder of this machine
     * @throws BadInputException if it is there and no folder
     */
    public static void requireFolder(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BadInputException("--out = " + folder + " is a file: name a folder, which is made if need be");
        }
    }
}

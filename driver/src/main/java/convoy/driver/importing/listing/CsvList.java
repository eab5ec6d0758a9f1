package convoy.driver.importing.listing;

import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ListOptions;
import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.source.ListedPicture;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.Names;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A CSV file with a row for each picture: its path in one column, its class in another. */
final class CsvList {
    private static final String PATH = "path";

    private final String name;
    private final List<String> columns;
    private final int pathAt;
    private final int labelAt;

    private CsvList(String name, List<String> columns, String path, String label) {
        this.name = name;
        this.columns = columns;
        pathAt = find(path);
        labelAt = find(label);
        if (pathAt == labelAt) {
            throw new BadInputException(
                    name + ": column " + path + " is that of paths and that of classes: name two columns");
        }
    }

    /**
     * Reads it.
     *
     * @param hadoop how to reach the file system
     * @param configuration of the import
     * @param most how many rows it may have
     * @throws BadInputException if it is no such file
     */
    static List<ListedPicture> read(Configuration hadoop, ImportConfiguration configuration, int most) {
        Path path = Storage.path("list", configuration.from());
        FileSystem files = Storage.of(hadoop, "list", path);
        Storage.requireFile(files, "list", path, "check the address");
        ListOptions options = configuration.list();
        String folder = String.valueOf(files.makeQualified(path).getParent());
        List<ListedPicture> pictures = new ArrayList<>();
        try (CsvFile rows = new CsvFile(
                path.getName(), files.open(path), options.separator().charAt(0))) {
            Optional<CsvFile.Row> row = rows.next();
            CsvList list = of(configuration, path.getName(), row);
            if (options.header()) {
                row = rows.next();
            }
            for (; row.isPresent(); row = rows.next()) {
                if (pictures.size() == most) {
                    throw new BadInputException(
                            "list " + path + " has more rows than " + most + ": import it in parts");
                }
                pictures.add(list.picture(folder, row.get()));
            }
        } catch (IOException e) {
            throw Storage.explained(files, "list", path, e);
        }
        return pictures;
    }

    private static CsvList of(ImportConfiguration configuration, String name, Optional<CsvFile.Row> first) {
        ListOptions options = configuration.list();
        if (first.isEmpty()) {
            throw new BadInputException(name + " holds no row: write one for each picture");
        }
        List<String> fields = first.get().fields();
        if (!options.header()) {
            fields = IntStream.rangeClosed(1, fields.size())
                    .mapToObj(Integer::toString)
                    .toList();
        }
        Set<String> seen = new HashSet<>();
        for (String field : fields) {
            if (!seen.add(field)) {
                throw new BadInputException(name + " names two columns " + field
                        + ": name each once, or say --no-header if the first line is a picture");
            }
        }
        String label = configuration.columns().label().name();
        boolean usual = label.equals(PictureColumns.defaults().label().name());
        return new CsvList(
                name,
                fields,
                options.pathColumn().orElse(options.header() ? PATH : "1"),
                usual && !options.header() ? "2" : label);
    }

    private int find(String column) {
        int at = columns.indexOf(column);
        if (at < 0) {
            throw new BadInputException(name + " has no column " + column + ", its columns are "
                    + String.join(", ", columns)
                    + Names.nearest(column, columns)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse(": name the right one, or say --no-header if the first line is a picture"));
        }
        return at;
    }

    private ListedPicture picture(String folder, CsvFile.Row row) {
        String where = name + ", line " + row.line();
        if (row.fields().size() != columns.size()) {
            return ListedPicture.faulty(
                    where,
                    "has " + Counts.plain(row.fields().size(), "field") + ", there are "
                            + Counts.plain(columns.size(), "column")
                            + ": put what holds a separator into quotation marks");
        }
        return new ListedPicture(
                where, folder, row.fields().get(pathAt), List.of(row.fields().get(labelAt)), "");
    }
}

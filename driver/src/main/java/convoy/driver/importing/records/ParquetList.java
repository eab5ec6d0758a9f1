package convoy.driver.importing.records;

import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.source.ListedPicture;
import convoy.driver.importing.source.SourceFile;
import convoy.records.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;

/**
 * Rows of a Parquet file that have the path of a picture and not the picture.
 *
 * @param pictures in the order of the rows
 * @param byNumber whether classes are told by number; empty if no row tells any
 * @param several whether the column of classes has a list in each row
 */
public record ParquetList(List<ListedPicture> pictures, Optional<Boolean> byNumber, boolean several) {
    public ParquetList {
        pictures = List.copyOf(pictures);
    }

    /**
     * Reads one file.
     *
     * @param hadoop how to reach the file system
     * @param file to be read
     * @param columns of paths and of classes
     * @param most how many rows it may have
     * @return what its rows say
     * @throws BadInputException if it is no Parquet file, has no such columns or too many rows
     */
    public static ParquetList read(Configuration hadoop, SourceFile file, PictureColumns columns, int most) {
        List<ListedPicture> pictures = new ArrayList<>();
        Optional<Boolean> byNumber = Optional.empty();
        String folder = Optional.ofNullable(new Path(file.uri()).getParent())
                .map(Path::toString)
                .orElse(file.uri());
        try (ParquetRows rows = ParquetRows.open(hadoop, file, columns, true)) {
            boolean several = rows.fields().labelIsList();
            for (Optional<Group> row = rows.next(); row.isPresent(); row = rows.next()) {
                if (pictures.size() == most) {
                    throw new BadInputException(
                            file.uri() + " lists more pictures than " + most + ": import it in parts");
                }
                String where = file.path() + ", row " + pictures.size();
                List<PictureFields.Label> labels = rows.fields().labels(row.get());
                Optional<byte[]> path = rows.fields().image(row.get());
                Optional<PictureFields.Label> absent =
                        labels.stream().filter(PictureFields.Label::absent).findFirst();
                if (path.isEmpty() || absent.isPresent()) {
                    String problem = path.isEmpty()
                            ? "is null in column " + columns.image().name() + ": write the path of a picture"
                            : absent.flatMap(label -> label.problem(columns.label()))
                                    .orElse("")
                                    .strip();
                    pictures.add(ListedPicture.faulty(where, problem));
                    continue;
                }
                List<String> texts =
                        labels.stream().map(PictureFields.Label::text).toList();
                byNumber = byNumber.or(() ->
                        labels.stream().map(label -> label.number().isPresent()).findFirst());
                pictures.add(
                        new ListedPicture(where, folder, new String(path.get(), StandardCharsets.UTF_8), texts, ""));
            }
            return new ParquetList(pictures, byNumber, several);
        } catch (IOException e) {
            throw new UncheckedIOException(file.uri() + ": " + e.getMessage(), e);
        }
    }
}

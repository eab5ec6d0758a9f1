package convoy.jobs.recipes;

import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Data sets of the forms that recipes name, with noise in place of pictures: as many classes, the same channels and sides, and few rows.
 * A recipe can be made out against them whole, to the network and the number of steps.
 */
final class StandIns {
    /** Where recipes look for data. */
    private static final String ADDRESS = " data/";

    private final Path directory;

    /** Writes them. */
    StandIns(Path directory) throws IOException {
        this.directory = directory;
        write("cifar10/train", 10, 200, 3, 32);
        whiten("cifar10/train");
        write("cifar10/tenth", 10, 200, 3, 32);
        write("cifar10/test", 10, 20, 3, 32);
        write("mnist/train", 10, 100, 1, 28);
        write("mnist/test", 10, 20, 1, 28);
        write("imagenet/train", 1000, 400, 3, 16);
        write("imagenet/val", 1000, 20, 3, 16);
    }

    /** A recipe that looks here for its data. */
    String inPlace(String text) {
        return text.replace(ADDRESS, " " + directory.toUri());
    }

    /** Rows of 20 classes at most, so that there is enough of each for some to be held out. */
    private void write(String name, int classes, int rows, int channels, int side) throws IOException {
        Random random = new Random(name.hashCode());
        List<ImageRow> all = new ArrayList<>();
        for (int id = 0; id < rows; id++) {
            byte[] planes = new byte[channels * side * side];
            random.nextBytes(planes);
            all.add(new ImageRow(id, planes, id % Math.min(classes, 20), side, side, channels));
        }
        List<String> names =
                IntStream.range(0, classes).mapToObj(label -> "c" + label).toList();
        RawData.write(directory.resolve(name), names, all, rows);
    }

    /** Says of a data set that it is whitened as {@code convoy whiten} does it, which is all that a run asks before it starts. */
    private void whiten(String name) throws IOException {
        Path file = directory.resolve(name).resolve(DatasetInfo.FILE_NAME);
        FileSystem files = FileSystem.getLocal(new Configuration()).getRaw();
        DatasetInfo plain = DatasetInfo.read(files, new org.apache.hadoop.fs.Path(file.toUri()));
        DatasetInfo.WhiteningFile whitening = new DatasetInfo.WhiteningFile(
                "whitening.safetensors", 1, "0".repeat(64), 0.1, Optional.of(new DatasetInfo.Contrast(55, 0)));
        Files.writeString(file, plain.withWhitening(whitening).toJson());
    }
}

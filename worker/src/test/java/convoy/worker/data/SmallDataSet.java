package convoy.worker.data;

import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.SmallData;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** A small data set for tests, opened. */
public final class SmallDataSet {
    private SmallDataSet() {}

    /** A raw data set of 3 x 8 x 8 pictures of four classes. */
    public static DataSet raw(Path directory, int rows, int rowsPerGroup) {
        SmallData.write(directory, SmallData.rawRows(rows, 4, 8, 8), rowsPerGroup, 3, Encoding.RAW, 8, 8, 4);
        return DataSet.open(new Configuration(), directory.toUri().toString());
    }
}

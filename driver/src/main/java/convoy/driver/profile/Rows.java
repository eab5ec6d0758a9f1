package convoy.driver.profile;

import convoy.worker.data.DataSet;
import convoy.worker.data.split.RowSet;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The rows of a data set, or a part of them.
 *
 * @param uri of the data set
 * @param part which rows, of all of it; empty: all
 */
public record Rows(String uri, Optional<RowSet> part) {
    /**
     * {@return all rows of a data set}
     *
     * @param uri of the data set
     */
    public static Rows all(String uri) {
        return new Rows(uri, Optional.empty());
    }

    /**
     * {@return the same as a data set}
     *
     * @param hadoop how to reach its file system
     */
    public DataSet open(Configuration hadoop) {
        DataSet all = DataSet.open(hadoop, uri);
        return part.map(all::only).orElse(all);
    }
}

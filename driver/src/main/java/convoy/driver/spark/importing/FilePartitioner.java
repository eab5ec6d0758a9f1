package convoy.driver.spark.importing;

import convoy.driver.importing.plan.RowLayout;
import org.apache.spark.Partitioner;

/** Sends each row, keyed by its place in the data set, to the task that writes its file. */
final class FilePartitioner extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final RowLayout layout;

    FilePartitioner(RowLayout layout) {
        this.layout = layout;
    }

    @Override
    public int numPartitions() {
        return layout.files();
    }

    @Override
    public int getPartition(Object place) {
        return layout.fileOf((Long) place);
    }
}

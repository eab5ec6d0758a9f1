package convoy.driver.importing;

import convoy.worker.data.DatasetInfo;
import java.util.List;

/**
 * What an import did.
 *
 * @param info the data set's {@code dataset.json}
 * @param skipped how many records were left out
 * @param firstSkipped what was wrong with the first of them, one line each with file and record
 */
public record ImportReport(DatasetInfo info, long skipped, List<String> firstSkipped) {
    public ImportReport {
        firstSkipped = List.copyOf(firstSkipped);
    }
}

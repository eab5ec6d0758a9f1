package convoy.driver.importing;

import convoy.worker.data.format.DatasetInfo;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * What an import did.
 *
 * @param info the data set's {@code dataset.json}
 * @param classCounts how many pictures each class has, by label
 * @param leftOut files that gave no row, by reason
 * @param adjusted pictures to which something was done, by what
 * @param skipped how many records were left out
 * @param firstSkipped what was wrong with the first of them, one line each with file and record
 * @param leftBehind what could not be cleared away, and where it lies
 */
@RecordBuilder
public record ImportReport(
        DatasetInfo info,
        List<Long> classCounts,
        List<LeftOut> leftOut,
        List<Adjusted> adjusted,
        long skipped,
        List<String> firstSkipped,
        Optional<String> leftBehind) {
    public ImportReport {
        classCounts = List.copyOf(classCounts);
        leftOut = List.copyOf(leftOut);
        adjusted = List.copyOf(adjusted);
        firstSkipped = List.copyOf(firstSkipped);
    }
}

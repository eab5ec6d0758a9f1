package convoy.driver;

import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.RunDirectory;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Writes the trained model in the forms that were asked for. */
final class ModelExport {
    private ModelExport() {}

    static List<String> write(
            Configuration hadoop, RunDirectory directory, Checkpoint checkpoint, ResolvedRun resolved) {
        return List.of();
    }
}

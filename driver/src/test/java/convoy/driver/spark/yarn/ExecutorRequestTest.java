package convoy.driver.spark.yarn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExecutorRequestTest {
    /** Settings as {@code a=1 b=2}, keys without {@code spark.}. */
    private static SparkConf conf(String settings) {
        SparkConf conf = new SparkConf(false);
        for (String setting : settings.split(" ", -1)) {
            int equals = setting.indexOf('=');
            conf.set("spark." + setting.substring(0, equals), setting.substring(equals + 1));
        }
        return conf;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // tasks | set by somebody | executors | cores of each
                "4 | task.cpus=1                                                              | 4 | 1",
                "4 | task.cpus=2                                                              | 4 | 2",
                "4 | task.cpus=2 executor.cores=4                                             | 2 | 4",
                "5 | task.cpus=2 executor.cores=5                                             | 3 | 5",
                "4 | task.cpus=1 executor.instances=9                                         | 9 | 1",
                "4 | task.cpus=1 executor.instances=2 executor.cores=2                        | 2 | 2",
                "4 | task.cpus=2 task.resource.gpu.amount=1 executor.resource.gpu.amount=1    | 4 | 2",
                "4 | task.cpus=2 task.resource.gpu.amount=1 executor.resource.gpu.amount=2    | 2 | 4",
                "2 | task.cpus=2 task.resource.gpu.amount=1 executor.resource.gpu.amount=8    | 1 | 4",
                "4 | task.cpus=1 task.resource.gpu.amount=0.5 executor.resource.gpu.amount=1  | 2 | 2",
                "4 | task.cpus=1 task.resource.gpu.amount=1 executor.resource.gpu.amount=1 executor.cores=4 | 4 | 4",
                "4 | task.cpus=1 dynamicAllocation.enabled=true                               | 4 | 1",
                "4 | task.cpus=1 dynamicAllocation.enabled=true executor.instances=1          | 1 | 1",
            })
    void whatNobodySaidFollowsFromTheRun(int tasks, String settings, int executors, int cores) {
        SparkConf conf = conf(settings);
        assertThat(ExecutorRequest.complete(conf, tasks, true)).isEqualTo(executors);
        assertThat(conf.getInt("spark.executor.instances", 0)).isEqualTo(executors);
        assertThat(conf.getInt("spark.executor.cores", 0)).isEqualTo(cores);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "task.cpus=2 executor.cores=1 | spark.executor.cores = 1 is less than spark.task.cpus = 2, which is the"
                        + " run's threads unless it is set: leave spark.executor.cores out, set it to 2 or more, or lower"
                        + " threads",
                "task.cpus=1 executor.instances=3 | spark.executor.instances = 3 with spark.executor.cores = 1 has room for"
                        + " 3 workers at a time, and the run has workers = 4: leave spark.executor.instances out, set it to 4"
                        + " or more, or set workers = 3",
                "task.cpus=1 dynamicAllocation.enabled=true dynamicAllocation.maxExecutors=1 executor.cores=2 |"
                        + " spark.dynamicAllocation.maxExecutors = 1 with spark.executor.cores = 2 has room for 2 workers at a"
                        + " time, and the run has workers = 4: leave spark.dynamicAllocation.maxExecutors out, set it to 2 or"
                        + " more, or set workers = 2",
            })
    void whatContradictsTheRunIsOneLine(String settings, String line) {
        assertThatThrownBy(() -> ExecutorRequest.complete(conf(settings), 4, true))
                .isInstanceOf(BadInputException.class)
                .hasMessage(line);
    }

    @Test
    void tasksThatWaitForNoOtherTakeWhatThereIs() {
        assertThatCode(() -> ExecutorRequest.complete(conf("task.cpus=1 executor.instances=2"), 4, false))
                .doesNotThrowAnyException();
        SparkConf limited = conf("task.cpus=1 dynamicAllocation.enabled=true dynamicAllocation.maxExecutors=2");
        assertThat(ExecutorRequest.complete(limited, 4, false)).isEqualTo(2);
    }
}

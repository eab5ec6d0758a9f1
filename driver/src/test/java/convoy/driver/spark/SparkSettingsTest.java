package convoy.driver.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

final class SparkSettingsTest {
    private static SparkConf conf(String master) {
        return new SparkConf(false).setMaster(master);
    }

    @Test
    void aTrainingApplicationForgivesLostExecutors() {
        SparkConf conf = SparkSettings.apply(conf("local[3]"), new RunSize(2, 1, 0));
        assertThat(conf.get("spark.master")).isEqualTo("local[3,1000]");
        assertThat(conf.get("spark.plugins")).isEqualTo(ConvoyPlugin.class.getName());
        assertThat(conf.get(SparkSettings.SERVERS_PER_EXECUTOR)).isEqualTo("2");
        assertThat(conf.get("spark.authenticate")).isEqualTo("true");
        assertThat(conf.get("spark.kryo.registrationRequired")).isEqualTo("true");
        assertThat(conf.get("spark.executorEnv.CUBLAS_WORKSPACE_CONFIG")).isEqualTo(":4096:8");
        assertThat(conf.get("spark.executorEnv.CUDA_DEVICE_ORDER")).isEqualTo("PCI_BUS_ID");
        assertThat(conf.get("spark.executorEnv.MALLOC_MMAP_THRESHOLD_")).isEqualTo("33554432");
        assertThat(conf.get("spark.executorEnv.MALLOC_TRIM_THRESHOLD_")).isEqualTo("2147483647");
        assertThat(conf.get("spark.executorEnv.MALLOC_ARENA_MAX")).isEqualTo("4");
        assertThat(conf.get("spark.executorEnv.OPENCV_LOG_LEVEL")).isEqualTo("SILENT");
    }

    @Test
    void anApplicationThatTrainsNothingHasSparksOwnAttemptsAndNoServers() {
        SparkConf conf = SparkSettings.apply(conf("local[3]"), new RunSize(0, 1, 0));
        assertThat(conf.get("spark.master")).isEqualTo("local[3,4]");
        assertThat(conf.contains("spark.plugins")).isFalse();
        assertThat(conf.contains("spark.task.maxFailures")).isFalse();
    }

    @Test
    void whatIsThereIsKept() {
        SparkConf conf = SparkSettings.apply(
                conf("yarn").set("spark.plugins", "a.Plugin").set("spark.authenticate", "false"), new RunSize(1, 4, 0));
        assertThat(conf.get("spark.plugins")).isEqualTo("a.Plugin," + ConvoyPlugin.class.getName());
        assertThat(conf.get("spark.authenticate")).isEqualTo("false");
        assertThat(conf.get("spark.task.cpus")).isEqualTo("4");
        assertThat(conf.get("spark.master")).isEqualTo("yarn");
    }

    @Test
    void onYarnTheRunDecidesHowManyExecutorsThereAre() {
        SparkConf conf = SparkSettings.apply(conf("yarn"), new RunSize(6, 2, 4));
        assertThat(conf.get("spark.executor.instances")).isEqualTo("4");
        assertThat(conf.get("spark.executor.cores")).isEqualTo("2");
        assertThat(conf.get(SparkSettings.SERVERS_PER_EXECUTOR)).isEqualTo("2");
        SparkConf anything = SparkSettings.apply(conf("yarn"), RunSize.ofAnything());
        assertThat(anything.contains("spark.executor.instances")).isFalse();
        assertThat(anything.contains("spark.executor.cores")).isFalse();
    }

    @Test
    void anExecutorTooSmallForAWorkerIsRefusedOnEveryCluster() {
        for (String master : List.of("yarn", "local-cluster[2,1,1024]")) {
            SparkConf conf = conf(master).set("spark.executor.cores", "1");
            assertThatThrownBy(() -> SparkSettings.apply(conf, new RunSize(1, 2, 1)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageStartingWith("spark.executor.cores = 1 is less than spark.task.cpus = 2")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void aStandaloneMasterNeedsASecret() {
        assertThatThrownBy(() -> SparkSettings.apply(conf("spark://h:7077"), new RunSize(1, 1, 0)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("spark.authenticate.secret is not set and the master is spark://h:7077")
                .hasMessageNotContaining("\n");
    }
}

package convoy.tests.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The module table of the design: what may import what. */
@AnalyzeClasses(packages = "convoy", importOptions = MainCode.class)
final class ModuleTableTest {
    private static final String[] SPARK_CORE = {
        "org.apache.spark",
        "org.apache.spark.api..",
        "org.apache.spark.rdd..",
        "org.apache.spark.sql..",
        "org.apache.spark.scheduler..",
        "org.apache.spark.deploy..",
        "org.apache.spark.storage..",
        "org.apache.spark.serializer..",
        "org.apache.spark.broadcast.."
    };
    private static final String[] DL4J = {"org.deeplearning4j..", "org.nd4j.."};

    @ArchTest
    static final ArchRule recordsKnowNothingOfOurs = noClasses()
            .that()
            .resideInAPackage("convoy.records..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "convoy.architectures..",
                    "convoy.parameterserver..",
                    "convoy.worker..",
                    "convoy.driver..",
                    "convoy.jobs..",
                    "com.fasterxml.jackson.databind..",
                    "org.apache..",
                    "org.deeplearning4j..",
                    "org.nd4j..",
                    "org.bytedeco..");

    @ArchTest
    static final ArchRule architecturesDescribeNetworksAlone = noClasses()
            .that()
            .resideInAPackage("convoy.architectures..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "convoy.parameterserver..",
                    "convoy.worker..",
                    "convoy.driver..",
                    "convoy.jobs..",
                    "org.apache.spark..",
                    "org.apache.hadoop..",
                    "org.deeplearning4j..",
                    "org.nd4j..",
                    "org.bytedeco..");

    @ArchTest
    static final ArchRule onnxKnowsNetworksAlone = noClasses()
            .that()
            .resideInAPackage("convoy.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "convoy.parameterserver..",
                    "convoy.worker..",
                    "convoy.driver..",
                    "convoy.jobs..",
                    "org.apache..",
                    "org.deeplearning4j..",
                    "org.nd4j..",
                    "org.bytedeco..");

    @ArchTest
    static final ArchRule onnxsMessagesStayInTheirModule = noClasses()
            .that()
            .resideOutsideOfPackages("convoy.onnx..", "convoy.tests..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.onnx..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule parameterServerKnowsNothingOfOurs = noClasses()
            .that()
            .resideInAPackage("convoy.parameterserver..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "convoy.architectures..",
                    "convoy.worker..",
                    "convoy.driver..",
                    "convoy.jobs..",
                    "org.deeplearning4j..",
                    "org.nd4j..",
                    "org.bytedeco..");

    @ArchTest
    static final ArchRule workerKnowsNeitherDriverNorJobs = noClasses()
            .that()
            .resideInAPackage("convoy.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("convoy.driver..", "convoy.jobs..");

    @ArchTest
    static final ArchRule driverKnowsNoJobs = noClasses()
            .that()
            .resideInAPackage("convoy.driver..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("convoy.jobs..");

    @ArchTest
    static final ArchRule onlyTheAdapterImportsSparkCore = noClasses()
            .that()
            .resideOutsideOfPackages("convoy.driver.spark..", "convoy.ml..", "convoy.tests..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SPARK_CORE);

    @ArchTest
    static final ArchRule nothingKnowsTablesButMl = noClasses()
            .that()
            .resideOutsideOfPackages("convoy.ml..", "convoy.tests..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.spark.ml..", "org.apache.spark.mllib..", "org.apache.spark.sql..", "convoy.ml..");

    @ArchTest
    static final ArchRule enginesAreKnownByTheirSeamAlone = noClasses()
            .that()
            .resideOutsideOfPackages("convoy.worker.engine.nd4j..", "convoy.worker.engine.libtorch..", "convoy.tests..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("convoy.worker.engine.nd4j..", "convoy.worker.engine.libtorch..");

    @ArchTest
    static final ArchRule librariesOfLinearAlgebraStayInTheirEnginePackage = noClasses()
            .that()
            .resideOutsideOfPackages("convoy.worker.engine.nd4j..", "convoy.tests..", "org.nd4j..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DL4J);

    @ArchTest
    static final ArchRule libtorchStaysInItsEnginePackage = noClasses()
            .that()
            .resideOutsideOfPackage("convoy.worker.engine.libtorch..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.bytedeco.pytorch..");

    @ArchTest
    static final ArchRule icebergStaysInItsPackage = noClasses()
            .that()
            .resideOutsideOfPackage("convoy.iceberg..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.iceberg..", "convoy.iceberg..");

    @ArchTest
    static final ArchRule icebergTellsOfFilesAlone = noClasses()
            .that()
            .resideInAPackage("convoy.iceberg..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "convoy.jobs..", "convoy.worker..");

    @ArchTest
    static final ArchRule cudaStaysInThePackageOfCudnn = noClasses()
            .that()
            .resideOutsideOfPackage("convoy.worker.engine.nd4j.cudnn..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.bytedeco.cuda..");

    @ArchTest
    static final ArchRule noPackageIsADrawerForOddments =
            classes().should().resideOutsideOfPackages("..core..", "..common..", "..util..", "..utils..");
}

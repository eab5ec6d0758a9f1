package convoy.tests.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import convoy.parameterserver.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** Time and threads come from outside: whoever decides by them runs in virtual time as well. */
@AnalyzeClasses(packages = "convoy", importOptions = MainCode.class)
final class ClockRuleTest {
    /** Who may have time and threads of the machine's, by the simple name of the class, and why. */
    private static final Map<String, String> ADAPTERS = Map.ofEntries(
            entry("SystemClock", "is the machine's clock"),
            entry("SparkTransport", "Spark connects in the calling thread"),
            entry("SparkStage", "Spark's future tells nobody when it is done"),
            entry("ExecutorSide", "ends its process by a thread that the end does not wait for"),
            entry("StopSignal", "holds up the end of the process, in its shutdown hook"),
            entry("BatchPipeline", "a reader's threads compute batches, which are functions of their keys"),
            entry("RowGroupCache", "a reader's thread, reading ahead"),
            entry("EvaluationReader", "a reader's threads, for held-out rows"),
            entry("Decoding", "threads that decode pictures at an import"),
            entry("EngineThread", "native libraries keep things by thread"),
            entry("SideThread", "launches what a GPU does beside the rest"),
            entry("HostCopies", "copies for a GPU, beside the engine's thread"),
            entry("ProgressDisplay", "a progress bar, for a person who looks at it"),
            entry("GpuCheckCommand", "gives the check of a GPU its clock"),
            entry("LoopbackBenchmark", "measures"),
            entry("EngineBenchmark", "measures"),
            entry("DataBenchmark", "measures"));

    /** Packages that measure, or check a machine, in real time as that is what they are for. */
    private static final String[] MEASURING = {"convoy.jobs.benchmark..", "convoy.jobs.gpucheck.."};

    /** Who hands the machine's clock to those that take one. */
    private static final Set<String> COMPOSERS = Set.of(
            "ServerHost",
            "ServerClients",
            "SparkCluster",
            "WorkerTask",
            "ExecutorSide",
            "ConvoyPlugin",
            "Opened",
            "RetrainCommand",
            "ScoringJob");

    private static final Map<String, Set<String>> FORBIDDEN = Map.of(
            System.class.getName(), Set.of("nanoTime", "currentTimeMillis"),
            Object.class.getName(), Set.of("wait"),
            CompletableFuture.class.getName(), Set.of("delayedExecutor", "orTimeout", "completeOnTimeout"),
            LockSupport.class.getName(), Set.of("parkNanos", "parkUntil"),
            Thread.class.getName(), Set.of("sleep"));

    /** Whether a class is a thread, by its name. */
    private static final Map<String, Boolean> THREADS = new ConcurrentHashMap<>();

    private static final DescribedPredicate<JavaAccess<?>> MACHINE_TIME =
            DescribedPredicate.describe("give the machine's time or threads", ClockRuleTest::isOfTheMachine);

    private static boolean isOfTheMachine(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        boolean waitsForEver =
                name.equals("wait") && access.getTarget().getFullName().endsWith("wait()");
        return (FORBIDDEN.getOrDefault(owner.getName(), Set.of()).contains(name) && !waitsForEver)
                || (owner.getPackageName().equals("java.time") && name.equals("now"))
                || owner.isEquivalentTo(Executors.class)
                || (name.equals("<init>") && isThread(owner))
                || (owner.getName().equals("java.util.Timer") && name.equals("<init>"));
    }

    /** ArchUnit knows our own classes alone: what others' are, the JVM says. */
    private static boolean isThread(JavaClass owner) {
        return THREADS.computeIfAbsent(owner.getName(), name -> {
            try {
                ClassLoader loader = ClockRuleTest.class.getClassLoader();
                return Thread.class.isAssignableFrom(Class.forName(name, false, loader));
            } catch (ClassNotFoundException | LinkageError absent) {
                // Of a library that is not on this class path, as CUDA's.
                return false;
            }
        });
    }

    /** Nested classes go by the class that they are in. */
    private static String outermost(JavaClass type) {
        return type.getEnclosingClass().map(ClockRuleTest::outermost).orElseGet(type::getSimpleName);
    }

    private static final DescribedPredicate<JavaClass> AN_ADAPTER =
            DescribedPredicate.describe("adapters", type -> ADAPTERS.containsKey(outermost(type)));

    private static final DescribedPredicate<JavaClass> A_COMPOSER =
            DescribedPredicate.describe("composers", type -> COMPOSERS.contains(outermost(type)));

    @ArchTest
    static final ArchRule timeAndThreadsComeFromOutside = noClasses()
            .that()
            .resideOutsideOfPackages(MEASURING)
            .and(DescribedPredicate.not(AN_ADAPTER))
            .should()
            .accessTargetWhere(MACHINE_TIME);

    @ArchTest
    static final ArchRule theMachinesClockIsChosenAtTheEdge =
            noClasses().that(DescribedPredicate.not(A_COMPOSER)).should().callMethod(Clock.class, "system");

    /** Who needs no exception any more has none. */
    @ArchTest
    static void everyAdapterIsOne(JavaClasses classes) {
        Set<String> used = new TreeSet<>();
        for (JavaClass type : classes) {
            if (type.getAccessesFromSelf().stream().anyMatch(ClockRuleTest::isOfTheMachine)) {
                used.add(outermost(type));
            }
        }
        assertThat(used).containsAll(ADAPTERS.keySet());
    }
}

package convoy.worker.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Tests that JUnit runs in a process of its own: with its own environment, where native libraries choose their kernels by it when they are
 * loaded.
 */
public final class ChildTests {
    private static final String BEGINS = "inner test begins: ";
    private static final String FAILED = "inner test failed: ";
    private static final String COUNTS = "inner tests: ";

    /** What this process was given and the other needs too. */
    private static final List<String> PROPERTIES =
            List.of("parity.reference", "long.tests", "convoy.root", "spark.jvm.options", "java.net.preferIPv4Stack");

    private ChildTests() {}

    /**
     * How many succeeded, and how many had nothing to compare with or lacked something.
     *
     * @param aborted those whose assumptions did not hold, and those that are disabled
     */
    public record Counts(int succeeded, int aborted) {}

    /**
     * Runs tests of one class, and fails if one of them does, if none is found or if the process ends otherwise; the message has each
     * failed one's name and message.
     *
     * @param tests the class's name
     * @param methods those whose name this finds
     * @param options of the virtual machine
     * @param seconds after which it counts as hanging
     */
    public static Counts require(
            String tests, String methods, Map<String, String> environment, List<String> options, int seconds)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-Xmx1g"));
        if (!Boolean.getBoolean("long.tests")) {
            // A few methods are over before the optimizing compiler has paid for itself.
            all.add("-XX:TieredStopAtLevel=1");
        }
        all.addAll(List.of(System.getProperty("spark.jvm.options", "").strip().split("\\s+", -1)));
        all.removeIf(String::isEmpty);
        for (String name : PROPERTIES) {
            Optional.ofNullable(System.getProperty(name)).ifPresent(value -> all.add("-D" + name + "=" + value));
        }
        all.addAll(options);
        ChildJvm.Outcome outcome =
                ChildJvm.attempt(ChildTests.class, environment, all, List.of(tests, methods), seconds);
        List<String> lines = outcome.lines();
        List<String> failed =
                lines.stream().filter(line -> line.startsWith(FAILED)).toList();
        assertThat(failed).as("%s with %s", tests, environment).isEmpty();
        Optional<String> counts =
                lines.stream().filter(line -> line.startsWith(COUNTS)).findFirst();
        assertThat(outcome.isWell() && counts.isPresent())
                .as(
                        "%s with %s: %s in \"%s\"; it said:%n%s",
                        tests,
                        environment,
                        outcome.ended() ? "exit status " + outcome.status() : "not ended in " + seconds + " s",
                        lines.stream()
                                .filter(line -> line.startsWith(BEGINS))
                                .reduce("no test", (before, last) -> last),
                        String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size())))
                .isTrue();
        String[] numbers = counts.orElseThrow().substring(COUNTS.length()).split(" ", -1);
        Counts counted = new Counts(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
        assertThat(counted.succeeded + counted.aborted)
                .as("tests of %s whose name \"%s\" finds", tests, methods)
                .isPositive();
        return counted;
    }

    /** Arguments: the class's name, and a pattern that finds the names of its methods. */
    public static void main(String[] arguments) {
        Pattern methods = Pattern.compile(arguments[1]);
        PostDiscoveryFilter named = descriptor -> FilterResult.includedIf(
                descriptor.getSource().map(source -> isNamed(source, methods)).orElse(true));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(arguments[0]))
                .filters(named)
                .build();
        Listener listener = new Listener();
        LauncherFactory.create().execute(request, listener);
        System.out.println(COUNTS + listener.succeeded + " " + listener.aborted);
        System.out.flush();
        // Threads of libraries would keep the process.
        System.exit(0);
    }

    private static boolean isNamed(TestSource source, Pattern methods) {
        return !(source instanceof MethodSource method)
                || methods.matcher(method.getMethodName()).find();
    }

    private static final class Listener implements TestExecutionListener {
        private int succeeded;
        private int aborted;

        @Override
        public void executionStarted(TestIdentifier identifier) {
            if (identifier.isTest()) {
                System.out.println(BEGINS + name(identifier));
            }
        }

        @Override
        public void executionSkipped(TestIdentifier identifier, String reason) {
            aborted++;
        }

        @Override
        public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
            switch (result.getStatus()) {
                case SUCCESSFUL -> succeeded += identifier.isTest() ? 1 : 0;
                case ABORTED -> aborted++;
                case FAILED -> {
                    Throwable reason = result.getThrowable().orElseThrow();
                    reason.printStackTrace(System.out);
                    System.out.println(FAILED + name(identifier) + ": "
                            + reason.toString().lines().map(String::strip).reduce("", (a, b) -> a + " " + b));
                }
            }
        }

        /** A test's own name may be no more than its arguments. */
        private static String name(TestIdentifier identifier) {
            String method = identifier
                    .getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(source -> ((MethodSource) source).getMethodName() + " ")
                    .orElse("");
            return method + identifier.getDisplayName();
        }
    }
}

package convoy.driver.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.listening.TrainingEvent.Status;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.metrics.TrainingListenerProgressBuilder;
import convoy.driver.metrics.TrainingListenerStartedBuilder;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import convoy.worker.provided.Arguments;
import convoy.worker.provided.ProviderChoice;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What listeners of other people's jars hear, and that none of them harms who tells it. */
public final class AnnouncerTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final List<String> HEARD = Collections.synchronizedList(new ArrayList<>());

    private final Path directory;
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private final List<String> notices = new ArrayList<>();
    private final TrainingListener people = new TrainingListener() {
        @Override
        public void notice(String line) {
            notices.add(line);
        }
    };

    AnnouncerTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void seeWhatWasSeenBefore() {
        Thread.currentThread().setContextClassLoader(before);
        HEARD.clear();
    }

    /** Writes down what it hears. */
    public static final class Keeping implements RunListenerProvider {
        @Override
        public String name() {
            return "keeping";
        }

        @Override
        public RunListener listener(Arguments arguments) {
            String begin = arguments.optional("begin").orElse("");
            int least = arguments.whole("least", 0, 0, 100);
            return event -> {
                if (event.at().step() >= least) {
                    HEARD.add(begin + event.json());
                }
            };
        }
    }

    /** Has the other's name. */
    public static final class Twin implements RunListenerProvider {
        @Override
        public String name() {
            return "keeping";
        }

        @Override
        public RunListener listener(Arguments arguments) {
            return event -> {};
        }
    }

    /** Cannot do a thing. */
    public static final class Failing implements RunListenerProvider {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public RunListener listener(Arguments arguments) {
            if (arguments.optional("early").isPresent()) {
                throw new IllegalStateException("no licence\nat all");
            }
            return event -> {
                throw new IOException("no network\nat all");
            };
        }
    }

    /** Never comes back. */
    public static final class Hanging implements RunListenerProvider {
        @Override
        public String name() {
            return "hanging";
        }

        @Override
        public RunListener listener(Arguments arguments) {
            return event -> new CountDownLatch(1).await();
        }
    }

    private void seeProviders(Class<?>... types) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.write(
                services.resolve(RunListenerProvider.class.getName()),
                List.of(types).stream().map(Class::getName).toList());
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before));
    }

    private Announcer announcer(ProviderChoice... choices) {
        Announcer announcer = new Announcer(Clock.system(), List.of(choices), people, SHORT);
        announcer.of("digits", "file:/runs/digits", 3, 2);
        return announcer;
    }

    private static ProviderChoice choice(String name, Map<String, String> arguments) {
        return new ProviderChoice(name, new TreeMap<>(arguments));
    }

    private static void tell(Announcer announcer, long step, double loss) {
        announcer.progress(TrainingListenerProgressBuilder.builder()
                .step(step)
                .lastStep(6)
                .epoch(step / 2.0)
                .loss(loss)
                .accuracy(0.25)
                .learningRate(0.1)
                .imagesPerSecond(Double.NaN)
                .timeLeft(Duration.ZERO)
                .build());
    }

    @Test
    void aRunThatGoesOnIsToldFromTheStepWhereItGoesOn() throws IOException {
        seeProviders(Keeping.class);
        Announcer announcer = announcer(ProviderChoice.parse("keeping"), choice("keeping", Map.of("begin", "second ")));
        announcer.started(TrainingListenerStartedBuilder.builder()
                .name("digits")
                .directory("file:/runs/digits")
                .network("mnist_cnn")
                .parameters(7)
                .rows(64)
                .stepsPerEpoch(2)
                .firstStep(3)
                .lastStep(6)
                .workers(1)
                .servers(1)
                .build());
        tell(announcer, 4, 0.5);
        announcer.evaluated(new EvaluationResult(4, 10, 4, Optional.empty(), 1.5));
        tell(announcer, 5, 1.0);
        tell(announcer, 6, 2.0);
        announcer.checkpointed(new TrainingListener.Checkpointed(6, "file:/c", 28, Duration.ofMillis(40)));
        announcer.ended(6, Status.COMPLETED, List.of("file:/model"));
        String at = "\"run\":\"digits\",\"directory\":\"file:/runs/digits\",\"step\":";
        assertThat(HEARD.stream()
                        .filter(line -> line.startsWith("{"))
                        .map(line -> line.replaceAll("\"seconds\":[0-9.E-]+}", "\"seconds\":?}")))
                .containsExactly(
                        "{\"kind\":\"run-begun\"," + at + "3,\"epoch\":1.5,\"network\":\"mnist_cnn\",\"parameters\":7,"
                                + "\"rows\":64,\"steps-per-epoch\":2,\"last-step\":6}",
                        "{\"kind\":\"epoch-ended\"," + at + "4,\"epoch\":2.0,\"steps\":1,\"loss\":0.5,"
                                + "\"accuracy\":0.25,\"learning-rate\":0.1,\"images-per-second\":null}",
                        "{\"kind\":\"evaluated\"," + at + "4,\"epoch\":2.0,\"rows\":10,\"loss\":1.5,"
                                + "\"top1-accuracy\":0.4,\"top5-accuracy\":null,\"metrics\":{}}",
                        "{\"kind\":\"epoch-ended\"," + at + "6,\"epoch\":3.0,\"steps\":2,\"loss\":1.5,"
                                + "\"accuracy\":0.25,\"learning-rate\":0.1,\"images-per-second\":null}",
                        "{\"kind\":\"checkpoint-committed\"," + at
                                + "6,\"epoch\":3.0,\"checkpoint\":\"file:/c\",\"bytes\":28,\"seconds\":?}",
                        "{\"kind\":\"run-ended\"," + at + "6,\"epoch\":3.0,\"status\":\"completed\",\"reason\":null,"
                                + "\"exports\":[\"file:/model\"],\"seconds\":?}");
        assertThat(HEARD.stream().filter(line -> line.startsWith("second {"))).hasSize(6);
        assertThat(notices).isEmpty();
    }

    @Test
    void oneThatThrowsIsToldOfOnceAndCounted() throws IOException {
        seeProviders(Keeping.class, Failing.class);
        Announcer announcer = announcer(ProviderChoice.parse("failing"), ProviderChoice.parse("keeping"));
        tell(announcer, 4, 1);
        tell(announcer, 6, 1);
        announcer.failed(new IllegalStateException("the disk is full\nand more"));
        assertThat(notices)
                .containsExactly(
                        "listener failing failed at epoch-ended of step 4: IOException: no network; the run goes on",
                        "listener failing failed at 3 events in all");
        assertThat(HEARD).hasSize(3);
        assertThat(HEARD.get(2)).contains("\"status\":\"failed\",\"reason\":\"the disk is full\"");
    }

    @Test
    void oneThatHangsHoldsUpNobodyAndIsLeftBehindInTheEnd() throws IOException {
        seeProviders(Hanging.class);
        Announcer announcer = announcer(ProviderChoice.parse("hanging"));
        for (int epoch = 1; epoch <= 2 * Hearing.ROOM; epoch++) {
            tell(announcer, 2L * epoch, 1);
        }
        long begun = System.nanoTime();
        announcer.ended(2, Status.STOPPED, List.of());
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(SHORT, SHORT.multipliedBy(20));
        assertThat(notices).containsExactly("listener hanging was too slow, and 2,001 events did not reach it");
    }

    @Test
    void whatCannotBeHadIsRefusedInOneLine() throws IOException {
        String own = AnnouncerTest.class.getName();
        refused(
                "listener keeping: no jar on the class path provides it; give the jar that does with --jars",
                "keeping");
        seeProviders(Keeping.class, Failing.class);
        refused("listener keepin: no jar on the class path provides it (there are failing, keeping)", "keepin");
        assertThatThrownBy(() -> announcer(choice("keeping", Map.of("leas", "3"))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("listener keeping: leas is no argument of it: did you mean least?");
        assertThatThrownBy(() -> announcer(choice("keeping", Map.of("least", "300"))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("listener keeping: least = 300 is not in [0, 100]");
        assertThatThrownBy(() -> announcer(choice("keeping", Map.of("least", "x"))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("listener keeping: least = x is no whole number");
        assertThatThrownBy(() -> announcer(choice("failing", Map.of("early", "yes"))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("listener provider " + own + "$Failing fails: IllegalStateException: no licence; leave its"
                        + " jar out, or give one that was made for this version");
        seeProviders(Keeping.class, Twin.class);
        refused("listener providers " + own + "$Keeping and " + own + "$Twin are both called keeping", "keeping");
        seeProviders(AnnouncerTest.class);
        refused("a jar's list of listener providers fails", "keeping");
    }

    private void refused(String message, String name) {
        assertThatThrownBy(() -> announcer(ProviderChoice.parse(name)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }
}

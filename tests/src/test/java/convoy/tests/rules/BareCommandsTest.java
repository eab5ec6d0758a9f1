package convoy.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * What the commands are called and take is known without Spark and Hadoop, which a bundle that only computes does not have. Picocli asks
 * each command's class for its methods, and that loads every class that stands in the head of one: of a lambda that holds a {@code
 * Configuration} too, which is a method that takes it.
 */
final class BareCommandsTest {
    private static final List<String> ABSENT = List.of("org.apache.hadoop.", "org.apache.spark.", "scala.");

    /** Has ours and picocli anew, and neither Spark nor Hadoop. */
    private static final class Bare extends ClassLoader {
        private static final List<String> ANEW = List.of("convoy.", "picocli.");

        Bare() {
            super(BareCommandsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (ABSENT.stream().anyMatch(name::startsWith)) {
                throw new ClassNotFoundException(name);
            }
            if (ANEW.stream().noneMatch(name::startsWith)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? defined(name) : known;
            }
        }

        private Class<?> defined(String name) throws ClassNotFoundException {
            try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (file == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }

    private static Object call(Object on, String method) throws ReflectiveOperationException {
        return on.getClass().getMethod(method).invoke(on);
    }

    private static void describe(Object line, String name, Set<String> described) throws ReflectiveOperationException {
        described.add(name);
        assertThat((String) call(line, "getUsageMessage")).contains("Usage: ");
        for (Map.Entry<?, ?> below : ((Map<?, ?>) call(line, "getSubcommands")).entrySet()) {
            describe(below.getValue(), name + " " + below.getKey(), described);
        }
    }

    @Test
    void everyCommandIsDescribedWithoutSparkAndHadoop() throws ReflectiveOperationException {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        Set<String> described = new TreeSet<>();
        Object line = new Bare()
                .loadClass("convoy.jobs.command.ConvoyCommand")
                .getMethod("line", PrintWriter.class, PrintWriter.class)
                .invoke(null, nowhere, nowhere);
        describe(line, "convoy", described);
        assertThat(described).contains("convoy ablate", "convoy train", "convoy report", "convoy gpu-check");
    }

    /** A command that would need Hadoop. */
    @Command(name = "held")
    static final class Held {
        Supplier<String> held(String address) {
            Configuration hadoop = new Configuration();
            return () -> hadoop.get(address, "");
        }
    }

    @Test
    void aCommandWhoseLambdaHoldsHadoopIsNoticed() throws ReflectiveOperationException {
        Bare bare = new Bare();
        Class<?> held = bare.loadClass(Held.class.getName());
        Class<?> line = bare.loadClass(CommandLine.class.getName());
        assertThatThrownBy(() -> line.getConstructor(Object.class).newInstance(held))
                .isInstanceOf(InvocationTargetException.class)
                .hasRootCauseInstanceOf(ClassNotFoundException.class)
                .rootCause()
                .hasMessageStartingWith("org.apache.hadoop.");
    }
}

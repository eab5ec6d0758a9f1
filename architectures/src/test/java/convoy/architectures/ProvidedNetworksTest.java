package convoy.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What jars bring, seen by the class path of the thread that asks. */
public final class ProvidedNetworksTest {
    private final Path directory;
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    ProvidedNetworksTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void seeWhatWasSeenBefore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    private static Entry entry(String name) {
        return new Entry(name, "Ours", "nobody", new Image(1, 8, 8), 3, settings -> {
            GraphBuilder graph = new GraphBuilder(settings);
            String x = graph.add("flat", new Flatten(), Network.INPUT);
            return graph.build(graph.add("fc", new Dense(settings.classes(), true), x), Initialization.he());
        });
    }

    /** Brings one network. */
    public static final class Sound implements NetworkProvider {
        @Override
        public List<Entry> networks() {
            return List.of(entry("ours"));
        }
    }

    /** Brings one of the same name. */
    public static final class Twin implements NetworkProvider {
        @Override
        public List<Entry> networks() {
            return List.of(entry("theirs"), entry("ours"));
        }
    }

    /** Has one of the catalogue's names. */
    public static final class Usurper implements NetworkProvider {
        @Override
        public List<Entry> networks() {
            return List.of(entry("resnet18"));
        }
    }

    /** Cannot say what it brings. */
    public static final class Failing implements NetworkProvider {
        @Override
        public List<Entry> networks() {
            throw new IllegalStateException("no licence\nat all");
        }
    }

    private void seeProviders(String... names) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.write(services.resolve(NetworkProvider.class.getName()), List.of(names));
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before));
    }

    @Test
    void aProvidedNetworkIsFoundByItsName() throws IOException {
        assertThat(Catalogue.provided()).isEmpty();
        seeProviders(Sound.class.getName());
        assertThat(Catalogue.provided()).extracting(Entry::name).containsExactly("ours");
        assertThat(Catalogue.build("ours", NetworkArguments.defaults().withClasses(5))
                        .parameterCount())
                .isEqualTo(64 * 5 + 5);
        assertThat(Catalogue.has("ours")).isFalse();
        assertThat(Catalogue.find("resnet18").name()).isEqualTo("resnet18");
    }

    @Test
    void whatCannotBeUsedIsRefusedInOneLine() throws IOException {
        String own = ProvidedNetworksTest.class.getName();
        seeProviders(Sound.class.getName(), Twin.class.getName());
        refused("network providers " + own + "$Sound and " + own + "$Twin both have a network ours");
        seeProviders(Usurper.class.getName());
        refused("has a network resnet18, which is one of the catalogue's");
        seeProviders(Failing.class.getName());
        refused("$Failing fails: IllegalStateException: no licence; leave its jar out");
        seeProviders("no.such.Provider");
        refused("a jar's list of network providers fails");
        seeProviders(own);
        refused("not a subtype");
    }

    private static void refused(String message) {
        assertThatThrownBy(() -> Catalogue.find("ours"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }
}

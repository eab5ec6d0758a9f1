package convoy.architectures;

import convoy.architectures.families.Entry;
import java.util.List;

/**
 * Networks that a jar brings: what an entry of the catalogue is made of, with {@code GraphBuilder} or otherwise. A jar names its provider
 * in {@code META-INF/services/convoy.architectures.NetworkProvider}; what is built of it travels and is kept as a graph, so that nobody but
 * who begins a run needs the jar.
 */
public interface NetworkProvider {
    /** {@return the networks, each with a name that neither the catalogue nor another provider has} */
    List<Entry> networks();
}

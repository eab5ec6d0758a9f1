package convoy.worker.engine;

import convoy.architectures.graph.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A form of an engine's own library, in which it writes trained models for programs that have that library alone. */
public interface ModelForm {

    /** The name by which a person asks for it, as {@code dl4j}. */
    String name();

    /**
     * Writes the inference network with these parameters; the stream stays open. The same model gives the same bytes.
     *
     * @param network the network, with or without auxiliary heads
     * @param flat its flat vector, in the layout of {@link NetworkLayout}
     * @throws convoy.records.BadInputException if the form cannot express the network
     */
    void write(Network network, float[] flat, OutputStream out) throws IOException;

    /** Whether a file of this form begins so; reads no more than it takes to see that. */
    boolean begins(InputStream in) throws IOException;
}

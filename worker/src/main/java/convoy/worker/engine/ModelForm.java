package convoy.worker.engine;

import convoy.architectures.graph.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A form of an engine's own library, in which it writes trained models for programs that have that library alone. */
public interface ModelForm {

    /** {@return the name by which a person asks for it, as {@code dl4j}} */
    String name();

    /**
     * Writes the inference network with these parameters; the stream stays open. The same model gives the same bytes.
     *
     * @param network the network, with or without auxiliary heads
     * @param flat its flat vector, in the layout of {@link NetworkLayout}
     * @param out takes the whole file
     * @throws convoy.records.BadInputException if the form cannot express the network
     * @throws IOException if the file system fails
     */
    void write(Network network, float[] flat, OutputStream out) throws IOException;

    /**
     * {@return whether a file of this form begins so; reads no more than it takes to see that}
     *
     * @param in positioned at the file's first byte
     * @throws IOException if the file system fails
     */
    boolean begins(InputStream in) throws IOException;
}

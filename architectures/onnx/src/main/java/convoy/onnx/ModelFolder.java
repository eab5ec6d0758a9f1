package convoy.onnx;

import java.io.IOException;
import java.util.OptionalLong;

/** Where a model lies, with the files beside it. */
public interface ModelFolder {
    /** {@return what the model is called in messages} */
    String name();

    /**
     * {@return the length of the model's file, in bytes}
     *
     * @throws IOException if it cannot be looked at
     */
    long length() throws IOException;

    /**
     * {@return the whole model's file}
     *
     * @throws IOException if it cannot be read
     */
    byte[] model() throws IOException;

    /**
     * {@return the length of a file in the model's folder, in bytes; empty if there is none, or if it lies elsewhere, as a link may}
     *
     * @param file a path below the folder, of plain names between slashes
     * @throws IOException if it cannot be looked at
     */
    OptionalLong length(String file) throws IOException;

    /**
     * Reads part of a file in the model's folder.
     *
     * @param file as above
     * @param offset of the first byte
     * @param to filled whole
     * @throws IOException if it cannot be read
     */
    void read(String file, long offset, byte[] to) throws IOException;
}

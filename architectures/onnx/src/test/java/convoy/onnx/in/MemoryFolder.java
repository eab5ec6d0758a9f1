package convoy.onnx.in;

import convoy.onnx.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** A model in memory, with files beside it. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record MemoryFolder(byte[] model, Map<String, byte[]> files) implements ModelFolder {
    static OnnxModel read(byte[] model) {
        return read(model, Map.of());
    }

    static OnnxModel read(byte[] model, Map<String, byte[]> files) {
        try {
            return OnnxImport.read(new MemoryFolder(model, files), Optional.empty());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public String name() {
        return "m.onnx";
    }

    @Override
    public long length() {
        return model.length;
    }

    @Override
    public OptionalLong length(String file) {
        return files.containsKey(file)
                ? OptionalLong.of(Objects.requireNonNull(files.get(file)).length)
                : OptionalLong.empty();
    }

    @Override
    public void read(String file, long offset, byte[] to) {
        System.arraycopy(Objects.requireNonNull(files.get(file)), (int) offset, to, 0, to.length);
    }
}

package convoy.tests.onnx;

import convoy.onnx.ModelFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A model on a disk.
 *
 * @param path of its file
 */
public record LocalFolder(Path path) implements ModelFolder {
    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public long length() throws IOException {
        return Files.size(path);
    }

    @Override
    public byte[] model() throws IOException {
        return Files.readAllBytes(path);
    }

    @Override
    public OptionalLong length(String file) throws IOException {
        Path beside = path.resolveSibling(file);
        return Files.isRegularFile(beside) ? OptionalLong.of(Files.size(beside)) : OptionalLong.empty();
    }

    @Override
    public void read(String file, long offset, byte[] to) throws IOException {
        try (RandomAccessFile beside =
                new RandomAccessFile(path.resolveSibling(file).toFile(), "r")) {
            beside.seek(offset);
            beside.readFully(to);
        }
    }
}

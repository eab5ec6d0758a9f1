package convoy.driver.network;

import convoy.architectures.families.Blueprint;
import convoy.architectures.file.StoredNetwork;
import convoy.driver.replacing.Location;
import convoy.driver.replacing.Location.Relation;
import convoy.onnx.ModelFolder;
import convoy.onnx.in.OnnxImport;
import convoy.onnx.in.OnnxModel;
import convoy.parameterserver.files.FileAccess;
import convoy.records.BadInputException;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** ONNX models on any Hadoop file system. */
public final class OnnxFiles {
    private static final String WHAT = "ONNX model";

    /** What the files of such models are called. */
    private static final String SUFFIX = ".onnx";

    private OnnxFiles() {}

    /**
     * {@return whether a file is called as ONNX models are}
     *
     * @param uri of the file
     */
    public static boolean isNamedSo(String uri) {
        return uri.endsWith(SUFFIX);
    }

    /**
     * {@return the network of a model, to be built for some data}
     *
     * @param hadoop settings of the file systems
     * @param uri of the model's file
     * @throws BadInputException if it is not there, or no network can be made of it; all that is in the way at once
     */
    public static Blueprint blueprint(Configuration hadoop, String uri) {
        return new StoredNetwork(open(hadoop, uri).network());
    }

    /**
     * {@return a model, whose numbers are read when they are asked for}
     *
     * @param hadoop settings of the file systems
     * @param uri of the model's file
     * @throws BadInputException if it is not there, or no network can be made of it; all that is in the way at once
     */
    public static OnnxModel open(Configuration hadoop, String uri) {
        Path path = Storage.path(WHAT, uri);
        FileSystem files = Storage.of(hadoop, WHAT, path);
        FileStatus status = Storage.requireFile(files, WHAT, path, "check the path and its scheme");
        try {
            return FileAccess.read(
                    () -> OnnxImport.read(new Folder(hadoop, uri, files, path, status.getLen()), Optional.empty()));
        } catch (IOException unreadable) {
            throw Storage.explained(files, WHAT, path, unreadable);
        } catch (UncheckedIOException unreadable) {
            IOException cause = unreadable.getCause();
            throw Storage.explained(files, WHAT, path, cause == null ? new IOException(unreadable) : cause);
        }
    }

    /** Where a model lies. */
    private record Folder(Configuration hadoop, String name, FileSystem files, Path path, long length)
            implements ModelFolder {
        @Override
        public byte[] model() throws IOException {
            byte[] bytes = new byte[Math.toIntExact(length)];
            try (FSDataInputStream in = files.open(path)) {
                in.readFully(0, bytes);
            }
            return bytes;
        }

        private Path beside(String file) {
            Path beside = path.getParent();
            for (String part : file.split("/", -1)) {
                beside = Storage.child(beside, part);
            }
            return beside;
        }

        @Override
        public OptionalLong length(String file) throws IOException {
            try {
                FileStatus status = files.getFileStatus(beside(file));
                // A link may lead elsewhere.
                Location folder = Location.of(hadoop, WHAT, Storage.uri(path.getParent()));
                boolean below =
                        folder.relation(Location.of(hadoop, WHAT, Storage.uri(status.getPath()))) == Relation.ABOVE;
                return status.isFile() && below ? OptionalLong.of(status.getLen()) : OptionalLong.empty();
            } catch (FileNotFoundException nothing) {
                return OptionalLong.empty();
            }
        }

        @Override
        public void read(String file, long offset, byte[] to) throws IOException {
            try (FSDataInputStream in = files.open(beside(file))) {
                in.readFully(offset, to);
            }
        }
    }
}

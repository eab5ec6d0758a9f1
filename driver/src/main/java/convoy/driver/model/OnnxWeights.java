package convoy.driver.model;

import convoy.driver.network.OnnxFiles;
import convoy.onnx.in.OnnxModel;
import convoy.parameterserver.files.Safetensors;
import convoy.records.BadInputException;
import convoy.worker.engine.NetworkLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** The numbers of an ONNX model, as a file of tensors for as long as they are read: under the names that the model's network has for them. */
final class OnnxWeights {
    private OnnxWeights() {}

    /** Does something with an ONNX model's numbers. */
    static <T> T use(Configuration hadoop, String uri, StoredModel.Use<T> use) {
        OnnxModel model = OnnxFiles.open(hadoop, uri);
        try {
            Path file = Files.createTempFile("convoy-onnx-", ".safetensors");
            try {
                try (OutputStream out = Files.newOutputStream(file)) {
                    Safetensors.write(
                            out,
                            model.origin().metadata(),
                            StoredModel.tensors(NetworkLayout.of(model.network()), model.values()));
                }
                return StoredModel.use(hadoop, file.toUri().toString(), use);
            } finally {
                Files.delete(file);
            }
        } catch (IOException full) {
            throw new BadInputException(
                    "the numbers of " + uri + " cannot be written to " + System.getProperty("java.io.tmpdir", "")
                            + ": make room there, or name another folder by -Djava.io.tmpdir",
                    full);
        }
    }
}

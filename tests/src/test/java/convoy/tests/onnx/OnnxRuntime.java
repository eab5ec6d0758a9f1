package convoy.tests.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** Somebody else's reading of a model: ONNX Runtime's, on one thread. */
final class OnnxRuntime implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    private final OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    private final OrtSession session;

    OnnxRuntime(Path model) throws OrtException {
        options.setIntraOpNumThreads(1);
        session = environment.createSession(model.toString(), options);
    }

    OrtSession session() {
        return session;
    }

    /** {@return the first output, row-major} */
    float[] run(float[] images, long... shape) throws OrtException {
        String input = session.getInputNames().iterator().next();
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(images), shape);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] all = new float[logits.remaining()];
            logits.get(all);
            return all;
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
        options.close();
    }
}

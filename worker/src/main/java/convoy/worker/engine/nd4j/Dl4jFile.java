package convoy.worker.engine.nd4j;

import convoy.worker.engine.nd4j.kernel.HostFloats;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What {@code ModelSerializer.writeModel} writes, but the same bytes for the same model, and many times faster: without
 * compression, which gains nothing with weights, and not float by float.
 *
 * <table>
 * <caption>The entries of the zip</caption>
 * <tr><td>configuration.json</td><td>the graph</td></tr>
 * <tr><td>coefficients.bin</td><td>ND4J's shape buffer, and then as {@code DataOutputStream} has them: UTF allocation mode,
 *     long number of floats, UTF "FLOAT", the floats, big-endian</td></tr>
 * </table>
 */
final class Dl4jFile {
    private static final int BYTES_AT_ONCE = 1 << 20;

    private Dl4jFile() {}

    /** Writes a model; the stream stays open. */
    static void write(ComputationGraph model, OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        zip.setLevel(Deflater.NO_COMPRESSION);
        zip.putNextEntry(entry(ModelSerializer.CONFIGURATION_JSON));
        zip.write(model.getConfiguration().toJson().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        zip.putNextEntry(entry(ModelSerializer.COEFFICIENTS_BIN));
        DataOutputStream coefficients = new DataOutputStream(new BufferedOutputStream(zip));
        INDArray parameters = model.params();
        parameters.shapeInfoDataBuffer().write(coefficients);
        coefficients.writeUTF(parameters.data().allocationMode().name());
        coefficients.writeLong(parameters.length());
        coefficients.writeUTF(DataType.FLOAT.name());
        FloatBuffer floats = HostFloats.read(parameters);
        ByteBuffer piece = ByteBuffer.allocate(BYTES_AT_ONCE);
        while (floats.hasRemaining()) {
            int count = Math.min(floats.remaining(), BYTES_AT_ONCE / Float.BYTES);
            piece.asFloatBuffer().put(floats.slice().limit(count));
            floats.position(floats.position() + count);
            coefficients.write(piece.array(), 0, count * Float.BYTES);
        }
        coefficients.flush();
        zip.closeEntry();
        zip.finish();
    }

    /** Whether these are the first bytes of such a file. */
    static boolean begins(InputStream in) throws IOException {
        try {
            ZipEntry first = new ZipInputStream(in, StandardCharsets.UTF_8).getNextEntry();
            return first != null && first.getName().equals(ModelSerializer.CONFIGURATION_JSON);
        } catch (ZipException other) {
            return false;
        }
    }

    private static ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        return entry;
    }
}

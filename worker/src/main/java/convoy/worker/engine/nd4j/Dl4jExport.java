package convoy.worker.engine.nd4j;

import convoy.architectures.graph.Network;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.records.text.Counts;
import convoy.worker.engine.ModelForm;
import convoy.worker.engine.NetworkLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A trained network as a DL4J model, {@code ModelSerializer}'s zip, of DL4J's own layers only, so that it is restored without
 * Convoy. Its input is {@code [N, C, H, W]}, its output the probabilities of the main head. Nodes keep their names.
 */
final class Dl4jExport implements ModelForm {
    @Override
    public String name() {
        return "dl4j";
    }

    @Override
    public void write(Network network, float[] flat, OutputStream out) throws IOException {
        NativeBackend.prepareForReading();
        ParameterLayout layout = NetworkLayout.of(network);
        if (flat.length != layout.size()) {
            throw new IllegalArgumentException("a flat vector of " + Counts.plain(flat.length, "float")
                    + " for network " + network.name() + ", which has " + layout.size());
        }
        ComputationGraph model = Dl4jGraph.of(network.inference(), layout, flat);
        Dl4jFile.write(model, out);
        model.params().close();
    }

    @Override
    public boolean begins(InputStream in) throws IOException {
        return Dl4jFile.begins(in);
    }
}

package convoy.tests.parity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One network's figures as PyTorch computed them.
 *
 * @param model its name in torchvision
 * @param side of the square input images
 * @param batch examples
 * @param salt of the formula that fills weights and images
 * @param torchvision the version that computed the figures
 * @param parameters trained scalars
 * @param parametersWithoutAux trained scalars without auxiliary heads
 * @param tensors every tensor's shape, in {@code state_dict} order
 * @param evalLogits the main head's with running statistics
 * @param trainLoss mean cross-entropy with batch statistics, 0.3 times that of each auxiliary head added
 * @param gradNorms the L2 norm of the loss's gradient by each trained tensor
 * @param runningNorms the L2 norm of each running statistic after one forward pass in training
 */
record Reference(
        String model,
        int side,
        int batch,
        String salt,
        String torchvision,
        long parameters,
        long parametersWithoutAux,
        Map<String, List<Integer>> tensors,
        Logits evalLogits,
        double trainLoss,
        Map<String, Double> gradNorms,
        Map<String, Double> runningNorms) {

    /** Some entries of the flat logits {@code [N, classes]}, and the mean and norm of all. */
    record Logits(
            List<Integer> indices,
            List<Double> values,
            double mean,
            @JsonProperty("l2") double norm) {}

    /** Reads a file of references. */
    static List<Reference> read(Path file) throws IOException {
        return List.of(new ObjectMapper().readValue(file.toFile(), Reference[].class));
    }
}

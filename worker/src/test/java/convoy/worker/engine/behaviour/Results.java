package convoy.worker.engine.behaviour;

import convoy.architectures.graph.Network;
import convoy.worker.data.batch.Batch;

/**
 * What a network gives for a batch without dropout, in double precision.
 *
 * @param logits of the main head, with running statistics: {@code [N, classes]}, row-major
 * @param gradient of P parameters, then S batch statistics: {@code [P + S]}, as an engine puts it out
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Results(double[] logits, double[] gradient) {

    /**
     * {@return what plain loops give}
     *
     * @param network with or without dropout, which is left out
     * @param flat parameters and running statistics: {@code [P + S]}
     * @param batch of examples
     */
    public static Results of(Network network, float[] flat, Batch batch) {
        return of(new ExactNetwork(network, ExactNetwork.doubles(flat), 0), batch);
    }

    static Results of(ExactNetwork network, Batch batch) {
        double[] logits = network.predict(batch).clone();
        network.train(batch);
        return new Results(logits, network.gradient);
    }

    static double distance(double[] left, double[] right, int begin, int end) {
        double squares = 0;
        for (int i = begin; i < end; i++) {
            squares += Math.pow(left[i] - right[i], 2);
        }
        return Math.sqrt(squares);
    }

    static double norm(double[] values, int begin, int end) {
        double squares = 0;
        for (int i = begin; i < end; i++) {
            squares += values[i] * values[i];
        }
        return Math.sqrt(squares);
    }
}

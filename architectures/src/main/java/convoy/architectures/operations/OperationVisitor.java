package convoy.architectures.operations;

import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Join.Multiply;
import convoy.architectures.operations.Join.WeightedAdd;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.architectures.operations.Normalization.LayerNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;

/**
 * What is done with an operation, one method for each kind. Whoever must know them all implements this, so that a new operation does not
 * compile before everyone has said what becomes of it.
 *
 * @param <R> what comes of it
 */
public interface OperationVisitor<R> {
    /**
     * {@return what becomes of a convolution}
     *
     * @param convolution from {@code [C, H, W]} to {@code [out, H', W']}
     */
    R convolution(Convolution convolution);

    /**
     * {@return what becomes of a dense layer}
     *
     * @param dense from a vector to {@code [out]}
     */
    R dense(Dense dense);

    /**
     * {@return what becomes of a function of each scalar alone}
     *
     * @param activation of any shape, which stays
     */
    R activation(Activation activation);

    /**
     * {@return what becomes of a batch norm}
     *
     * @param batchNorm of {@code [C, H, W]} or a vector, whose shape stays
     */
    R batchNorm(BatchNorm batchNorm);

    /**
     * {@return what becomes of a local response norm}
     *
     * @param localResponseNorm of {@code [C, H, W]}, which stays
     */
    R localResponseNorm(LocalResponseNorm localResponseNorm);

    /**
     * {@return what becomes of an EvoNorm that looks at single examples}
     *
     * @param evoNormS0 of {@code [C, H, W]}, which stays
     */
    R evoNormS0(EvoNormS0 evoNormS0);

    /**
     * {@return what becomes of an EvoNorm that looks at the batch}
     *
     * @param evoNormB0 of {@code [C, H, W]}, which stays
     */
    R evoNormB0(EvoNormB0 evoNormB0);

    /**
     * {@return what becomes of a norm over the channels of each pixel}
     *
     * @param layerNorm of {@code [C, H, W]} or a vector, whose shape stays
     */
    R layerNorm(LayerNorm layerNorm);

    /**
     * {@return what becomes of a maximum or a mean over windows}
     *
     * @param pooling from {@code [C, H, W]} to {@code [C, H', W']}
     */
    R pooling(Pooling pooling);

    /**
     * {@return what becomes of means over all parts of an image}
     *
     * @param adaptiveAveragePool from {@code [C, H, W]} to {@code [C, height, width]}
     */
    R adaptiveAveragePool(AdaptiveAveragePool adaptiveAveragePool);

    /**
     * {@return what becomes of a sum}
     *
     * @param add of two or more inputs of one shape, which stays
     */
    R add(Add add);

    /**
     * {@return what becomes of a sum with learned weights}
     *
     * @param weightedAdd of two or more inputs of one shape, which stays
     */
    R weightedAdd(WeightedAdd weightedAdd);

    /**
     * {@return what becomes of a product}
     *
     * @param multiply of two inputs of one shape, or of {@code [C, H, W]} and {@code [C, 1, 1]}; the shape of the first
     *     stays
     */
    R multiply(Multiply multiply);

    /**
     * {@return what becomes of inputs that follow each other}
     *
     * @param concat of images of one height and width, or of vectors
     */
    R concat(Concat concat);

    /**
     * {@return what becomes of a part of the channels}
     *
     * @param channelSlice from {@code [C, H, W]} to {@code [end - begin, H, W]}
     */
    R channelSlice(ChannelSlice channelSlice);

    /**
     * {@return what becomes of channels in another order}
     *
     * @param channelShuffle of {@code [C, H, W]}, which stays
     */
    R channelShuffle(ChannelShuffle channelShuffle);

    /**
     * {@return what becomes of channels of zeros}
     *
     * @param padChannels from {@code [C, H, W]} to {@code [before + C + after, H, W]}
     */
    R padChannels(PadChannels padChannels);

    /**
     * {@return what becomes of an image as a vector}
     *
     * @param flatten from {@code [C, H, W]} to {@code [C * H * W]}
     */
    R flatten(Flatten flatten);

    /**
     * {@return what becomes of a constant factor}
     *
     * @param scale of any shape, which stays
     */
    R scale(Scale scale);

    /**
     * {@return what becomes of dropout of scalars}
     *
     * @param dropout of any shape, which stays
     */
    R dropout(Dropout dropout);

    /**
     * {@return what becomes of dropout of whole channels}
     *
     * @param spatialDropout of {@code [C, H, W]}, which stays
     */
    R spatialDropout(SpatialDropout spatialDropout);

    /**
     * {@return what becomes of dropout of an example's residual branch}
     *
     * @param stochasticDepth of any shape, which stays
     */
    R stochasticDepth(StochasticDepth stochasticDepth);
}

package convoy.worker.engine.libtorch.lowering;

import convoy.architectures.operations.Convolution;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.EngineOptions;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * Convolutions by PyTorch's own, led round those of oneDNN's kernels that are wrong or slow.
 *
 * @param onProcessor whether oneDNN computes them
 * @param fewThreads whether one thread computes them there
 */
record Convolutions(boolean onProcessor, boolean fewThreads) {
    /** PyTorch's own threshold. */
    private static final int FEW_IMAGES = 16;

    /**
     * oneDNN's gradients of a strided 1 x 1 convolution write past their memory on a processor, or are wrong, where fewer channels come
     * in than its kernel takes at a time: 8 with AVX2, 16 with AVX-512, both as tried (oneDNN's issue 6035). With the pixels that it skips left
     * out before, it is the same sum without stride.
     */
    private static final int CHANNELS_OF_A_BLOCK = 16;

    static Convolutions with(EngineOptions options) {
        boolean onProcessor = options.device().gpu().isEmpty();
        return new Convolutions(onProcessor, onProcessor && options.threads() == 1);
    }

    /**
     * The kernel of a convolution.
     *
     * @param weight {@code [out, in / groups, kH, kW]}
     * @param bias {@code [out]}, or none
     */
    Kernel kernel(Convolution convolution, Image in, Tensor weight, Supplier<TensorOptional> bias) {
        boolean single = convolution.kernelHeight() == 1 && convolution.kernelWidth() == 1;
        boolean strided = convolution.strideHeight() > 1 || convolution.strideWidth() > 1;
        boolean sampled =
                single && strided && onProcessor && in.channels() / convolution.groups() < CHANNELS_OF_A_BLOCK;
        boolean column = !sampled && onProcessor && isStridedColumn(convolution, in);
        long[] steps = {convolution.strideHeight(), convolution.strideWidth()};
        long[] stride = {sampled ? 1 : steps[0], sampled || column ? 1 : steps[1]};
        long[] given = {convolution.paddingHeight(), convolution.paddingWidth()};
        long[] padding = sampled ? new long[] {0, 0} : given;
        // Of one pixel there is nothing to spread; but oneDNN's bf16 kernels for AVX-512 sum another gradient by the
        // input then.
        long[] dilation = {
            convolution.kernelHeight() == 1 ? 1 : convolution.dilationHeight(),
            convolution.kernelWidth() == 1 ? 1 : convolution.dilationWidth()
        };
        boolean pointwise =
                single && Arrays.equals(stride, new long[] {1, 1}) && Arrays.equals(padding, new long[] {0, 0});
        return (inputs, pass) -> {
            // One conversion for both passes.
            Tensor last = weight.contiguous(MemoryFormat.ChannelsLast);
            Tensor x = sampled ? sample(inputs[0], steps, given) : inputs[0];
            // PyTorch leaves oneDNN for the 1 x 1 kernels of few images on one thread, for something ten times slower.
            boolean manyRows =
                    pointwise && fewThreads && x.size(0) < FEW_IMAGES && x.is_contiguous(MemoryFormat.ChannelsLast);
            Tensor images = manyRows ? rowsAsImages(x) : x;
            Tensor y = torch.conv2d(images, last, bias.get(), stride, padding, dilation, convolution.groups());
            if (column) {
                return y.narrow(3, 0, 1).contiguous(MemoryFormat.ChannelsLast);
            }
            return manyRows ? imagesAsRows(y, x) : y;
        };
    }

    /**
     * Whether one column goes out of one channel, by a stride that has nowhere to go: oneDNN's kernel for AVX-512 takes pixels from beside the
     * image then, other ones each time (as tried; no report). Without that stride some columns more go out, of which the first is it.
     */
    private static boolean isStridedColumn(Convolution convolution, Image in) {
        Image out = convolution.output(List.of(in));
        return in.channels() == 1 && convolution.strideWidth() > 1 && out.width() == 1;
    }

    /** The pixels that a kernel of 1 x 1 reads with these strides. */
    private static Tensor sample(Tensor x, long[] strides, long[] padding) {
        Tensor padded = padding[0] == 0 && padding[1] == 0
                ? x
                : torch.constant_pad_nd(x, padding[1], padding[1], padding[0], padding[0]);
        return padded.slice(2, new LongOptional(), new LongOptional(), strides[0])
                .slice(3, new LongOptional(), new LongOptional(), strides[1])
                .contiguous(MemoryFormat.ChannelsLast);
    }

    /** {@code [N, C, H, W]} as {@code [N H, C, 1, W]}, in the same memory. */
    private static Tensor rowsAsImages(Tensor x) {
        return x.permute(0, 2, 3, 1)
                .view(x.size(0) * x.size(2), 1, x.size(3), x.size(1))
                .permute(0, 3, 1, 2);
    }

    /** Back, to the height of x. */
    private static Tensor imagesAsRows(Tensor y, Tensor x) {
        return y.permute(0, 2, 3, 1)
                .reshape(x.size(0), x.size(2), x.size(3), y.size(1))
                .permute(0, 3, 1, 2);
    }
}

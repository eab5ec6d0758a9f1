package convoy.worker.engine.libtorch.raw;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Convolution;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.samples.SampleNetworks;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/** Lists of convolutions that are to be tried with PyTorch's own operations, without the engine. */
enum RawConvolutions {
    /** One pixel and a stride: what oneDNN's issue 6035 is about, and its neighbours. */
    POINTS {
        @Override
        List<Case> cases() {
            List<Case> cases = new ArrayList<>();
            for (int channels = 1; channels <= 20; channels++) {
                for (int side : List.of(5, 8, 14, 28, 33)) {
                    for (int out : List.of(1, 4, 8, 16, 37)) {
                        cases.add(new Case(3, new Image(channels, side, side), Convolution.square(out, 1, 2, 0)));
                    }
                }
                Image in = new Image(channels, 28, 20);
                cases.add(new Case(5, in, Convolution.window(8, 1, 1).withStride(1, 2)));
                cases.add(new Case(1, in, Convolution.window(8, 1, 1).withStride(2, 1)));
                cases.add(new Case(2, in, Convolution.square(8, 1, 3, 0)));
                cases.add(new Case(16, in, Convolution.square(32, 1, 2, 0).withoutBias()));
                cases.add(new Case(2, in, Convolution.square(8, 1, 2, 1)));
                cases.add(new Case(
                        3,
                        new Image(2 * channels, 28, 28),
                        Convolution.square(8, 1, 2, 0).withGroups(2)));
            }
            return cases;
        }
    },
    /** One pixel with gaps, which have nothing to part. */
    DILATED_POINTS {
        @Override
        List<Case> cases() {
            List<Case> cases = new ArrayList<>();
            for (int channels : List.of(5, 10, 16, 17, 32, 64)) {
                for (int stride = 1; stride <= 3; stride++) {
                    for (int out : List.of(11, 32)) {
                        for (int dilation = 1; dilation <= 3; dilation++) {
                            Convolution point = Convolution.window(out, 1, 1)
                                    .withStride(stride, stride)
                                    .withDilation(dilation, dilation)
                                    .withoutBias();
                            cases.add(new Case(3, new Image(channels, 12, 10), point));
                            cases.add(new Case(5, new Image(channels, 15, 18), point));
                            cases.add(new Case(2, new Image(channels, 28, 28), point));
                        }
                    }
                }
            }
            return cases;
        }
    },
    /** One column that goes out, and its neighbours: of one channel and two, by strides that have nowhere to go and by one of 1. */
    COLUMNS {
        @Override
        List<Case> cases() {
            List<Case> cases = new ArrayList<>();
            for (int channels : List.of(1, 2)) {
                for (int height : List.of(1, 3)) {
                    for (int width = 2; width <= 7; width++) {
                        for (int stride = 1; stride <= 3; stride++) {
                            for (int columns = width; columns <= width + 3; columns++) {
                                cases.add(new Case(
                                        3,
                                        new Image(channels, 6, columns),
                                        Convolution.window(7, height, width).withStride(1, stride)));
                            }
                        }
                    }
                }
            }
            return cases;
        }
    },
    /** Kernels and paddings that other reports name, and what is near them. */
    REPORTED {
        @Override
        List<Case> cases() {
            List<Case> cases = new ArrayList<>();
            for (int images : List.of(1, 2, 8)) {
                // oneDNN 5942, PyTorch 195394: far more padding than image.
                for (int channels : List.of(1, 2, 8, 16, 17)) {
                    Image pixel = new Image(channels, 1, 1);
                    cases.add(new Case(
                            images, pixel, Convolution.window(16, 125, 1).withPadding(63, 0)));
                    cases.add(new Case(
                            images, pixel, Convolution.window(16, 1, 125).withPadding(0, 63)));
                    cases.add(new Case(
                            images, pixel, Convolution.window(16, 31, 31).withPadding(15, 15)));
                    Image few = new Image(channels, 2, 3);
                    cases.add(new Case(images, few, Convolution.window(7, 11, 9).withPadding(20, 12)));
                    cases.add(new Case(
                            images,
                            few,
                            Convolution.window(32, 5, 5).withStride(2, 1).withPadding(6, 7)));
                }
                // PyTorch 163347: two by two kernels of one channel.
                for (int side : List.of(2, 3, 4, 8, 16, 28, 32, 64)) {
                    for (int channels : List.of(1, 2, 3)) {
                        for (int out : List.of(1, 2, 16, 32, 64)) {
                            Image in = new Image(channels, side, side);
                            cases.add(new Case(images, in, Convolution.square(out, 2, 1, 0)));
                            cases.add(new Case(images, in, Convolution.square(out, 2, 2, 0)));
                        }
                    }
                }
                // oneDNN's pull request 5471: groups that are no whole block.
                for (int groups : List.of(2, 3, 4, 8)) {
                    for (int width : List.of(1, 3, 4, 5, 8, 12, 16, 20)) {
                        int channels = groups * width;
                        cases.add(new Case(
                                images,
                                new Image(channels, 9, 10),
                                Convolution.square(channels, 3, 1 + width % 2, 1)
                                        .withGroups(groups)));
                    }
                }
            }
            return cases;
        }
    },
    /** One channel to twenty, kernels of one to seven, strides, paddings, dilations, groups. */
    RANDOM {
        @Override
        List<Case> cases() {
            return LongStream.range(0, 3_000)
                    .mapToObj(seed -> {
                        Random random = new Random(seed);
                        int images = 1 + random.nextInt(5);
                        Image in = new Image(1 + random.nextInt(20), 5 + random.nextInt(24), 5 + random.nextInt(24));
                        return new Case(images, in, SampleNetworks.randomConvolution(random, in, true));
                    })
                    .toList();
        }
    },
    /** Each that a network of the catalogue holds, once, on an image that gives it three rows and columns. */
    CATALOGUE {
        @Override
        List<Case> cases() {
            Set<Case> cases = new LinkedHashSet<>();
            for (Entry entry : Catalogue.all()) {
                Network network = Catalogue.build(entry.name(), NetworkArguments.defaults());
                for (Node node : network.nodes()) {
                    if (node.operation() instanceof Convolution convolution) {
                        Image in = (Image) network.inputShapes(node).get(0);
                        cases.add(small(in.channels(), convolution));
                    }
                }
            }
            return List.copyOf(cases);
        }
    };

    /** A convolution of a batch of so many images. */
    record Case(int images, Image in, Convolution convolution) {

        /** What the engine never asks oneDNN for: see {@code Lowering}. */
        boolean isAvoided() {
            boolean single = convolution.kernelHeight() == 1 && convolution.kernelWidth() == 1;
            boolean strided = convolution.strideHeight() > 1 || convolution.strideWidth() > 1;
            boolean few = in.channels() / convolution.groups() < 16;
            boolean gaps = (convolution.kernelHeight() == 1 && convolution.dilationHeight() > 1)
                    || (convolution.kernelWidth() == 1 && convolution.dilationWidth() > 1);
            boolean column = in.channels() == 1
                    && convolution.strideWidth() > 1
                    && convolution.output(List.of(in)).width() == 1;
            return (single && strided && few) || gaps || column;
        }
    }

    abstract List<Case> cases();

    private static Case small(int channels, Convolution convolution) {
        int height = side(
                convolution.kernelHeight(),
                convolution.strideHeight(),
                convolution.paddingHeight(),
                convolution.dilationHeight());
        int width = side(
                convolution.kernelWidth(),
                convolution.strideWidth(),
                convolution.paddingWidth(),
                convolution.dilationWidth());
        return new Case(2, new Image(channels, height, width), convolution);
    }

    private static int side(int kernel, int stride, int padding, int dilation) {
        return Math.max(1, 1 + (kernel - 1) * dilation + 2 * stride - 2 * padding);
    }
}

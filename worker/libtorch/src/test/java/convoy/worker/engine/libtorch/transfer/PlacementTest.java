package convoy.worker.engine.libtorch.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.worker.engine.Device;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.engine.libtorch.device.Streams;
import convoy.worker.engine.samples.SampleNetworks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
    private static final int BYTES = 16;

    /** Whose norms lay at places that kernels cannot read 16 bytes at a time from, when tensors lay end to end. */
    @ParameterizedTest
    @ValueSource(strings = {"densenet_cifar", "shufflenet_v2_x0_5", "efficientnet_b0", "squeezenet1_1", "lenet5"})
    void everyTensorOfTheDeviceBeginsWhereKernelsCanReadManyBytesAtATime(String name) {
        ParameterLayout layout = NetworkLayout.of(Catalogue.build(name, NetworkArguments.defaults()));
        Transfers transfers = new Transfers(Device.CPU, Streams.NONE);
        for (ScalarType type : List.of(ScalarType.Float, ScalarType.BFloat16)) {
            try (FlatTensors tensors = new FlatTensors(layout, Set.of(), transfers, type)) {
                List<Segment> misaligned = new ArrayList<>();
                for (Segment segment : layout.segments()) {
                    boolean statistic = segment.role() == Segment.Role.STATISTIC;
                    List<Tensor> views = statistic
                            ? List.of(tensors.get(segment.name()), tensors.batchStatistic(segment.name()))
                            : List.of(tensors.get(segment.name()), tensors.operand(segment.name()));
                    if (views.stream().anyMatch(view -> view.data_ptr().address() % BYTES != 0)) {
                        misaligned.add(segment);
                    }
                }
                assertThat(misaligned).isEmpty();
            }
        }
    }

    @Test
    void everyFloatHasItsPlaceWhateverPartItIsAskedFor() {
        Network network = SampleNetworks.norms();
        ParameterLayout layout = NetworkLayout.of(network);
        Placement placement = new Placement(layout);
        int[] places = new int[layout.size()];
        placement.forEach(new KeyRange(0, layout.size()), (flat, placed, length) -> {
            for (int i = 0; i < length; i++) {
                places[flat + i] = placed + i;
            }
        });
        for (Segment segment : layout.segments()) {
            assertThat(placement.begin(segment.name()))
                    .isEqualTo(places[segment.begin()])
                    .matches(begin -> begin % Placement.ALIGNMENT == 0);
            assertThat(places[segment.range().end() - 1] - places[segment.begin()])
                    .isEqualTo(segment.size() - 1);
        }
        assertThat(Arrays.stream(places).distinct().count()).isEqualTo(layout.size());
        assertThat(placement.size()).isGreaterThan(places[places.length - 1]);
        assertThat(places[layout.parameterCount()]).isEqualTo(placement.parameters());
        for (int begin = 0; begin <= layout.size(); begin += 7) {
            for (int end = begin; end <= layout.size(); end += 13) {
                List<Integer> seen = new ArrayList<>();
                placement.forEach(new KeyRange(begin, end), (flat, placed, length) -> {
                    for (int i = 0; i < length; i++) {
                        assertThat(placed + i).isEqualTo(places[flat + i]);
                        seen.add(flat + i);
                    }
                });
                assertThat(seen).hasSize(end - begin).doesNotHaveDuplicates();
                if (begin < end) {
                    assertThat(placement.placed(new KeyRange(begin, end)))
                            .isEqualTo(new KeyRange(places[begin], places[end - 1] + 1));
                }
            }
        }
    }

    /** What a fetch says of where its floats go, with and without packing. */
    @ParameterizedTest
    @EnumSource(names = {"Float", "BFloat16"})
    void aFlatVectorComesBackAsItWasSet(ScalarType type) {
        Network network = SampleNetworks.norms();
        ParameterLayout layout = NetworkLayout.of(network);
        float[] flat = SampleNetworks.weights(network, 5);
        Transfers transfers = new Transfers(Device.CPU, Streams.NONE);
        try (FlatTensors tensors = new FlatTensors(layout, Set.of(), transfers, type)) {
            tensors.set(flat);
            for (Segment segment : layout.segments()) {
                float[] held = new float[segment.size()];
                try (Arrival arrival = transfers.fetch(new Transfers.Parcel(tensors.get(segment.name()), 0))) {
                    arrival.into(held);
                }
                assertThat(held)
                        .isEqualTo(Arrays.copyOfRange(
                                flat, segment.begin(), segment.range().end()));
            }
        }
    }
}

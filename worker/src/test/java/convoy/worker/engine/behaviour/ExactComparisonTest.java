package convoy.worker.engine.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.graph.Network;
import convoy.parameterserver.layout.Segment;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.engine.behaviour.ExactComparison.Finding;
import convoy.worker.engine.samples.SampleNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The measure itself: sums in single precision are right, and the least that a convolution can get wrong is not. */
class ExactComparisonTest {
    /** A network of random convolutions, its weights and a batch, as {@link ConvolutionProbe} has them. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Case(Network network, float[] flat, Batch batch) {
        static Case of(long seed) {
            Network network = SampleNetworks.randomConvolutions(seed, true);
            return new Case(
                    network,
                    SampleNetworks.weights(network, 1),
                    SampleNetworks.batch(network, 1 + (int) (seed % 5), 2));
        }

        List<Finding> findings(Results results) {
            return new ExactComparison(network, flat, batch)
                    .findings(floats(results.logits()), floats(results.gradient()));
        }

        List<Finding> wrong(Results results) {
            return findings(results).stream().filter(Finding::isWrong).toList();
        }
    }

    private static float[] floats(double[] doubles) {
        float[] floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) doubles[i];
        }
        return floats;
    }

    /** The plainest loops are as far off as the engine was (2.4e-5, AMD EPYC with AVX2). */
    @Test
    void whatCancelsIsExplainedByRounding() {
        Case tried = Case.of(ConvolutionProbe.CANCELS);
        Results plain = Results.of(ExactNetwork.withSumsInSinglePrecision(tried.network, tried.flat), tried.batch);
        List<Finding> findings = tried.findings(plain);
        assertThat(findings).extracting(Finding::what).contains("conv0.weight", "conv1.weight", "logits.bias");
        assertThat(findings).allSatisfy(finding -> {
            assertThat(finding.distance() / finding.norm()).isBetween(ExactComparison.TOLERANCE, 5e-5);
            assertThat(finding.limit() / finding.norm()).isBetween(2e-5, 2e-4);
            assertThat(finding.isWrong()).isFalse();
        });
    }

    /** What an algorithm can do wrong. */
    private enum Fault {
        /** As where a kernel leaves a block of channels out, of the least size there is: of the weights the one that counts most. */
        ONE_WEIGHT_IS_NOT_USED {
            @Override
            Results of(Case tried) {
                float[] flat = tried.flat.clone();
                double[] uses = Results.of(tried.network, flat, tried.batch).gradient();
                for (int i = 0; i < flat.length; i++) {
                    uses[i] *= flat[i];
                }
                flat[largest(uses, convolution(tried.network))] = 0;
                return Results.of(tried.network, flat, tried.batch);
            }
        },
        /** As the weights' gradient is where a thread writes what another one overwrites. */
        ONE_DERIVATIVE_IS_HALF {
            @Override
            Results of(Case tried) {
                Results right = Results.of(tried.network, tried.flat, tried.batch);
                right.gradient()[largest(right.gradient(), convolution(tried.network))] /= 2;
                return right;
            }
        },
        /** As a library computes that takes speed for precision: TF32 has ten bits behind the point. */
        WEIGHTS_HAVE_TEN_BITS {
            @Override
            Results of(Case tried) {
                float[] flat = tried.flat.clone();
                Segment kernel = convolution(tried.network);
                for (int i = kernel.begin(); i < kernel.range().end(); i++) {
                    flat[i] = Float.intBitsToFloat((Float.floatToRawIntBits(flat[i]) + 0x1000) & ~0x1fff);
                }
                return Results.of(tried.network, flat, tried.batch);
            }
        },
        NO_NUMBER {
            @Override
            Results of(Case tried) {
                Results right = Results.of(tried.network, tried.flat, tried.batch);
                right.gradient()[convolution(tried.network).begin()] = Double.NaN;
                return right;
            }
        };

        abstract Results of(Case tried);

        private static Segment convolution(Network network) {
            return NetworkLayout.of(network).segment("conv0.weight");
        }

        private static int largest(double[] values, Segment segment) {
            int largest = segment.begin();
            for (int i = segment.begin(); i < segment.range().end(); i++) {
                largest = Math.abs(values[i]) > Math.abs(values[largest]) ? i : largest;
            }
            return largest;
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAConvolutionGetsWrongIsFound(Fault fault) {
        List<String> missed = new ArrayList<>();
        LongStream.concat(LongStream.range(0, 100), LongStream.of(ConvolutionProbe.CANCELS))
                .mapToObj(Case::of)
                .filter(tried -> tried.wrong(fault.of(tried)).isEmpty())
                .forEach(tried -> missed.add(tried.network.name()));
        assertThat(missed).isEmpty();
    }
}

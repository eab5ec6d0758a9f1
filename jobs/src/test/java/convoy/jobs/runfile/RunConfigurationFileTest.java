package convoy.jobs.runfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.configuration.ClassWeights;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.records.BadInputException;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.split.Split;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The run file as people write it, bound to the records that the driver trains by. */
final class RunConfigurationFileTest {
    private static RunConfiguration read(String text, String... overrides) {
        return RunFile.read(RunConfiguration.class, "run.yaml", text, List.of(overrides));
    }

    @Test
    void anEmptyFileIsTheDefaultConfiguration() {
        assertThat(read("")).isEqualTo(RunConfiguration.defaults());
    }

    /** What says no format is of the first, as files of before and those that people write. */
    @Test
    void aStoredFileSaysItsFormatAndAnotherFormatIsRefused() {
        RunConfiguration run = read("seed: 3");
        String stored = RunFile.stored(run);
        assertThat(stored).startsWith("format: 1\n");
        assertThat(read(stored)).isEqualTo(run);
        assertThat(read(RunFile.write(run))).isEqualTo(run);
        assertThatThrownBy(() -> read("seed: 3\nformat: 2\n"))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "run.yaml:2: format = 2, this version reads format 1; use a newer convoy, or leave the key out");
        assertThatThrownBy(() -> read("format: [1]"))
                .hasMessageContaining("format = a list, this version reads format 1");
    }

    /** Also where the name that is written is the one that a file means which has none. */
    @Test
    void aNetworkOfTwoSourcesIsRefusedInOneLine() {
        assertThatThrownBy(() -> read("network: {name: resnet20_cifar, file: own.yaml}"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("run.yaml:1: network.name = resnet20_cifar, and network.file gives a network as well; leave"
                        + " one of them out");
        assertThatThrownBy(() -> read("network: {name: vgg11}", "network.onnx=theirs.onnx"))
                .hasMessage("run.yaml:1: network.name = vgg11, and network.onnx gives a network as well; leave one of"
                        + " them out");
        assertThatThrownBy(() -> read("network: {onnx: theirs.onnx, file: own.yaml}"))
                .hasMessage("run.yaml:1: network.onnx = theirs.onnx, and network.file gives a network as well; leave"
                        + " one of them out");
        RunConfiguration own = read("network: {file: 'hdfs://host/own.yaml', onnx: null}");
        assertThat(read(RunFile.stored(own))).isEqualTo(own);
        assertThat(read("network: {name: vgg11, file: null}").network().name()).isEqualTo("vgg11");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "optimizer=sgd",
                "optimizer={kind: momentum, momentum: 0.8}",
                "optimizer=nesterov",
                "optimizer=rms-prop",
                "optimizer={kind: adam, beta1: 0.8}",
                "optimizer=adam-w",
                "schedule.curve=constant",
                "schedule.curve={kind: step, every: 2.5, factor: 0.5}",
                "schedule.curve={kind: multi-step, milestones: [3, 6.5], factor: 0.1}",
                "schedule.curve={kind: exponential, factor: 0.95}",
                "schedule.curve=cosine",
                "schedule.curve={kind: polynomial, power: 2}",
                "weight-decay={rate: 5e-4, scope: all}",
                "data.transforms=[{kind: pad-crop, padding: 4}, {kind: flip, probability: 0.5}, normalize]",
                "data.transforms=[{kind: resize, side: 256}, {kind: center-crop, side: 224}]",
                "data.transforms=[{kind: random-resized-crop, side: 224}]",
                "export=[dl4j]",
                "clip-norm=1.5",
                "on-divergence=continue",
                "data.sampling=balanced",
                "data.validation=hdfs://host/test",
                "data.validation={uri: 'hdfs://host/test'}",
                "data.validation={share: 0.1}",
                "data.validation={folds: 5, fold: 0, seed: 3}",
                "seeds={order: 3, dropout: 4}",
                "loss.class-weights=none",
                "loss={class-weights: balanced}",
                "loss.name=sigmoid-cross-entropy",
                "loss.class-weights=[1, 0, 2.5]",
                "loss.class-weights={kind: given, weights: [0.5, 7]}",
                "network={name: all_cnn_c, classes: 7, input: 3x40x40, dropout: false}",
                "checkpoint={every-epochs: null, every-steps: 100}",
            })
    void whatIsWrittenBindsToTheSameRun(String override) {
        RunConfiguration run = read("", override);
        String written = RunFile.write(run);
        assertThat(read(written)).as(written).isEqualTo(run);
        assertThat(RunFile.write(read(written))).isEqualTo(written);
    }

    @Test
    void aListAloneIsTheWeightsOfTheClasses() {
        assertThat(read("loss: {class-weights: [1, 0, 2.5]}")
                        .optimization()
                        .loss()
                        .classWeights())
                .isEqualTo(new ClassWeights.Given(List.of(1.0, 0.0, 2.5)));
        assertThat(RunFile.write(read("loss: {class-weights: [1, 0, 2.5]}")))
                .contains("class-weights:\n    - 1.0\n    - 0.0\n    - 2.5\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "class-weights: [1, -2]|run.yaml:1: loss.class-weights = [1.0, -2.0] holds one that is below 0 or no",
                "class-weights: [0, 0]|run.yaml:1: loss.class-weights = [0.0, 0.0] gives no class any weight: give",
                "class-weights: []|run.yaml:1: loss.class-weights = [] gives no class any weight: give",
                "class-weights: [1, .nan]|run.yaml:1: loss.class-weights.1 = .nan is not a number",
                "class-weights: [1, .inf]|run.yaml:1: loss.class-weights.1 = .inf is not a number",
                "class-weights: [1, many]|run.yaml:1: loss.class-weights.1 = many is not a number",
                "class-weights: 2|run.yaml:1: loss.class-weights = 2 is not one of none, balanced, given",
                "class-weights: balance|run.yaml:1: loss.class-weights = balance is not one of none, balanced, given; did",
                "class-weights: {kind: given, weights: [1, -2]}|run.yaml:1: loss.class-weights = [1.0, -2.0] holds one",
                "name: sigmoid|run.yaml:1: loss.name = sigmoid is not one of softmax-cross-entropy, sigmoid-cross-entropy",
                "class-weights: {kind: given}|run.yaml:1: loss.class-weights.weights is missing; give a list",
            })
    void weightsThatCannotBeAreRefusedInOneLine(String loss, String line) {
        assertThatThrownBy(() -> read("loss: {" + loss + "}"))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith(line)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aTextAloneIsTheDataSetThatIsScored() {
        RunConfiguration run = read("data: {validation: 'hdfs://host/test'}");
        assertThat(run.data().validation()).contains(Validation.at("hdfs://host/test"));
        assertThat(RunFile.write(run)).contains("  validation: hdfs://host/test\n");
        assertThat(read("data: {validation: {share: 0.1}}").data().validation().flatMap(Validation::split))
                .contains(new Split.Share(0.1, 0));
        assertThat(read("seed: 5\ndata: {validation: {folds: 5, fold: 1}}")
                        .data()
                        .validation()
                        .flatMap(Validation::split))
                .contains(new Split.Fold(5, 1, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{share: 1}|share = 1.0 is not in (0, 1): hold out a part of the rows, as 0.1",
                "{share: 0}|share = 0.0 is not in (0, 1): hold out a part of the rows, as 0.1",
                "{share: .nan}|share = .nan is not a number",
                "{share: ten}|share = ten is not a number",
                "{folds: 1, fold: 0}|folds = 1 < 2: with one, no row is left to train on",
                "{folds: 5, fold: 5}|fold = 5 is not in [0, folds = 5): the first one is 0, the last one 4",
                "{folds: 5, fold: -1}|fold = -1 is not in [0, folds = 5): the first one is 0, the last one 4",
                "{folds: 5}|folds = 5, and no fold is given; give both, as {folds: 5, fold: 0}",
                "{fold: 0}|fold = 0, and no folds is given; give both, as {folds: 5, fold: 0}",
                "{share: 0.1, uri: d}|share = 0.1, and uri is given too; rows are held out in one way; leave one of them out",
                "{folds: 2, share: 0.1}|folds = 2, and share is given too; rows are held out in one way; leave one of"
                        + " them out",
                "{seed: 1, uri: d}|seed = 1, and uri is given too; rows are held out in one way; leave one of them out",
                "{seed: 1}|uri, share and folds are all left out; give a data set, {share: 0.1} or {folds: 5, fold: 0}",
                "{}|uri, share and folds are all left out; give a data set, {share: 0.1} or {folds: 5, fold: 0}",
            })
    void splitsThatCannotBeAreRefusedInOneLine(String validation, String line) {
        assertThatThrownBy(() -> read("data: {validation: " + validation + "}"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("run.yaml:1: data.validation." + line);
    }

    @Test
    void anEmptyTextIsNoDataSet() {
        assertThatThrownBy(() -> read("data: {validation: ''}"))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "run.yaml:1: data.validation = '' is empty: give a data set, {share: 0.1} or {folds: 5, fold: 0}");
    }

    @Test
    void whatIsBalancedTwiceIsRefused() {
        assertThatThrownBy(() -> read("loss: {class-weights: balanced}\ndata: {sampling: balanced}"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("loss.class-weights = balanced, and data.sampling = balanced too")
                .hasMessageNotContaining("\n");
        assertThat(read("loss: {class-weights: [1, 2]}\ndata: {sampling: balanced}")
                        .data()
                        .sampling())
                .isEqualTo(Sampling.BALANCED);
    }

    @Test
    void allProblemsOfARunComeInOneAnswer() {
        String text = """
                epochs: 0
                optimiser: adam
                optimizer: {kind: nesterov, momentum: 2}
                schedule:
                  rate: -1
                  curve: {kind: cosinus}
                data: {train: "", look-ahead: 0.5}
                network: {name: resnet20_cifar, classes: one}
                device: gpu
                workers: 0
                """;
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(BadInputException.class)
                .satisfies(refused -> assertThat(
                                String.valueOf(refused.getMessage()).lines())
                        .satisfiesExactly(
                                line -> assertThat(line).startsWith("run.yaml:1: epochs = 0 < 1: "),
                                line -> assertThat(line)
                                        .isEqualTo("run.yaml:2: optimiser is no key here; did you mean optimizer?"),
                                line -> assertThat(line).startsWith("run.yaml:3: optimizer.momentum = 2.0 "),
                                line -> assertThat(line).startsWith("run.yaml:5: schedule.rate = -1.0 is not "),
                                line -> assertThat(line)
                                        .startsWith("run.yaml:6: schedule.curve.kind = cosinus is not one of constant,")
                                        .endsWith("; did you mean cosine?"),
                                line -> assertThat(line)
                                        .isEqualTo("run.yaml:7: data.look-ahead = 0.5 is not a whole number"),
                                line -> assertThat(line).startsWith("run.yaml:7: data.train = '' is empty: "),
                                line -> assertThat(line)
                                        .isEqualTo("run.yaml:8: network.classes = one is not a whole number"),
                                line -> assertThat(line).startsWith("run.yaml:9: device = 'gpu' "),
                                line -> assertThat(line).startsWith("run.yaml:10: workers = 0 < 1: ")));
    }
}

package convoy.jobs.command;

import convoy.driver.evaluation.PictureModel;
import convoy.driver.evaluation.Prediction;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.jobs.picture.PictureModelOptions;
import convoy.records.BadInputException;
import convoy.records.text.Shown;
import convoy.worker.engine.Precision;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what is on pictures: on each that can be read, whatever the others are. */
@Command(name = "predict", description = "Print what a trained model takes pictures for, with probabilities.")
final class PredictCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Mixin
    private PictureModelOptions looking = new PictureModelOptions();

    @Option(names = "--top", paramLabel = "N", description = "How many classes to print (5).")
    private int top = 5;

    @Option(names = "--precision", paramLabel = "NAME", description = "fp32 (the default), tf32, bf16 or fp16.")
    private Precision precision = Precision.FP32;

    @Option(names = "--json", description = "Print a JSON list.")
    private boolean json;

    @Override
    public void run() {
        if (top < 1) {
            throw new BadInputException("--top = " + top + " < 1: ask for one class or more");
        }
        PrintWriter out = spec.commandLine().getOut();
        List<Object> all = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        try (Prediction prediction = Prediction.of(Uris.hadoop(), looking.open(precision))) {
            prediction.notice().ifPresent(spec.commandLine().getErr()::println);
            for (String image : looking.images()) {
                try {
                    List<PictureModel.Guess> guesses = prediction.predict(Uris.local(image), top);
                    if (json) {
                        all.add(asJson(image, guesses));
                    } else {
                        print(image, guesses, out);
                    }
                } catch (BadInputException bad) {
                    String message = String.valueOf(bad.getMessage());
                    refused.addAll(message.lines().toList());
                    all.add(Map.of("image", image, "error", message));
                }
            }
        }
        if (json) {
            Json.print(all, out);
        }
        if (!refused.isEmpty()) {
            throw new BadInputException(refused);
        }
    }

    private static void print(String image, List<PictureModel.Guess> guesses, PrintWriter out) {
        out.println(Shown.name(image));
        for (PictureModel.Guess guess : guesses) {
            out.println(
                    String.format(Locale.ROOT, "  %6.2f %%  %s", 100 * guess.probability(), Shown.name(guess.name())));
        }
    }

    private static Map<String, Object> asJson(String image, List<PictureModel.Guess> guesses) {
        List<Object> list = new ArrayList<>();
        for (PictureModel.Guess guess : guesses) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("class", guess.name());
            object.put("index", guess.index());
            object.put("probability", guess.probability());
            list.add(object);
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("image", image);
        object.put("top", list);
        return object;
    }
}

package convoy.jobs.attribution;

import convoy.architectures.tensor.Shape.Image;
import convoy.driver.attribution.Attribution;
import convoy.driver.attribution.PlaceMap;
import convoy.driver.attribution.Seen;
import convoy.driver.evaluation.PictureModel;
import convoy.driver.evaluation.PictureModel.Guess;
import convoy.driver.model.ModelDescription;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.jobs.picture.PictureModelOptions;
import convoy.jobs.report.page.Pictures.Picture;
import convoy.jobs.report.page.ReportFiles;
import convoy.jobs.report.run.Filters;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import convoy.records.text.Names;
import convoy.records.text.Shown;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.engine.Precision;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what in pictures a model's answers rest on. */
@Command(
        name = "explain-image",
        description = "Show what in pictures a model's answers rest on: class maps, occlusion, feature maps, filters.")
public final class ExplainImageCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Mixin
    private PictureModelOptions looking = new PictureModelOptions();

    @Option(names = "--top", paramLabel = "N", description = "Explain the N likeliest classes of each picture (1).")
    private int top = 1;

    @Option(
            names = "--class",
            paramLabel = "NAME|N",
            description = "Explain this class, by its name or number, in place of the likeliest.")
    private Optional<String> asked = Optional.empty();

    @Option(
            names = "--layer",
            paramLabel = "NAME",
            description = "The layer to look at, as `convoy describe` names it; by default the last that has places.")
    private Optional<String> layer = Optional.empty();

    @Option(names = "--maps", description = "Show the layer's feature maps, too.")
    private boolean maps;

    @Option(
            names = "--occlude",
            paramLabel = "SIDE",
            description = "Cover the picture by a square of so many pixels, place by place, and show what is lost.")
    private Optional<Integer> side = Optional.empty();

    @Option(names = "--filters", description = "Show the filters of the first layer, too.")
    private boolean filters;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The folder to write a page into, on this machine; explanations/ by default.")
    private Path out = Path.of("explanations");

    @Option(names = "--png", description = "Write each picture as a PNG file of its own in place of a page.")
    private boolean png;

    @Option(names = "--json", description = "Print classes, probabilities and maps as one JSON object.")
    private boolean json;

    @Override
    public void run() {
        Refusal.requireAtLeast("--top", top, 1, "ask for one class or more");
        ReportFiles.requireFolder(out);
        PrintWriter printer = spec.commandLine().getOut();
        List<Explained> all = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        List<Path> written;
        try (PictureModel opened = looking.open(Precision.FP32);
                Attribution attribution = new Attribution(opened, layer)) {
            opened.notice().ifPresent(spec.commandLine().getErr()::println);
            for (String image : looking.images()) {
                try {
                    all.add(explained(opened, attribution, image));
                } catch (BadInputException bad) {
                    refused.addAll(String.valueOf(bad.getMessage()).lines().toList());
                }
            }
            AttributionPage.About about = new AttributionPage.About(
                    Shown.name(looking.model()),
                    attribution.layer(),
                    attribution.method(),
                    filters ? Optional.of(firstFilters(opened)) : Optional.empty());
            written = all.isEmpty() ? List.of() : write(about, all);
            print(about, all, written, printer);
        }
        if (!refused.isEmpty()) {
            throw new BadInputException(refused);
        }
    }

    private Explained explained(PictureModel opened, Attribution attribution, String image) {
        Seen seen = attribution.look(Uris.hadoop(), Uris.local(image));
        List<Explained.ForClass> classes = new ArrayList<>();
        for (Guess guess : chosen(opened.stored().description(), seen)) {
            Optional<PlaceMap> lost = side.isPresent()
                    ? Optional.of(attribution.occlusion(seen, guess.index(), side.get()))
                    : Optional.empty();
            classes.add(new Explained.ForClass(guess, attribution.classMap(seen, guess.index()), lost));
        }
        ModelDescription description = opened.stored().description();
        Optional<Normalize> figures = new Transforms(description.transforms()).normalize();
        Painting input = Painting.of(
                seen.input(),
                (Image) description.build().input(),
                numbers(figures.map(Normalize::mean).orElse(List.of())),
                numbers(figures.map(Normalize::std).orElse(List.of())));
        int channels = seen.shape().channels();
        Optional<Painting> sheet = maps
                ? Optional.of(Painting.sheet(
                        IntStream.range(0, channels).mapToObj(seen::map).toArray(PlaceMap[]::new)))
                : Optional.empty();
        return new Explained(Shown.name(image), input, classes, sheet, channels);
    }

    private static double[] numbers(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private List<Guess> chosen(ModelDescription description, Seen seen) {
        if (asked.isEmpty()) {
            return seen.guesses().subList(0, Math.min(top, seen.guesses().size()));
        }
        String wanted = asked.get();
        return List.of(seen.guesses().stream()
                .filter(guess -> guess.name().equals(wanted)
                        || Integer.toString(guess.index()).equals(wanted))
                .min((one, other) ->
                        Boolean.compare(other.name().equals(wanted), one.name().equals(wanted)))
                .orElseThrow(() -> new BadInputException("--class = " + wanted + " is no class of " + looking.model()
                        + Names.nearest(wanted, description.classNames())
                                .map(near -> "; did you mean " + near + "?")
                                .orElse("; give a name, or a number from 0 to " + (description.classes() - 1)))));
    }

    private static Filters firstFilters(PictureModel opened) {
        float[] values = opened.stored().values();
        Segment first = NetworkLayout.of(opened.stored().description().build()).segments().stream()
                .filter(segment -> segment.shape().size() > 1)
                .findFirst()
                .filter(segment -> Filters.canBeDrawn(segment.shape()))
                .orElseThrow(() -> new BadInputException(
                        "--filters: the first layer has no filters of 2 x 2 or more that look at 1 or 3 channels: leave"
                                + " the option out"));
        float[] filter = Arrays.copyOfRange(values, first.begin(), first.begin() + first.size());
        return new Filters(first.name(), first.shape(), filter, opened.stored().step());
    }

    private List<Path> write(AttributionPage.About about, List<Explained> all) {
        if (!png) {
            return ReportFiles.write(AttributionPage.of(about, all), out);
        }
        List<Path> written = new ArrayList<>();
        try {
            Files.createDirectories(out);
            for (int i = 0; i < all.size(); i++) {
                int number = 0;
                for (Picture picture : AttributionPage.pictures(about, all.get(i))) {
                    Path file = out.resolve((i + 1) + "-" + number++ + ".png");
                    String content = picture.source().substring(picture.source().indexOf(',') + 1);
                    Files.write(file, Base64.getDecoder().decode(content));
                    written.add(file);
                }
            }
        } catch (IOException unwritable) {
            throw new BadInputException(
                    "--out = " + out + " cannot be written: "
                            + unwritable.getClass().getSimpleName() + " of " + unwritable.getMessage()
                            + "; name a folder that you may write",
                    unwritable);
        }
        return written;
    }

    private void print(AttributionPage.About about, List<Explained> all, List<Path> written, PrintWriter printer) {
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("layer", about.layer());
            object.put("method", Names.kebab(about.method() == Attribution.Method.CAM ? "Cam" : "GradCam"));
            object.put("images", all.stream().map(Explained::data).toList());
            object.put("files", written.stream().map(Path::toString).toList());
            Json.print(object, printer);
            return;
        }
        for (Explained each : all) {
            printer.println(each.image());
            for (Explained.ForClass one : each.classes()) {
                printer.println(String.format(
                        Locale.ROOT,
                        "  %6.2f %%  %s",
                        100 * one.guess().probability(),
                        Shown.name(one.guess().name())));
            }
        }
        if (!written.isEmpty()) {
            printer.println(
                    png
                            ? Counts.of(written.size(), "picture")
                                    + (written.size() == 1 ? " is in " : " are in ")
                                    + out
                            : "the page is " + written.get(0));
        }
    }
}

package convoy.jobs.card;

import convoy.driver.model.ModelDescription;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Code;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Page;
import convoy.jobs.report.page.Pictures;
import convoy.jobs.report.page.PlainPng;
import convoy.jobs.report.page.Prose;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import convoy.jobs.report.run.RunData;
import convoy.jobs.report.run.RunReport;
import java.util.ArrayList;
import java.util.List;

/**
 * The card of a model (the idea is that of Mitchell et al. 2019, Model Cards for Model Reporting): a function of its run and of what else is
 * known, so that the same model has the same card.
 */
public final class ModelCard {
    /** Of the report of a run, what belongs on the card of its model. */
    private static final List<String> FIGURES = List.of("classes", "learning");

    private static final List<String> MAKING = List.of("setup");

    private ModelCard() {}

    /**
     * {@return the page}
     *
     * @param run that made the model, with what was kept of its evaluation
     * @param facts what else is known
     */
    public static Page of(RunData run, CardFacts facts) {
        Page report = RunReport.of(List.of(run));
        List<Page.Section> sections = new ArrayList<>();
        sections.add(new Page.Section("model", "The model", model(facts)));
        sections.add(new Page.Section("verdict", "Why it serves, or does not", verdict(facts)));
        sections.add(new Page.Section("data", "Data and ancestry", data(facts)));
        sections.addAll(taken(report, FIGURES));
        sections.add(new Page.Section("mistakes-seen", "Where it is wrong", mistakes(facts)));
        sections.addAll(taken(report, MAKING));
        sections.add(new Page.Section("use", "To use it", use(facts)));
        sections.add(new Page.Section("again", "To make it again", again(facts)));
        List<String> summary = new ArrayList<>(report.summary());
        facts.verdict().stream().findFirst().ifPresent(summary::add);
        return new Page("Model " + facts.name(), summary, sections, List.of()).alone();
    }

    private static List<Page.Section> taken(Page report, List<String> wanted) {
        return wanted.stream()
                .flatMap(id -> report.sections().stream()
                        .filter(section -> section.id().equals(id)))
                .toList();
    }

    private static List<Block> model(CardFacts facts) {
        ModelDescription model = facts.model();
        Table.Builder table = Table.named("model", "What it is").words("what", "");
        row(table, "network", model.network());
        row(table, "input", model.input().toString());
        row(table, "classes", Integer.toString(model.classes()));
        row(table, "their names", String.join(", ", model.classNames()));
        row(table, "licence", facts.licence().isEmpty() ? "none is named" : facts.licence());
        facts.facts().forEach(fact -> row(table, fact.what(), fact.value()));
        return List.of(table.build());
    }

    private static void row(Table.Builder table, String what, String value) {
        table.row(Cell.of(what), value.isEmpty() ? Cell.NONE : Cell.of(value));
    }

    private static List<Block> verdict(CardFacts facts) {
        return facts.verdict().isEmpty()
                ? List.of(new Prose("It was not compared with another model."))
                : prose(facts.verdict());
    }

    private static List<Block> prose(List<String> sentences) {
        return List.of(new Prose(String.join(" ", sentences)));
    }

    private static List<Block> data(CardFacts facts) {
        Table.Builder table = Table.named("data", "Data that it was trained and scored on")
                .words("used to", "data set", "fingerprint", "lay at")
                .numbers("rows");
        for (CardFacts.DataUse use : facts.data()) {
            table.row(
                    Cell.of(use.role()),
                    Cell.of(use.name()),
                    Cell.of(use.fingerprint()),
                    Cell.of(use.uri()),
                    Cell.of(use.rows()));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(table.build());
        blocks.add(
                facts.ancestry().isEmpty()
                        ? new Prose("It was trained from initial values that were drawn by its seed.")
                        : new Prose(String.join(" ", facts.ancestry())));
        if (!facts.drift().isEmpty()) {
            blocks.add(new Prose("Of the new data this was found before training: " + String.join(" ", facts.drift())));
        }
        facts.compared().ifPresent(drift -> blocks.addAll(drift.blocks()));
        return blocks;
    }

    private static List<Block> mistakes(CardFacts facts) {
        if (facts.mistakes().isEmpty()) {
            return List.of(new Prose("No held-out rows are shown that it is wrong about."));
        }
        return List.of(
                new Prose("Held-out rows that it is wrong about, those first of which it is surest."),
                new Pictures(facts.mistakes().stream()
                        .map(mistake -> Pictures.Picture.of(
                                "Taken for " + mistake.guess(),
                                PlainPng.of(
                                        mistake.picture().width(),
                                        mistake.picture().height(),
                                        mistake.picture().pixels()),
                                mistake.picture().width(),
                                "It is " + mistake.label() + " (id " + mistake.id() + "); the model gave "
                                        + Numbers.percent(mistake.probability()) + " to " + mistake.guess() + "."))
                        .toList()));
    }

    private static List<Block> use(CardFacts facts) {
        String model = Code.word(facts.address());
        String network = facts.model().network();
        return List.of(
                new Prose(
                        "Pictures are named by the command line, on the JVM and without Spark. The model's file says by"
                                + " itself what it is and what is done to a picture before."),
                new Code("./convoy predict --model " + model + " picture.jpg"),
                new Prose(
                        "With PyTorch the file is read by safetensors. Where torchvision has a network of that name, its"
                                + " tensors have the names and shapes that torchvision gives them; of another network"
                                + " `./convoy describe " + network
                                + "` lists them. Normalize pixels in [0, 1] by mean and"
                                + " std, and do before that what convoy.transforms says."),
                new Code(String.join(
                        "\n",
                        "import json, torchvision",
                        "from safetensors import safe_open",
                        "from safetensors.torch import load_file",
                        "",
                        "about = safe_open(\"model.safetensors\", \"pt\").metadata()",
                        "mean, std = json.loads(about[\"convoy.mean\"]), json.loads(about[\"convoy.std\"])",
                        "network = torchvision.models.get_model(\"" + network + "\", weights=None, num_classes="
                                + facts.model().classes() + ")",
                        "network.load_state_dict(load_file(\"model.safetensors\"), strict=False)",
                        "network.eval()")));
    }

    private static List<Block> again(CardFacts facts) {
        return List.of(
                new Prose(
                        "On any number of workers and servers the same bits come out, with the data, the engine's release, the"
                                + " threads and the kind of processor that are named above. The command trains again and compares;"
                                + " with --check it only says whether it could."),
                new Code("./convoy reproduce " + Code.word(facts.address())));
    }
}

package convoy.jobs.attribution;

import convoy.driver.attribution.Attribution.Method;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Page;
import convoy.jobs.report.page.Pictures;
import convoy.jobs.report.page.Pictures.Picture;
import convoy.jobs.report.page.Prose;
import convoy.jobs.report.run.Filters;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a person reads and sees of explained pictures. */
final class AttributionPage {
    private AttributionPage() {}

    /**
     * The page.
     *
     * @param about the model and how it was looked into
     * @param all its pictures
     */
    static Page of(About about, List<Explained> all) {
        List<Page.Section> sections = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            sections.add(new Page.Section(
                    "picture-" + (i + 1), all.get(i).image(), List.of(new Pictures(pictures(about, all.get(i))))));
        }
        about.filters()
                .ifPresent(filters -> sections.add(new Page.Section("filters", "First layer", filters(filters))));
        return new Page("What " + about.model() + " looks at", List.of(sentence(about)), sections, List.of());
    }

    /**
     * What is the same for all pictures.
     *
     * @param model as it was named
     * @param layer whose maps are shown
     * @param method by which class maps came about
     * @param filters of the first layer, if they were asked for
     */
    record About(String model, String layer, Method method, Optional<Filters> filters) {}

    private static String sentence(About about) {
        String how =
                switch (about.method()) {
                    case CAM ->
                        "A class map is the sum of the layer's feature maps, each times the weight that the class gives its"
                                + " mean (CAM, Zhou et al. 2015)";
                    case GRAD_CAM ->
                        "A class map is what is above 0 of the sum of the layer's feature maps, each times the mean gradient"
                                + " of the class's logit (Grad-CAM, Selvaraju et al. 2016)";
                };
        return "Layer " + about.layer() + ". " + how
                + ". The brighter a place, the more it speaks for the class; each map is as bright as its own largest value.";
    }

    static List<Picture> pictures(About about, Explained explained) {
        List<Picture> pictures = new ArrayList<>();
        Painting input = explained.input();
        pictures.add(Picture.of("As the network sees it", input.png(), input.width(), ""));
        for (Explained.ForClass each : explained.classes()) {
            String probability = Numbers.percent(each.guess().probability());
            pictures.add(Picture.of(
                    each.guess().name(),
                    input.under(each.map()).png(),
                    input.width(),
                    "Probability " + probability + ". "
                            + (each.map().largest() > 0 ? "" : "No place of this layer speaks for it.")));
            each.occlusion()
                    .ifPresent(lost -> pictures.add(Picture.of(
                            each.guess().name() + ", covered",
                            input.under(lost).png(),
                            input.width(),
                            "At most " + Numbers.percent(Math.max(0, lost.largest()))
                                    + " of the probability is lost by covering one square.")));
        }
        explained
                .maps()
                .ifPresent(sheet -> pictures.add(Picture.of(
                        "Feature maps",
                        sheet.png(),
                        sheet.width(),
                        Counts.of(explained.channels(), "map") + " of " + about.layer()
                                + (Painting.shown(explained.channels()) < explained.channels()
                                        ? "; the first " + Painting.shown(explained.channels()) + " are shown"
                                        : "")
                                + ". Each goes from its least value, black, to its largest, white.")));
        return pictures;
    }

    private static List<Block> filters(Filters filters) {
        Filters.Sheet sheet = filters.sheet();
        return List.of(
                new Prose(filters.tensor() + ": grey is 0, and each filter is as bright as its largest weight."),
                new Pictures(List.of(Picture.of(filters.tensor(), sheet.png(), sheet.width(), ""))));
    }
}

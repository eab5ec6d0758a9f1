package convoy.jobs.report.run;

import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Pictures;
import convoy.jobs.report.page.Prose;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;

/** What the first convolution looks for. */
final class FilterSection {
    private FilterSection() {}

    static List<Block> blocks(List<RunData> runs) {
        List<Block> blocks = new ArrayList<>();
        List<Pictures.Picture> pictures = new ArrayList<>();
        for (RunData run : runs) {
            run.trained().filters().ifPresent(filters -> pictures.add(picture(run, filters)));
            run.trained()
                    .missing()
                    .forEach(sentence -> blocks.add(new Prose((runs.size() == 1 ? "" : run.name() + ": ") + sentence)));
        }
        if (!pictures.isEmpty()) {
            blocks.add(0, new Pictures(pictures));
        }
        return blocks;
    }

    private static Pictures.Picture picture(RunData run, Filters filters) {
        Filters.Sheet sheet = filters.sheet();
        List<Integer> shape = filters.shape();
        return Pictures.Picture.of(
                run.name() + ", " + filters.tensor(),
                sheet.png(),
                sheet.width(),
                Counts.of(shape.get(0), "filter") + " of " + shape.get(2) + " × " + shape.get(3) + " over "
                        + Counts.of(shape.get(1), "channel")
                        + (filters.step() < 0 ? "" : ", after step " + Numbers.count(filters.step()))
                        + (sheet.shown() < shape.get(0) ? "; the first " + sheet.shown() + " are shown" : "")
                        + ". Grey is 0; each is as bright as its largest weight.");
    }
}

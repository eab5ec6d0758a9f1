package convoy.jobs.report.run;

import convoy.jobs.report.norms.NormSection;
import convoy.jobs.report.page.Page;
import convoy.jobs.report.page.Table;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The page of one run, or of several side by side: a function of what their directories hold. */
public final class RunReport {
    /** The page's colours and a reader's patience. */
    private static final int MOST = 8;

    private RunReport() {}

    /**
     * {@return the page}
     *
     * @param given one run, or several to be seen side by side
     * @throws BadInputException if one run is given twice, or there are more than eight
     */
    public static Page of(List<RunData> given) {
        List<RunData> runs = distinct(given);
        List<NormSection.Measured> measured = runs.stream()
                .map(run -> new NormSection.Measured(run.name(), run.log().norms()))
                .toList();
        List<Page.Section> sections = new ArrayList<>();
        sections.add(new Page.Section("overview", "Overview", Overview.blocks(runs)));
        sections.add(new Page.Section("learning", "Learning", LearningSection.blocks(runs)));
        boolean isMeasured = measured.stream().anyMatch(run -> !run.steps().isEmpty());
        if (isMeasured) {
            sections.add(new Page.Section("norms", "Norms by layer", NormSection.blocks(measured)));
        }
        sections.add(new Page.Section("time", "Where the time went", TimeSection.blocks(runs)));
        sections.add(new Page.Section("membership", "Faults and membership", MembershipSection.blocks(runs)));
        sections.add(new Page.Section("classes", "Classes", ClassSection.blocks(runs)));
        sections.add(new Page.Section("filters", "First-layer filters", FilterSection.blocks(runs)));
        sections.add(new Page.Section("setup", "What was trained, and how", SetupSection.blocks(runs)));
        sections.add(new Page.Section("repeat", "To train it again", SetupSection.commands(runs)));
        String title = runs.size() == 1
                ? "Run " + runs.get(0).name()
                : "Runs " + String.join(", ", runs.stream().map(RunData::name).toList());
        List<Table> files = new ArrayList<>();
        files.add(LearningSection.curves(runs));
        if (isMeasured) {
            files.add(NormSection.table(measured));
        }
        return new Page(title, Overview.sentences(runs), sections, files);
    }

    /** Names that tell the runs apart: those of their directories, or where two are alike, whole addresses. */
    private static List<RunData> distinct(List<RunData> given) {
        if (given.size() > MOST) {
            throw new BadInputException(Counts.plain(given.size(), "run") + " are more than " + MOST
                    + ", which one page can tell apart: give fewer");
        }
        Set<String> addresses = new HashSet<>();
        for (RunData run : given) {
            if (!addresses.add(run.place().address())) {
                throw new BadInputException(run.place().address() + " is given twice: name each run once");
            }
        }
        boolean alike = given.stream().map(RunData::name).distinct().count() < given.size();
        return alike
                ? given.stream().map(run -> run.named(run.place().address())).toList()
                : given;
    }
}

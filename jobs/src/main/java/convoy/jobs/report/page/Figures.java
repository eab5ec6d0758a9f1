package convoy.jobs.report.page;

import java.util.List;

/**
 * Charts, beside each other where there is room.
 *
 * @param figures in their order
 */
public record Figures(List<Figure> figures) implements Block {
    /**
     * One chart.
     *
     * @param title above it
     * @param svg the picture
     * @param note below it, how it is to be read; may be empty
     */
    public record Figure(String title, String svg, String note) {
        /** Whether it has lines that are named for a script. */
        private boolean zooms() {
            return svg.contains(" data-name=\"");
        }
    }

    public Figures {
        figures = List.copyOf(figures);
    }

    @Override
    public String template() {
        return "figures.jte";
    }

    @Override
    public boolean zooms() {
        return figures.stream().anyMatch(Figure::zooms);
    }

    @Override
    public void write(Markdown out) {
        for (Figure figure : figures) {
            out.paragraph("Chart in the page: " + figure.title() + ". " + figure.note());
        }
    }
}

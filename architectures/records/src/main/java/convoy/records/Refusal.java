package convoy.records;

import java.util.List;

/**
 * Why a record cannot be made: the component, its value, the relation that it breaks and the remedy. The sentence is made from
 * them at the edge, where it is known what the component is called there.
 *
 * @param owner the kind of record, in kebab-case, where its components' names alone would not say it; or empty
 * @param component its name in kebab-case, perhaps behind the keys that lead to it from outside, or before one inside it:
 *     {@code epochs}, {@code data.train}, {@code schedule.curve.milestones}
 * @param value as a message shows it; empty if the relation says it
 * @param relation what is wrong with the value: {@code "< 1"}, {@code "is not in [0, 1)"}, {@code ", must be above 0"}
 * @param others components of the same record that the relation is about as well
 * @param remedy what to do instead; may be empty
 */
public record Refusal(
        String owner, String component, String value, String relation, List<String> others, String remedy) {
    public Refusal {
        others = List.copyOf(others);
    }

    /**
     * {@return a refusal of a component with the value that it has, still without a relation and a remedy}
     *
     * @param component its name in kebab-case
     * @param value shown as its {@code toString} has it
     */
    public static Refusal of(String component, Object value) {
        return new Refusal("", component, value.toString(), "", List.of(), "");
    }

    /**
     * {@return a refusal of a component whose value is too long for a message, or said by the relation}
     *
     * @param component its name in kebab-case
     */
    public static Refusal of(String component) {
        return new Refusal("", component, "", "", List.of(), "");
    }

    /**
     * {@return a refusal of a value below the least that is possible}
     *
     * @param component its name in kebab-case
     * @param value what it has
     * @param least the least that it may have
     * @param remedy what to do instead; may be empty
     */
    public static Refusal below(String component, long value, long least, String remedy) {
        return of(component, value).because("< " + least).instead(remedy);
    }

    /**
     * Refuses a value below the least that is possible.
     *
     * @param component its name in kebab-case
     * @param value what it has
     * @param least the least that it may have
     * @param remedy what to do instead; may be empty
     * @throws BadInputException if it is
     */
    public static void requireAtLeast(String component, long value, long least, String remedy) {
        if (value < least) {
            throw new BadInputException(below(component, value, least, remedy));
        }
    }

    /**
     * {@return the same, of a kind of record}
     *
     * @param kind in kebab-case
     */
    public Refusal by(String kind) {
        return new Refusal(kind, component, value, relation, others, remedy);
    }

    /**
     * {@return the same with a relation}
     *
     * @param broken what is wrong with the value, as {@link #relation}
     * @param concerned other components that it is about
     */
    public Refusal because(String broken, String... concerned) {
        return new Refusal(owner, component, value, broken, List.of(concerned), remedy);
    }

    /**
     * {@return the same with a remedy}
     *
     * @param advice what to do in place of it
     */
    public Refusal instead(String advice) {
        return new Refusal(owner, component, value, relation, others, advice);
    }

    /** {@return what to say where nothing is known of a file} */
    public String sentence() {
        return (owner.isEmpty() ? "" : owner + ": ") + component + rest();
    }

    /**
     * {@return what to say where the component is called so}
     *
     * @param name of the component, as the reader of the message knows it
     */
    public String sentence(String name) {
        return name + rest();
    }

    private String rest() {
        boolean isClause = relation.startsWith(",");
        return (value.isEmpty() ? "" : " = " + value)
                + (relation.isEmpty() || isClause ? relation : " " + relation)
                + (remedy.isEmpty() ? "" : (isClause ? "; " : ": ") + remedy);
    }
}

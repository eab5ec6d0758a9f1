package convoy.records.text;

/** What another library's failure says, cut down to fit into a sentence of ours: its further lines are stack traces and drawings. */
public final class FirstLine {
    private FirstLine() {}

    /**
     * {@return the first line of a message; nothing of one that says nothing}
     *
     * @param message of any number of lines
     */
    public static String of(String message) {
        return message.strip().lines().findFirst().orElse("");
    }

    /**
     * {@return the first line of what a failure says, or its kind if it says nothing}
     *
     * @param failure whose message may be missing
     */
    public static String of(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : of(message);
    }
}

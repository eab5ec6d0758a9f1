package convoy.parameterserver.files;

/** A file is not what it should be; the message is one line that names the file, what is wrong and the remedy. */
public final class BadFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** More of a message would be a file that speaks, not one that is described. */
    private static final int LONGEST = 4_000;

    BadFileException(String message) {
        super(oneLine(message));
    }

    BadFileException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** Names in a file may hold anything, also the end of a line, or be as long as the file. */
    private static String oneLine(String message) {
        String line = message.length() > LONGEST ? message.substring(0, LONGEST) + "…" : message;
        return line.replaceAll("\\p{Cntrl}", "?");
    }
}

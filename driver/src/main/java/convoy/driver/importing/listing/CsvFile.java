package convoy.driver.importing.listing;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows of a CSV file (RFC 4180), in UTF-8: a field in quotation marks may hold separators, ends of lines and, twice each,
 * quotation marks.
 */
final class CsvFile implements Closeable {
    /** No path and no name is longer, and a quotation mark that nobody closed would take the rest of the file. */
    private static final int LONGEST = 1 << 16;

    private final String name;
    private final char separator;
    private final BufferedReader in;
    private int ahead;
    private long line = 1;

    /** A row and the line that it begins in, from 1. */
    record Row(long line, List<String> fields) {
        Row {
            fields = List.copyOf(fields);
        }
    }

    /**
     * @param name of the file, for messages
     * @param bytes of it, which are closed with this
     * @param separator between fields
     */
    CsvFile(String name, InputStream bytes, char separator) throws IOException {
        this.name = name;
        this.separator = separator;
        in = new BufferedReader(new InputStreamReader(
                bytes,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        ahead = read();
        if (ahead == '\uFEFF') {
            ahead = read();
        }
    }

    private int read() throws IOException {
        try {
            return in.read();
        } catch (CharacterCodingException e) {
            throw new BadInputException(
                    name + " is not in UTF-8, near line " + line + ": convert it, as with iconv -t UTF-8", e);
        }
    }

    private void step() throws IOException {
        if (ahead == '\n') {
            line++;
        }
        ahead = read();
    }

    /**
     * The next row, empty after the last. Lines with nothing in them are none.
     *
     * @throws BadInputException if a quotation mark is missing, or a field is too long
     */
    Optional<Row> next() throws IOException {
        while (ahead == '\n' || ahead == '\r') {
            step();
        }
        if (ahead < 0) {
            return Optional.empty();
        }
        long begin = line;
        List<String> fields = new ArrayList<>();
        fields.add(field(begin));
        while (ahead == separator) {
            step();
            fields.add(field(begin));
        }
        return Optional.of(new Row(begin, fields));
    }

    private String field(long begin) throws IOException {
        StringBuilder text = new StringBuilder();
        if (ahead == '"') {
            quoted(text, begin);
            if (ahead >= 0 && ahead != separator && ahead != '\n' && ahead != '\r') {
                throw new BadInputException(name + ", line " + line
                        + " goes on after a closing quotation mark: write quotation marks inside a field twice");
            }
            return text.toString();
        }
        while (ahead >= 0 && ahead != separator && ahead != '\n' && ahead != '\r') {
            append(text, begin);
        }
        return text.toString().strip();
    }

    private void quoted(StringBuilder text, long begin) throws IOException {
        step();
        while (true) {
            if (ahead < 0) {
                throw new BadInputException(
                        name + ", line " + begin + " has a quotation mark that nothing closes: add it");
            }
            if (ahead == '"') {
                step();
                if (ahead != '"') {
                    return;
                }
            }
            append(text, begin);
        }
    }

    private void append(StringBuilder text, long begin) throws IOException {
        if (text.length() == LONGEST) {
            throw new BadInputException(name + ", line " + begin + " has a field of more than "
                    + Counts.of(LONGEST, "character") + ": close its quotation mark, or give the right separator");
        }
        text.append((char) ahead);
        step();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

package convoy.driver.importing.source;

/**
 * One file of a source.
 *
 * @param uri where it lies
 * @param path its path inside the source, with {@code /} between folders; its name alone if it is the source
 * @param bytes its length
 * @param alone whether it is the source: then its name is no folder for what it holds
 * @param linked whether it is reached by a link to another place of the source
 * @param fault why it cannot be read, to follow its name; empty if nothing is known to be wrong
 */
public record SourceFile(String uri, String path, long bytes, boolean alone, boolean linked, String fault) {}

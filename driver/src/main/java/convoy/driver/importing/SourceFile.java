package convoy.driver.importing;

/**
 * One file of a source.
 *
 * @param uri where it lies
 * @param path its path inside the source, with {@code /} between folders; its name alone if it is the source
 * @param bytes its length
 */
record SourceFile(String uri, String path, long bytes) {}

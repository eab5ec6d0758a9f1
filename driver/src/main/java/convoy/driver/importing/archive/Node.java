package convoy.driver.importing.archive;

/** What stands at one path of a source, as it is met while reading from front to end. */
sealed interface Node permits Entry, Link {
    /** Inside the source. */
    String path();

    /** How to name it to a person. */
    String where();
}

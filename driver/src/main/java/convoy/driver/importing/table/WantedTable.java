package convoy.driver.importing.table;

/**
 * Which table, and which of its columns.
 *
 * @param uri of the table
 * @param image the column of pictures
 * @param label the column of their classes
 */
public record WantedTable(String uri, String image, String label) {}

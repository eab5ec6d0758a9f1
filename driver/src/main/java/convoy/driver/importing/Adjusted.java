package convoy.driver.importing;

import convoy.worker.data.format.Provenance;

/**
 * Pictures of a source to which the same was done before they were stored, or that are to be known of.
 *
 * @param what as a person reads it
 * @param pictures how many
 * @param example the path of the first
 */
public record Adjusted(String what, long pictures, String example) {
    /** {@return the same as a data set says it of itself} */
    public Provenance.Counted counted() {
        return new Provenance.Counted(what, pictures, example);
    }
}

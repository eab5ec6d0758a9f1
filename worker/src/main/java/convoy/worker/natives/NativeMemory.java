package convoy.worker.natives;

/** What JavaCPP, which brings the native libraries, may do with memory. */
public final class NativeMemory {
    private static final String MOST_BYTES = "org.bytedeco.javacpp.maxBytes";
    private static final String MOST_PHYSICAL_BYTES = "org.bytedeco.javacpp.maxPhysicalBytes";

    private NativeMemory() {}

    /**
     * Lifts JavaCPP's limits, unless system properties set them. By default it refuses to allocate, after seconds of forced garbage
     * collections, once the process is larger than four times the Java heap; but an engine's activations lie outside the heap and may
     * well be larger than that. To be called before anything of JavaCPP's is touched.
     */
    public static void liftJavaCppsLimits() {
        for (String property : new String[] {MOST_BYTES, MOST_PHYSICAL_BYTES}) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, "0");
            }
        }
    }
}

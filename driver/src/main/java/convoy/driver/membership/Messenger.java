package convoy.driver.membership;

/** Carries what an executor says to the driver, and brings the answer. */
@FunctionalInterface
public interface Messenger {
    /**
     * Sends a message and waits for the answer.
     *
     * @param message of {@link Membership#receive}
     * @return the answer, of {@link Membership#receive}
     * @throws Exception if there is none; the driver may have heard the message or not
     */
    Object ask(Object message) throws Exception;
}

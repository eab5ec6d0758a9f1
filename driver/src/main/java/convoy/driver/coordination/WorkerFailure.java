package convoy.driver.coordination;

/**
 * Why a worker's task ended with an error.
 *
 * @param badInput whether the message is one line for a person whose input cannot work
 * @param message the error's message
 * @param trace its stack trace; empty for bad input
 */
public record WorkerFailure(boolean badInput, String message, String trace) {}

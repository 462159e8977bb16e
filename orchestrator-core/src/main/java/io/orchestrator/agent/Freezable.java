package io.orchestrator.agent;

/**
 * What works for an attempt and can be made to stand still and to go on where it was, such as a process. Neither call waits
 * for it, and both may come again and in any order: the last one holds.
 */
public interface Freezable {
    /**
     * Has everything of it stand still, soon. Asked again while it is to stand still, so that what was overlooked is found.
     *
     * @param couldNot called, on any thread, when something of it goes on all the same
     */
    void freeze(Runnable couldNot);

    /** Lets it go on. */
    void thaw();
}

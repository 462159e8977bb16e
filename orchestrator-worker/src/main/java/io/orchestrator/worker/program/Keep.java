package io.orchestrator.worker.program;

import java.util.function.Predicate;

/** What the kernel holds one program and all it starts together by; nothing, where it has no means for that. Thread-safe. */
interface Keep {
    /** The programs' own doing, such as an environment, is all that tells whose they are. */
    Keep NONE = new Keep() {
        @Override
        public Predicate<ProcessEntry> members() {
            return process -> false;
        }

        @Override
        public boolean isPartOfIt(ProcessEntry process) {
            return false;
        }

        @Override
        public boolean isEmpty() {
            return true;
        }

        @Override
        public boolean wasCutOff() {
            return false;
        }

        @Override
        public void kill() {}

        @Override
        public void release() {}
    };

    /** Recognises what it holds now. Children of what is recognised need not be. */
    Predicate<ProcessEntry> members();

    /** Whether this is the process that does the holding, which is no member and ends by itself. */
    boolean isPartOfIt(ProcessEntry process);

    boolean isEmpty();

    /** Whether it has ended the program because the worker's lease was not renewed in time. */
    boolean wasCutOff();

    /** Kills all it holds and waits for that, for some seconds at most. */
    void kill();

    /** Nothing is held any more. */
    void release();
}

package io.orchestrator.worker.program;

/**
 * What holds on a host for the processes that programs start.
 *
 * @param by what they are held together by
 * @param guarded whether they are ended when their worker is killed or stands still, before anyone else has its tasks
 * @param detail where, or why no better
 */
public record Keeping(By by, boolean guarded, String detail) {
    /** The best first. */
    public enum By {
        /** Control groups: nothing leaves one by itself, and the kernel kills it as a whole. */
        CGROUP("control groups"),
        /** A process that the kernel gives every orphan of the program to. */
        STARTER("a starter process each"),
        /** Sessions, parents and a variable: what sheds all three is not found. */
        MARKS("marks in their environment");

        private final String words;

        By(String words) {
            this.words = words;
        }
    }

    /** Whether the kernel says that nothing of a program is left; otherwise it only was not found. */
    public boolean isVerified() {
        return by != By.MARKS;
    }

    /** One line for people. */
    public String sentence() {
        return "processes of agents are kept together by " + by.words + " (" + detail + "): "
                + (isVerified()
                        ? "their end is verified"
                        : "their end is not verified, a daemon that sheds its environment is not found")
                + (guarded
                        ? "; they are ended when this worker is killed or stands still"
                        : "; what a killed worker leaves is ended by another worker of this host");
    }
}

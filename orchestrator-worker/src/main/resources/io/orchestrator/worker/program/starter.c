/*
 * Starts programs for a worker and sees to it that nothing of them outlives it. Linux only.
 *
 *   starter probe                                       can this be used here? tells the monotonic clock
 *   starter enter PROCS -- PROGRAM ARG...               joins a control group and becomes the program
 *   starter keep REPORTS LEASE NUMBER -- PROGRAM ARG... runs it, and holds on to whatever it starts
 *   starter guard REPORTS LEASE NUMBER GROUP            ends a control group when it is time to
 *
 * REPORTS is a named pipe that the worker reads; that nobody reads it means that the worker is gone. LEASE is a file of
 * eight bytes, the instant of the monotonic clock (ns) up to which programs may work. The worker sets it anew while it is
 * trusted; a worker that stands still does not.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000L
#define S (1000 * MS)
/* A lease is looked at again at least this often. */
#define LONGEST_WAIT (5 * S)
/* Without a lease, what its worker has stopped may stay, as long as it stays so. */
#define LOOK_AT_WHAT_IS_STILL (20 * MS)

extern char **environ;

static int reports = -1;
static volatile const int64_t *lease;
static const char *number = "0";
static volatile sig_atomic_t asked_to_end;

static void fail(const char *what, int code) {
    fprintf(stderr, "orchestrator-starter: %s: %s\n", what, strerror(errno));
    _exit(code);
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t) t.tv_sec * S + t.tv_nsec;
}

static void noticed(int sig) {
    if (sig == SIGTERM) {
        asked_to_end = 1;
    }
}

/* One short line, which a pipe takes whole. It is lost rather than waited for. */
static void report(char what, long value) {
    char line[64];
    int length = snprintf(line, sizeof line, "%s %c %ld\n", number, what, value);
    if (write(reports, line, length) < 0 && errno != EAGAIN && errno != EPIPE) {
        return;
    }
}

static void open_wire(const char *pipe, const char *file) {
    reports = open(pipe, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (reports < 0) {
        fail(pipe, 125);
    }
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    void *page = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *lease, PROT_READ, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) {
        fail(file, 125);
    }
    close(fd);
    lease = page;
}

static int worker_is_gone(void) {
    struct pollfd p = {.fd = reports, .events = 0};
    return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

static int lease_is_over(void) {
    return now() > *lease;
}

/* Until a child ends, the worker is gone, a signal came, or this time has passed. */
static void wait_for_news(int64_t nanos, const sigset_t *open) {
    struct timespec t = {.tv_sec = nanos / S, .tv_nsec = nanos % S};
    struct pollfd p = {.fd = reports, .events = 0};
    ppoll(&p, 1, &t, open);
}

static int64_t until_lease_ends(void) {
    int64_t left = *lease - now();
    return left > LONGEST_WAIT ? LONGEST_WAIT : left < 0 ? 0 : left + MS;
}

/* Whatever the worker's own signals do, this one only ends when it is done. */
static void steel(sigset_t *open) {
    sigset_t held;
    setsid();
    for (int sig = 1; sig < NSIG; sig++) {
        signal(sig, SIG_IGN);
    }
    struct sigaction action = {.sa_handler = noticed};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(open);
    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGCHLD);
    sigprocmask(SIG_SETMASK, &held, NULL);
}

/* Its streams are the program's, and must end with it. */
static void let_go_of_streams(void) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd <= 2; fd++) {
        if (null < 0 || dup2(null, fd) < 0) {
            close(fd);
        }
    }
    if (null > 2) {
        close(null);
    }
    if (chdir("/") != 0) {
        return;
    }
}

/* By its environment a process is found to be a part of an attempt, which this one is not. */
static void forget_environment(void) {
    for (char **entry = environ; *entry != NULL; entry++) {
        memset(*entry, 0, strlen(*entry));
    }
}

/* A session of its own, and signals with their usual effect. */
static void become(char **program) {
    sigset_t none;
    setsid();
    for (int sig = 1; sig < NSIG; sig++) {
        signal(sig, SIG_DFL);
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(program[0], program);
    fail(program[0], errno == ENOENT ? 127 : 126);
}

struct process {
    pid_t pid, parent, group;
    char state;
    char below;
};

static int read_process(const char *pid, struct process *p) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) {
        return 0;
    }
    text[length] = 0;
    char *after_name = strrchr(text, ')');
    memset(p, 0, sizeof *p);
    p->pid = atoi(pid);
    return after_name != NULL && sscanf(after_name + 1, " %c %d %d", &p->state, &p->parent, &p->group) == 3;
}

/* Stopped, as a worker that is cut off does with what it runs, or ended. */
static int is_still(const struct process *p) {
    return p->state == 'T' || p->state == 'Z' || p->state == 'X';
}

/* All processes of this host; the caller frees them. */
static size_t read_processes(struct process **all) {
    size_t count = 0, room = 0;
    struct dirent *entry;
    DIR *proc = opendir("/proc");
    *all = NULL;
    while (proc != NULL && (entry = readdir(proc)) != NULL) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') {
            continue;
        }
        if (count == room) {
            room = room == 0 ? 256 : 2 * room;
            struct process *more = realloc(*all, room * sizeof **all);
            if (more == NULL) {
                break;
            }
            *all = more;
        }
        count += read_process(entry->d_name, &(*all)[count]);
    }
    if (proc != NULL) {
        closedir(proc);
    }
    return count;
}

/* All processes of this host, with those below this one marked; the caller frees them. */
static size_t read_tree(struct process **found) {
    size_t count = read_processes(found);
    struct process *all = *found;
    pid_t self = getpid();
    for (int news = 1; news;) {
        news = 0;
        for (size_t i = 0; i < count; i++) {
            for (size_t j = 0; !all[i].below && j < count; j++) {
                if (all[i].parent == self || (all[j].below && all[j].pid == all[i].parent)) {
                    all[i].below = 1;
                    news = 1;
                }
            }
        }
    }
    return count;
}

static int all_below_is_still(void) {
    struct process *all;
    size_t count = read_tree(&all);
    int still = 1;
    for (size_t i = 0; i < count; i++) {
        still &= !all[i].below || is_still(&all[i]);
    }
    free(all);
    return still;
}

/*
 * Who loses a parent comes under this process, never out of it. Groups are killed as a whole, because no fork slips through
 * that; what is stopped is killed first, because the kernel has it go on when its parent ends.
 */
static void kill_all_below(void) {
    struct process *all;
    size_t count = read_tree(&all);
    for (int stopped = 1; stopped >= 0; stopped--) {
        for (size_t i = 0; i < count; i++) {
            if (all[i].below && (all[i].state == 'T') == stopped) {
                if (all[i].group > 1 && all[i].group != getpid()) {
                    kill(-all[i].group, SIGKILL);
                }
                kill(all[i].pid, SIGKILL);
            }
        }
    }
    free(all);
}

/* Its exit says that nothing is left of what the program started: the kernel knows of no child any more. */
static int keep(char **program) {
    sigset_t open;
    steel(&open);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        fail("subreaper", 125);
    }
    pid_t self = getpid();
    pid_t leader = fork();
    if (leader < 0) {
        fail("fork", 125);
    }
    if (leader == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != self) {
            _exit(125);
        }
        become(program);
    }
    forget_environment();
    let_go_of_streams();
    report('S', leader);
    int64_t pause = MS;
    int ending = 0;
    for (;;) {
        int status;
        pid_t ended;
        while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
            if (ended == leader) {
                report('E', WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
                leader = 0;
            }
        }
        if (ended < 0 && errno == ECHILD) {
            return 0;
        }
        ending |= asked_to_end || worker_is_gone();
        int over = !ending && lease_is_over();
        if (over && !all_below_is_still()) {
            report('K', 0);
            ending = 1;
        }
        if (!ending && over) {
            struct timespec t = {.tv_nsec = LOOK_AT_WHAT_IS_STILL};
            nanosleep(&t, NULL);
        } else if (ending) {
            kill_all_below();
            struct timespec t = {.tv_nsec = pause};
            nanosleep(&t, NULL);
            pause = pause < 50 * MS ? 2 * pause : pause;
        } else {
            wait_for_news(until_lease_ends(), &open);
        }
    }
}

static int write_to(const char *folder, const char *name, const char *text) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t) strlen(text);
    if (fd >= 0) {
        close(fd);
    }
    return written;
}

/* Calls this for each member of a group, but not of those within it; the sum of the answers. */
static int each_member(const char *group, int (*call)(pid_t)) {
    char path[PATH_MAX];
    int pid, sum = 0;
    snprintf(path, sizeof path, "%s/cgroup.procs", group);
    FILE *members = fopen(path, "re");
    while (members != NULL && fscanf(members, "%d", &pid) == 1) {
        sum += pid > 1 ? call(pid) : 0;
    }
    if (members != NULL) {
        fclose(members);
    }
    return sum;
}

/* Calls this for all groups within this one, the innermost first, and then for it; the sum of the answers. */
static int each_group(const char *group, int (*call)(const char *)) {
    char path[PATH_MAX];
    struct dirent *entry;
    int sum = 0;
    DIR *folder = opendir(group);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", group, entry->d_name);
            sum += each_group(path, call);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return sum + call(group);
}

static int kill_member(pid_t pid) {
    return kill(pid, SIGKILL) == 0;
}

static int member_works(pid_t pid) {
    struct process p;
    char name[24];
    snprintf(name, sizeof name, "%d", pid);
    return read_process(name, &p) && !is_still(&p);
}

static int kill_members(const char *group) {
    return each_member(group, kill_member);
}

static int members_that_work(const char *group) {
    return each_member(group, member_works);
}

static int remove_group(const char *group) {
    return rmdir(group) == 0;
}

static void kill_group(const char *group) {
    if (!write_to(group, "cgroup.kill", "1")) {
        each_group(group, kill_members);
    }
}

/* Each program is in a group within this one, by its number. */
static void kill_what_works(const char *group) {
    char path[PATH_MAX];
    struct dirent *entry;
    DIR *folder = opendir(group);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", group, entry->d_name);
            if (each_group(path, members_that_work) > 0) {
                report('K', atol(entry->d_name));
                kill_group(path);
            }
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

static int guard(const char *group) {
    sigset_t open;
    struct stat there;
    steel(&open);
    let_go_of_streams();
    while (stat(group, &there) == 0) {
        struct timespec t = {.tv_nsec = LOOK_AT_WHAT_IS_STILL};
        if (worker_is_gone()) {
            kill_group(group);
            each_group(group, remove_group);
            nanosleep(&t, NULL);
        } else if (lease_is_over()) {
            kill_what_works(group);
            nanosleep(&t, NULL);
        } else {
            wait_for_news(until_lease_ends(), &open);
        }
    }
    return 0;
}

static int probe(void) {
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        fail("subreaper", 125);
    }
    printf("%lld\n", (long long) now());
    return 0;
}

int main(int count, char **words) {
    if (count == 2 && strcmp(words[1], "probe") == 0) {
        return probe();
    }
    if (count > 4 && strcmp(words[1], "enter") == 0) {
        int fd = open(words[2], O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write(fd, "0", 1) != 1) {
            fail(words[2], 125);
        }
        become(words + 4);
    }
    if (count > 6 && strcmp(words[1], "keep") == 0) {
        open_wire(words[2], words[3]);
        number = words[4];
        return keep(words + 6);
    }
    if (count == 6 && strcmp(words[1], "guard") == 0) {
        open_wire(words[2], words[3]);
        number = words[4];
        return guard(words[5]);
    }
    fprintf(stderr, "orchestrator-starter: this program is for the engine of Orchestrator\n");
    return 2;
}

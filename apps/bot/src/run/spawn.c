/*
 * The spawn helper of a shim: makes processes for it, since a fork of perl copies what perl has in memory.
 *
 * It is a child of its shim. Stdin is a SOCK_SEQPACKET socket: each message is one order, with the write ends of the
 * script's two pipes as SCM_RIGHTS; each is answered with a struct answer. The script becomes a child of the shim, not
 * of the helper (CLONE_PARENT), so that waiting, reaping and orphans stay with the shim. CLONE_VM | CLONE_VFORK copies
 * nothing; until exec the child runs on a stack of its own in the memory of the helper, which sleeps meanwhile.
 *
 * Compiled by the bot where there is a C compiler; without, the shim forks itself. An order is the struct below, then
 * the limits, the group ids, and strings that each end with a NUL: directory, file, argv, environment, and the files to
 * enter cgroups by.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ORDER_MAX (128 * 1024) /* bytes; the shim starts what is larger itself */
#define STRINGS_MAX 8192
#define STACK_BYTES (64 * 1024)

struct order {
    uint32_t switches_user, uid, gid, groups;
    uint32_t words, variables, cgroups, limits;
};

struct limit {
    uint64_t resource, soft, hard;
};

/* What went wrong, as the shim names it; 0 is nothing. */
enum { DONE, NO_PROCESS, GROUPS, GROUP, USER, DIRECTORY, EXEC, CGROUP, LIMIT, BAD_ORDER };

struct answer {
    int32_t pid, step, error;
};

static union {
    struct order order;
    char bytes[ORDER_MAX + 1];
} message;
static char *strings[STRINGS_MAX];
static char stack[STACK_BYTES] __attribute__((aligned(16)));
static int pipes[2];
static struct limit *limits;
static gid_t *group_ids;
static char **argv, **environment, **cgroup_files;
static volatile struct answer answer;

static void fail(int step)
{
    answer.step = step;
    answer.error = errno;
    _exit(127);
}

/* A text that names no interpreter is the shell's: the words move one place on, over the null that was left for it. */
static void run_with_shell(const char *file)
{
    argv[0] = (char *)file;
    argv[-1] = "sh";
    execve("/bin/sh", argv - 1, environment);
}

static int child(void *unused)
{
    const struct order *order = &message.order;
    (void)unused;
    setsid();
    dup2(pipes[0], 1);
    dup2(pipes[1], 2);
    for (uint32_t i = 0; i < order->cgroups; i++) {
        int file = open(cgroup_files[i], O_WRONLY | O_CLOEXEC);
        if (file < 0 || write(file, "0", 1) != 1) fail(CGROUP);
        close(file);
    }
    for (uint32_t i = 0; i < order->limits; i++) {
        struct rlimit values = {limits[i].soft, limits[i].hard};
        if (setrlimit(limits[i].resource, &values) != 0) fail(LIMIT);
    }
    if (order->switches_user) {
        /* the bare calls: those of libc also ask its other threads, which there are none of */
        if (syscall(SYS_setgroups, order->groups, group_ids) != 0) fail(GROUPS);
        if (syscall(SYS_setgid, order->gid) != 0) fail(GROUP);
        if (syscall(SYS_setuid, order->uid) != 0) fail(USER);
    }
    if (chdir(strings[0]) != 0) fail(DIRECTORY);
    execve(strings[1], argv, environment);
    if (errno == ENOEXEC) run_with_shell(strings[1]);
    fail(EXEC);
    return 0;
}

/* Splits the order; 0 where it is not one. */
static int read_order(size_t size)
{
    const struct order *order = &message.order;
    char *at = message.bytes + sizeof(struct order);
    char *end = message.bytes + size;
    uint32_t count = 0, wanted;
    if (size < sizeof(struct order) || order->limits > 16 || order->groups > 65536 || order->words == 0) return 0;
    if (order->words > STRINGS_MAX || order->variables > STRINGS_MAX || order->cgroups > 16) return 0;
    wanted = 2 + 1 + order->words + 1 + order->variables + 1 + order->cgroups;
    if (wanted > STRINGS_MAX) return 0;
    if ((size_t)(end - at) < order->limits * sizeof(struct limit) + order->groups * sizeof(gid_t)) return 0;
    limits = (struct limit *)at;
    group_ids = (gid_t *)(limits + order->limits);
    at = (char *)(group_ids + order->groups);
    argv = strings + 3;
    environment = argv + order->words + 1;
    cgroup_files = environment + order->variables + 1;
    *end = 0;
    while (count < wanted) {
        char **place = strings + count++;
        *place = 0;
        if (place == argv - 1 || place == environment - 1 || place == cgroup_files - 1) continue;
        if (at >= end) return 0;
        *place = at;
        at += strlen(at) + 1;
    }
    return at == end;
}

/* Receives an order with its pipes; its size, 0 at the end of the shim, -1 for what is no order. */
static ssize_t receive(int shim)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof pipes)];
    } control;
    struct iovec part = {message.bytes, ORDER_MAX};
    struct msghdr header = {0};
    ssize_t size;
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = &control;
    header.msg_controllen = sizeof control;
    do size = recvmsg(shim, &header, MSG_CMSG_CLOEXEC);
    while (size < 0 && errno == EINTR);
    if (size <= 0) return 0;
    if (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) return -1;
    if (header.msg_controllen < CMSG_LEN(sizeof pipes) || control.header.cmsg_type != SCM_RIGHTS) return -1;
    memcpy(pipes, CMSG_DATA(&control.header), sizeof pipes);
    return size;
}

int main(void)
{
    ssize_t size;
    int shim = fcntl(0, F_DUPFD_CLOEXEC, 3); /* of the socket: 0 is /dev/null, for every script */
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (shim < 0 || null < 0 || dup2(null, 0) < 0) return 1;
    umask(022);
    /* the first answer says that it is there */
    do {
        if (send(shim, (const void *)&answer, sizeof answer, MSG_NOSIGNAL) < 0) return 1;
        size = receive(shim);
        answer = (struct answer){0, BAD_ORDER, EINVAL};
        if (size > 0 && read_order(size)) {
            answer = (struct answer){0, DONE, 0};
            pid_t pid = clone(child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD, 0);
            answer.pid = pid;
            if (pid < 0) answer.step = NO_PROCESS, answer.error = errno;
        }
        if (size > 0) close(pipes[0]), close(pipes[1]);
    } while (size != 0);
    return 0;
}

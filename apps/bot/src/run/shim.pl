#!/usr/bin/perl -w
# The shim: starts the scripts of one slot, one after the other, and outlives the bot.
#
# Usage: perl shim.pl SOCKET IDLE_SECONDS MACHINE [NAME=VALUE …], in its own session, umask 077, stdin /dev/null; it ends
# after IDLE_SECONDS without work and without a bot, or when its socket was removed. MACHINE is the system and the
# processor ("Linux x86_64"): where they are known, no module is loaded, since each page of this process costs at every
# fork (5.3 instead of 7.9 MB: 2.6 instead of 3.6 ms of processor time here and 0.8 ms less in the child, 8 at a time).
# Elsewhere modules of Debian's perl-base do the same. What the machine offers beside that is named:
#   helper=FILE        the compiled spawn.c: it makes the processes, and perl forks only where it cannot
#   tree=DIRECTORY     a cgroup (v2) of this slot, in which scripts are born: killing it kills them all at once
#   limits=DIRECTORY   a cgroup (v2) to be made for a run with limits, with the controllers for memory and pids
#   memory=DIRECTORY, pids=DIRECTORY   the same in hierarchies of v1
#
# Frames both ways: 4 bytes length (big endian) of what follows, 1 byte type, body. Fields are NUL-separated.
#   bot → shim   L what limits the run that follows (0: nothing): fence (monotonic ns), its grace ms, memory bytes,
#                       processor seconds, processes
#                R run: attempt, status file, directory, uid, "gid gid …" (both empty: stay), timeout ms, grace ms,
#                       number of words, words …, NAME=value …
#                G go on: offset of the output from which to send;  A acknowledge: offset up to which it is kept
#                K stop: by whom (cancel or timeout);  F moves the fence: ns;  D done: the end is kept, forget the run
#                Q quit when idle
#   shim → bot   S state, first on each connection: pid of the shim, attempt or "", as in T (0 where none runs), version
#                  of these frames, who makes the processes
#                T started: attempt, pid, start time of the pid (clock ticks, as in /proc), start (monotonic ns)
#                O output: 8 bytes offset, 1 byte stream (o, e), bytes
#                E ended: attempt, ending, exit code, signal, stopped by, start ns, end ns, size of the output,
#                         survivors (one per line), left running (one per line), error, last line of stdout, of stderr,
#                         limit that was hit, most memory (bytes), processor time (ms); the last three may be empty
#
# Times are CLOCK_MONOTONIC, which other processes of this machine can compare with their own.
use strict;
sub BUFFER_MAX() { 4 << 20 }      # output kept for the bot, bytes; past it the script waits on its pipe. It holds what is
                                  # on its way to the store: 1 MiB was a third slower
sub PIECE_BYTES() { 1 << 16 }     # of one read, and of one output frame
sub PIECE_COST() { 128 }          # what a piece costs beside its bytes, so that tiny writes are bounded as well
sub LAST_LINE_MAX() { 1 << 20 }   # a longer line is no result
sub DRAIN_NS() { 100e6 }          # how long the end waits for what is left behind to close the pipes
sub DRAIN_BYTES() { 1 << 20 }     # the largest a pipe can be: more is not from before the end
sub KILL_NS() { 5e9 }             # how long KILL is repeated
sub SAVE_NS() { 250e6 }           # how long a bot that is there may take for an end before it is written down: 0.1 ms of
                                  # a short run, for the case that shim and bot are killed in the same moment
sub TICK_S() { 0.02 }             # between looks while something is stopped or drained
sub SWEEP_S() { 1 }               # orphans of a running script are reaped, and its limits looked at, at least this often
sub VERSION() { 2 }               # of the frames
sub NO_LIMITS() { join "\0", (0) x 5 }
sub ORDER_MAX() { 120 << 10 }     # what the helper takes, bytes

my ($socket_path, $idle_s, $machine, @offers) = @ARGV;
our %offer = map { split /=/, $_, 2 } @offers;
my @names = qw(prctl clock_gettime pidfd_open setsid dup setgroups setgid setuid chdir execve close exit
    wait4 sendmsg setrlimit getrlimit);    # dup: dup2, dup3
my %numbers = (
    'Linux x86_64'  => [157, 228, 434, 112, 33, 116, 106, 105, 80, 59, 3, 231, 61, 46, 160, 97],
    'Linux aarch64' => [167, 113, 434, 157, 24, 159, 144, 146, 49, 221, 57, 94, 260, 211, 164, 163],
);
our %sys;
my $is_known = exists $numbers{ $machine // '' };
@sys{@names} = @{ $numbers{$machine} } if $is_known;
if (!$is_known) { require POSIX; require Socket; require Fcntl; require Time::HiRes }
my ($EINTR, $EAGAIN, $ECHILD, $ENOENT, $ENOEXEC)
    = $is_known ? (4, 11, 10, 2, 8) : (POSIX::EINTR(), POSIX::EAGAIN(), POSIX::ECHILD(), POSIX::ENOENT(), POSIX::ENOEXEC());
my ($F_GETFL, $F_SETFL, $O_NONBLOCK) = $is_known ? (3, 4, 2048) : (Fcntl::F_GETFL(), Fcntl::F_SETFL(), Fcntl::O_NONBLOCK());
my ($PF_UNIX, $SOCK_STREAM, $WNOHANG) = (1, 1, 1);    # the same everywhere
my ($SOCK_SEQPACKET, $SOL_SOCKET, $SCM_RIGHTS, $MSG_NOSIGNAL) = (5, 1, 1, 0x4000);    # of Linux
sub unix_address { my ($path) = @_; return $is_known ? pack 'S a108', $PF_UNIX, $path : Socket::pack_sockaddr_un($path) }
sub exit_now { $is_known ? syscall $sys{exit}, $_[0] : POSIX::_exit($_[0]) }
sub close_number { $is_known ? syscall $sys{close}, $_[0] + 0 : POSIX::close($_[0]) }
my ($prctl, $clock_gettime, $pidfd_open) = @sys{qw(prctl clock_gettime pidfd_open)};
my $PR_SET_CHILD_SUBREAPER = 36;
my $is_subreaper = defined $prctl && syscall($prctl, $PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;

sub now_ns {
    return int(1e9 * Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC())) if !defined $clock_gettime;
    my $time = pack 'q2', 0, 0;
    syscall $clock_gettime, 1, $time;
    my ($s, $ns) = unpack 'q2', $time;
    return $s * 1_000_000_000 + $ns;
}

our $run;     # the one run, from R until D
my $retire;   # processes were left behind: the next run needs a clean tree
my $helper;   # the spawn helper: its pid and the socket to it
my ($bot, $in, $out, $sent, $end_told, $limiting);    # $sent: offset of the output that went out, undef before G

sub nonblocking { my ($fh) = @_; fcntl $fh, $F_SETFL, fcntl($fh, $F_GETFL, 0) | $O_NONBLOCK; return $fh }
sub would_block { return $! == $EINTR || $! == $EAGAIN }

# Writes a value where it can be written.
sub put {
    my ($file, $value) = @_;
    open my $fh, '>', $file or return 0;
    print $fh $value;
    return close $fh;
}

# The beginning of a file, up to 4 KiB; undef where it cannot be read.
sub get { my ($file) = @_; my $text; open my $fh, '<', $file or return; sysread $fh, $text, 4096; return $text }

# --- processes ---------------------------------------------------------------------------------------------------

# All processes: pid → [name, state, parent, group, start time].
sub processes {
    my %found;
    if (opendir my $proc, '/proc') {
        for my $pid (grep { /^\d+$/ } readdir $proc) {
            my $line = get("/proc/$pid/stat") // next;
            my ($name, $state, $parent, $group, $rest) = $line =~ /\((.*)\) (\S) (\d+) (\d+)(.*)/s or next;
            $found{$pid} = [$name, $state, $parent, $group, (split ' ', $rest)[16]];
        }
    }
    elsif (open my $ps, '-|', 'ps', '-axo', 'pid=,stat=,ppid=,pgid=,comm=') {
        while (<$ps>) { $found{$1} = [$5, $2, $3, $4, 0] if /(\d+)\s+(\S)\S*\s+(\d+)\s+(\d+)\s+(.*)/ }
    }
    return \%found;
}

# The living descendants of the shim (without a subreaper: also of the script's group), pid → entry of processes.
sub descendants {
    my ($group) = @_;
    my $all = processes();
    my (%children, %found);
    push @{ $children{ $all->{$_}[2] } }, $_ for keys %$all;
    my @open = @{ $children{$$} // [] };
    push @open, grep { $all->{$_}[3] == $group } keys %$all if !$is_subreaper && $group;
    while (defined(my $pid = pop @open)) {
        next if $found{$pid};
        $found{$pid} = $all->{$pid};
        push @open, @{ $children{$pid} // [] };
    }
    delete @found{ grep { $found{$_}[1] =~ /[ZX]/ || $found{$_}[0] eq 'ps' && $found{$_}[2] == $$ } keys %found };
    delete $found{ $helper->{pid} } if $helper;
    return \%found;
}

sub named {
    my ($found) = @_;
    return join "\n", map { (my $name = $found->{$_}[0]) =~ tr/\0-\x1f/?/; "$name (pid $_)" } sort { $a <=> $b } keys %$found;
}

# Kills what the kernel holds together at once. Otherwise, and where something moved out of that, it stops everything
# that can be found until nothing new appears, then kills it: a fork storm stands still meanwhile.
sub kill_round {
    my ($group) = @_;
    my $killed = grep { put("$_/cgroup.kill", 1) } @{ $run->{trees} };
    drop_helper() if $killed && $helper;
    return if $killed && !$run->{kills}++;
    my (%seen, $found);
    for (1 .. 20) {
        $found = descendants($group);
        my @new = grep { !$seen{$_}++ } keys %$found or last;
        kill 'STOP', @new;
    }
    kill 'KILL', keys %seen;
}

# --- what is run --------------------------------------------------------------------------------------------------


# Why argv could not be executed, for people.
sub exec_error {
    my ($file, $errno) = @_;
    my $text = do { local $! = $errno; "$!" };
    if ($errno == $ENOENT && -e $file && open my $fh, '<', $file) {
        my $line = <$fh> // '';
        $text = "the interpreter $1 of its first line was not found" if $line =~ /^#!\s*(\S+)/;
    }
    return "$file: $text";
}

# Where a program is, as a shell finds it: what holds a slash stays as it is.
sub program {
    my ($name, $env) = @_;
    return $name if $name =~ m{/};
    my ($path) = map { /^PATH=(.*)/s } @$env;
    for my $dir (split /:/, $path // '') { return "$dir/$name" if $dir =~ m{^/} && -f "$dir/$name" && -x _ }
    return $name;
}

# The strings as execve takes them: pointers, and a null at the end. They live as long as the list does.
sub pointers { my ($strings) = @_; return pack('p' . @$strings, @$strings) . pack 'J', 0 }

# --- the spawn helper --------------------------------------------------------------------------------------------

# Starts it in the cgroup of the slot: what it makes is born there. Nothing is said where that fails: perl forks.
sub start_helper {
    return if $helper || !$is_known || !defined $offer{helper};
    socketpair my $ours, my $its, $PF_UNIX, $SOCK_SEQPACKET, 0 or return;
    my $pid = fork // return;
    if ($pid == 0) {
        exit_now(127) if defined $offer{tree} && !put("$offer{tree}/cgroup.procs", 0);
        syscall $sys{dup}, fileno $its, 0, 0;
        %ENV = ();
        local $^W = 0;
        exec { $offer{helper} } 'argus-spawn' or exit_now(127);
    }
    close $its;
    $helper = { pid => $pid, socket => $ours };
    my @ready = answered();
    return if @ready && defined children();
    drop_helper();
    delete $offer{helper};
}

sub drop_helper {
    kill 'KILL', $helper->{pid};
    waitpid $helper->{pid}, 0;
    $helper = undef;
}

# The helper's answer: pid, step that failed (0: none), error number; nothing where it is gone.
sub answered {
    my ($got, $answer);
    1 while !defined($got = sysread $helper->{socket}, $answer, 12) && $! == $EINTR;
    return ($got // 0) == 12 ? unpack 'l3', $answer : ();
}

# The pids of the own children as the kernel lists them, oldest first: "1 2 "; undef where it does not.
my $children_file = "/proc/$$/task/$$/children";
sub children { return get($children_file) }

# What each step that can fail is about, in the order of spawn.c; for exec it is the program.
my @STEPS = (
    '', 'no process could be made', 'the groups could not be set', 'the group could not be set',
    'the user could not be set', 'DIRECTORY', 'EXEC', 'the cgroup could not be entered', 'the limits could not be set',
);
sub BAD_ORDER() { 9 }

# Why a step failed, for people.
sub step_error {
    my ($job, $step, $errno) = @_;
    my $what = $STEPS[$step];
    return exec_error($what eq 'DIRECTORY' ? $job->{dir} : $what eq 'EXEC' ? $job->{argv}[0] : $what, $errno);
}

# Has the helper start the script. Its pid; 0 where the run has ended already; undef where nothing was begun.
sub spawned {
    my ($job, $out, $err) = @_;
    return if !$helper;
    my $order = pack('L8', $job->{uid} ne '' ? 1 : 0, $job->{uid} || 0, $job->{groups}[0] // 0, scalar @{ $job->{groups} },
        map { scalar @$_ } @$job{qw(argv env enter rlimits)})
        . pack('Q*', map { @$_ } @{ $job->{rlimits} }) . pack('L*', @{ $job->{groups} })
        . join "\0", $job->{dir}, $job->{file}, @{ $job->{argv} }, @{ $job->{env} }, @{ $job->{enter} }, '';
    return if length $order > ORDER_MAX;
    my $part = pack 'P J', $order, length $order;
    my $rights = pack 'J l4', 24, $SOL_SOCKET, $SCM_RIGHTS, fileno $out, fileno $err;
    my $message = pack 'J2 P J P J2', 0, 0, $part, 1, $rights, length $rights, 0;
    if (syscall($sys{sendmsg}, fileno $helper->{socket}, $message, $MSG_NOSIGNAL) < 0) { drop_helper(); return }
    my ($pid, $step, $errno) = answered();
    if (!defined $pid) {
        # whether the script began is not known: it must not begin again
        drop_helper();
        for (1 .. 100) { %{ descendants(0) } ? kill_round(0) : last }
        end('unknown', error => 'the spawn helper ended while it started the script');
        return 0;
    }
    return $pid if $step == 0;
    return if $step == BAD_ORDER;
    waitpid $pid, 0 if $pid > 0;
    fail(step_error($job, $step, $errno));
    return 0;
}

# --- starting by a fork ------------------------------------------------------------------------------------------

# Starts the script without the helper. Its pid, or 0 where the run has ended already.
sub forked {
    my ($job, $out, $err) = @_;
    pipe my $report, my $report_w or return fail("no pipe: $!"), 0;
    my $prepared = prepared($job, $out, $err, $report_w);
    my $pid = fork // return fail("no process could be made: $!"), 0;
    child($prepared) if $pid == 0;
    close $_ for $out, $err, $report_w;
    my $told = '';
    1 while !defined(sysread $report, $told, 4096) && $! == $EINTR;    # ends with exec or with the reason against it
    return $pid if $told eq '';
    waitpid $pid, 0;
    fail(step_error($job, unpack 'N2', $told));
    return 0;
}

# What the child needs, made before the fork: every page that perl touches between fork and exec is copied first
# (measured: 203 → 100 page faults and 14.3 → 12.7 ms of processor time for a script).
sub prepared {
    my ($job, $out, $err, $report) = @_;
    my $groups = $job->{groups};
    return {
        %$job, out => fileno $out, err => fileno $err, report => $report,
        argv_p => pointers($job->{argv}), env_p => pointers($job->{env}),
        count => scalar @$groups, groups_p => pack('L*', @$groups), gid => ($groups->[0] // 0) + 0,
        limits_p => [map { [$_->[0], pack 'Q2', @$_[1, 2]] } @{ $job->{rlimits} }],
        enter => [@{ $job->{enter} }, defined $offer{tree} && $is_known ? "$offer{tree}/cgroup.procs" : ()],
    };
}

sub child {
    my ($p) = @_;
    my $failed = sub { syswrite $p->{report}, pack 'N2', $_[0], $!+0; exit_now(127) };
    umask 022;
    if (!$is_known) { plain_child($p, $failed) }
    syscall $sys{setsid};
    syscall $sys{dup}, $p->{out}, 1, 0;
    syscall $sys{dup}, $p->{err}, 2, 0;
    put($_, 0) or $failed->(7) for @{ $p->{enter} };
    syscall($sys{setrlimit}, @$_) and $failed->(8) for @{ $p->{limits_p} };
    if ($p->{uid} ne '') {
        syscall($sys{setgroups}, $p->{count}, $p->{groups_p}) and $failed->(2);
        syscall($sys{setgid}, $p->{gid}) and $failed->(3);
        syscall($sys{setuid}, $p->{uid} + 0) and $failed->(4);
    }
    syscall($sys{chdir}, $p->{dir}) and $failed->(5);
    syscall $sys{execve}, $p->{file}, $p->{argv_p}, $p->{env_p};
    as_shell_script($p) if $! == $ENOEXEC;
    $failed->(6);
}

# The same by perl's own means, where the numbers of the system calls are not known.
sub plain_child {
    my ($p, $failed) = @_;
    POSIX::setsid();
    POSIX::dup2($p->{out}, 1);
    POSIX::dup2($p->{err}, 2);
    if ($p->{uid} ne '') {
        $! = 0;
        $) = "$p->{gid} @{ $p->{groups} }";    # the first is the group itself, all others are supplementary ones
        $failed->(2) if $!;
        POSIX::setgid($p->{gid}) // $failed->(3);
        POSIX::setuid($p->{uid}) // $failed->(4);
    }
    chdir $p->{dir} or $failed->(5);
    %ENV = map { split /=/, $_, 2 } @{ $p->{env} };
    local $^W = 0;    # what failed is reported, not warned of
    exec { $p->{file} } @{ $p->{argv} } or $failed->(6);
}

# An executable text without a first line that names its interpreter is the shell's, as everywhere.
sub as_shell_script {
    my ($p) = @_;
    my ($name, @args) = @{ $p->{argv} };
    %ENV = map { split /=/, $_, 2 } @{ $p->{env} };
    exec { '/bin/sh' } 'sh', $p->{file}, @args;
}

# --- the life of a run -------------------------------------------------------------------------------------------

sub start {
    my ($body) = @_;
    my ($attempt, $status, $dir, $uid, $groups, $timeout_ms, $grace_ms, $words, @rest) = split /\0/, $body, -1;
    my ($fence, $fence_grace_ms, $memory, $cpu_s, $processes) = split /\0/, $limiting;
    $limiting = NO_LIMITS;
    my @argv = splice @rest, 0, $words;
    my %job = (
        dir => $dir, uid => $uid, groups => [split ' ', $groups], argv => \@argv, env => \@rest, file => program($argv[0], \@rest),
        enter => [], rlimits => [],
    );
    $run = {
        attempt => $attempt, status => $status, grace_ns => $grace_ms * 1e6, pieces => [], base => 0, size => 0, held => 0,
        last => { o => { part => '', line => '' }, e => { part => '', line => '' } }, begin => now_ns(), pid => 0, ticks => 0,
        fence => $fence, fence_grace_ns => $fence_grace_ms * 1e6, trees => [$offer{tree} // ()], used_us => 0, peak => 0,
    };
    $run->{deadline} = $run->{begin} + $timeout_ms * 1e6;
    if ($is_known && ($memory || $cpu_s || $processes)) {
        require($0 =~ s/shim\.pl$/limits.pl/r);
        my $problem = set_limits(\%job, $memory, $cpu_s, $processes);
        return fail("the limits could not be set: $problem") if $problem;
    }
    pipe my $out, my $out_w and pipe my $err, my $err_w or return fail("no pipe: $!");
    if ($uid ne '') { chown $uid, -1, $_ for $out_w, $err_w }    # /dev/stdout and /dev/stderr can be opened again
    # the bot may have been frozen between its own look and this order: by now the script may run elsewhere
    if ($fence && now_ns() >= $fence) { $run->{stop} = { by => 'fence', kill_at => 0 }; return end('not_started') }
    my $pid = spawned(\%job, $out_w, $err_w) // forked(\%job, $out_w, $err_w) || return;
    @$run{qw(pid pipes)} = ($pid, { o => nonblocking($out), e => nonblocking($err) });
    ($run->{ticks}) = (get("/proc/$pid/stat") // '') =~ /\) (?:\S+ ){19}(\d+)/;
    $run->{ticks} //= 0;
    my $fd = defined $pidfd_open ? syscall($pidfd_open, $pid, 0) : -1;
    open $run->{pidfd}, '<&=', $fd if $fd >= 0;
    tell_bot('T', started());
}

sub started { return join "\0", @$run{qw(attempt pid ticks begin)} }

sub fail { my ($why) = @_; return end('not_started', error => $why) }

# Keeps the last line that is not blank of a stream, with bounded memory.
sub track {
    my ($last, $data) = @_;
    my $break = rindex $data, "\n";
    if ($break < 0) {
        $last->{part} .= $data if length $last->{part} <= LAST_LINE_MAX;
        return;
    }
    my $rest = substr $data, $break + 1;
    while ($break >= 0) {
        my $from = $break == 0 ? 0 : rindex($data, "\n", $break - 1) + 1;
        my $line = substr $data, $from, $break - $from;
        $line = $last->{part} . $line if $from == 0;
        if ($line =~ /\S/) { $last->{line} = length $line <= LAST_LINE_MAX ? $line : ''; last }
        $break = $from - 1;
    }
    $last->{part} = $rest;
}

sub last_line {
    my ($last) = @_;
    my $line = $last->{part} =~ /\S/ ? $last->{part} : $last->{line};
    return length $line <= LAST_LINE_MAX ? $line =~ tr/\0//dr : '';
}

# Reads one piece; the number of bytes, 0 where the pipe is empty or at its end.
sub read_pipe {
    my ($stream) = @_;
    my $got = sysread $run->{pipes}{$stream}, my $data, PIECE_BYTES;
    return 0 if !defined $got && would_block();
    if (!$got) { delete $run->{pipes}{$stream}; return 0 }
    track($run->{last}{$stream}, $data);
    my $newest = $run->{pieces}[-1];
    if ($newest && $newest->[0] eq $stream && length $newest->[1] < PIECE_BYTES) { $newest->[1] .= $data }
    else { push @{ $run->{pieces} }, [$stream, $data]; $run->{held} += PIECE_COST }
    $run->{size} += $got;
    $run->{held} += $got;
    return $got;
}

sub acknowledge {
    my ($offset) = @_;
    while (my $oldest = $run->{pieces}[0]) {
        my $kept = $offset - $run->{base};
        last if $kept <= 0;
        my $length = length $oldest->[1];
        $kept = $length if $kept > $length;
        $run->{base} += $kept;
        $run->{held} -= $kept;
        if ($kept < $length) { substr $oldest->[1], 0, $kept, ''; last }
        shift @{ $run->{pieces} };
        $run->{held} -= PIECE_COST;
    }
}

# Asks the tree to end; it is killed after the grace.
sub stop {
    my ($by, $grace_ns) = @_;
    return if !$run || $run->{ended} || $run->{stop} || defined $run->{left_at};
    my $now = now_ns();
    $run->{stop} = { by => $by, kill_at => $now + ($grace_ns // $run->{grace_ns}) };
    my $found = descendants($run->{pid});
    my @alone = grep { $found->{$_}[3] != $run->{pid} } keys %$found;
    kill '-TERM', $run->{pid} if !defined $run->{wait};    # once reaped, the number may be another group's
    kill 'TERM', @alone, defined $run->{wait} ? grep { $found->{$_}[3] == $run->{pid} } keys %$found : ();
    kill 'CONT', keys %$found;
}

# The time is up in which the bot may be without an answer. A stop that is under way must not take longer either.
sub stop_by_fence {
    my ($now) = @_;
    $run->{fence} = 0;
    stop('fence', $run->{fence_grace_ns});
    my $kill_at = $now + $run->{fence_grace_ns};
    $run->{stop}{kill_at} = $kill_at if $run->{stop} && $run->{stop}{kill_at} > $kill_at;
}

my ($wait_status, $rusage) = (pack('l', 0), "\0" x 144);

# Takes what has ended, and what it used: with its own, each process that ended has the use of all that it waited for.
# True where no child is left.
sub reap {
    my $pid;
    while (1) {
        $pid = $is_known ? syscall $sys{wait4}, -1, $wait_status, $WNOHANG, $rusage : waitpid -1, $WNOHANG;
        last if $pid <= 0;
        if ($helper && $pid == $helper->{pid}) { $helper = undef; next }
        if ($is_known) {
            my ($user_s, $user_us, $system_s, $system_us, $peak_kb) = unpack 'q5', $rusage;
            $run->{used_us} += ($user_s + $system_s) * 1e6 + $user_us + $system_us;
            $run->{peak} = $peak_kb if $peak_kb > $run->{peak};
        }
        next if $pid != $run->{pid};
        $run->{wait} = $is_known ? unpack 'l', $wait_status : $?;
        $run->{left_at} = now_ns() if !$run->{stop};
        delete $run->{pidfd};
    }
    return $! == $ECHILD if $pid < 0;
    return $helper && defined $run->{wait} && children() eq "$helper->{pid} ";
}

# Moves the run on by the clock; called after whatever woke the shim.
sub advance {
    return if !$run || $run->{ended};
    my $alone = reap();
    my $now = now_ns();
    stop('timeout') if !$run->{stop} && $now >= $run->{deadline};
    stop_by_fence($now) if $run->{fence} && $now >= $run->{fence};
    look_at_limits($now) if $run->{limits} && $now >= $run->{limits}{look_at};
    if (my $stop = $run->{stop}) {
        my $gone = $alone && ($is_subreaper || !%{ descendants($run->{pid}) });
        my $over = $now >= $stop->{kill_at} + KILL_NS;
        return finish($over && !$gone ? named(descendants($run->{pid})) : '', '') if $gone || $over;
        kill_round($run->{pid}) if $now >= $stop->{kill_at};
    }
    elsif (defined $run->{left_at} && ($alone || $now >= $run->{left_at} + DRAIN_NS)) {
        finish('', $alone ? '' : named(descendants(0)));
    }
}

sub finish {
    my ($survivors, $left) = @_;
    for my $stream (keys %{ $run->{pipes} }) {
        my $sum = 0;
        while ($sum < DRAIN_BYTES) { $sum += read_pipe($stream) || last }
    }
    $retire = 1 if "$survivors$left" ne '';
    my $wait = $run->{wait} // 0;
    my $signal = $wait & 127;
    my $ending = !defined $run->{wait} ? 'unknown' : $signal ? 'signaled' : 'exited';
    my ($limit, $peak) = $run->{limits} ? limits_end($signal) : ('', undef);
    end($ending, code => $wait >> 8, signal => $signal, survivors => $survivors, left => $left, limit => $limit,
        $is_known ? (memory => int($peak // $run->{peak} * 1024), cpu_ms => int $run->{used_us} / 1000) : ());
}

sub end {
    my ($ending, %how) = @_;
    delete @$run{qw(pipes pidfd)};
    $run->{ended} = join "\0", $run->{attempt}, $ending, $how{code} // 0, $how{signal} // 0, $run->{stop} ? $run->{stop}{by} : '',
        $run->{begin}, now_ns(), $run->{size}, $how{survivors} // '', $how{left} // '', $how{error} // '',
        last_line($run->{last}{o}), last_line($run->{last}{e}), map { $how{$_} // '' } qw(limit memory cpu_ms);
    $run->{save_at} = now_ns() + SAVE_NS;
    save() if !$bot;
}

# Writes the end down, for a bot that comes when this shim is gone.
sub save {
    delete $run->{save_at};
    if (put("$run->{status}.new", $run->{ended})) { rename "$run->{status}.new", $run->{status} }
}

# --- the bot -----------------------------------------------------------------------------------------------------

sub tell_bot { my ($type, $body) = @_; $out .= pack 'N a a*', 1 + length $body, $type, $body if $bot; return }

sub leave {
    unlink $socket_path;
    drop_helper() if $helper;
    # it stays where processes were left behind; the last slot of its bot takes the places of all with it
    if (defined $offer{tree} && rmdir $offer{tree} and rmdir $offer{tree} =~ s{/[^/]*$}{}r) {
        for (qw(memory pids)) { rmdir $offer{$_} =~ s{/[^/]*$}{}r if defined $offer{$_} }
    }
    exit 0;
}

sub connected {
    my ($fh) = @_;
    ($bot, $in, $out, $sent, $end_told, $limiting) = (nonblocking($fh), '', '', undef, 0, NO_LIMITS);
    tell_bot('S', join "\0", $$, $run ? started() : ('', 0, 0, 0), VERSION, $helper ? 'spawn helper' : 'perl');
}

sub told {
    my ($type, $body) = @_;
    if ($type eq 'R') {
        return if $run || $retire;
        ($sent, $end_told) = (0, 0);
        start($body);
    }
    elsif ($type eq 'L') { $limiting = $body if !$run }
    elsif ($type eq 'Q') { leave() if !$run }
    elsif (!$run) { return }
    elsif ($type eq 'G') { acknowledge($body); $sent = $run->{base} }
    elsif ($type eq 'A') { acknowledge($body) }
    elsif ($type eq 'K') { stop($body) }
    elsif ($type eq 'F') { $run->{fence} = $body if $run->{fence} }
    elsif ($type eq 'D' && $run->{ended}) { $run = undef; leave() if $retire; start_helper() }
}

sub hear_bot {
    my $got = sysread $bot, $in, PIECE_BYTES, length $in;
    return if !defined $got && would_block();
    return $bot = undef if !$got;
    while (length $in >= 4 && length $in >= 4 + (my $length = unpack 'N', $in)) {
        my ($type, $body) = unpack 'a a*', substr $in, 4, $length;
        substr $in, 0, 4 + $length, '';
        told($type, $body);
    }
}

# Puts what the bot may have into its frame buffer.
sub fill_out {
    return if !$run || !defined $sent || length $out >= PIECE_BYTES;
    my $at = $run->{base};
    for my $piece (@{ $run->{pieces} }) {
        my $end = $at + length $piece->[1];
        if ($end > $sent) {
            tell_bot('O', pack 'Q> a a*', $sent, $piece->[0], substr $piece->[1], $sent - $at);
            $sent = $end;
            return if length $out >= PIECE_BYTES;
        }
        $at = $end;
    }
    return if !$run->{ended} || $sent < $run->{size} || $end_told;
    $end_told = 1;
    tell_bot('E', $run->{ended});
}

# Writes until the socket takes no more.
sub feed_bot {
    while ($bot) {
        fill_out();
        return if $out eq '';
        my $wrote = syswrite $bot, $out;
        if ($wrote) { substr $out, 0, $wrote, '' }
        elsif (would_block()) { return }
        else { $bot = undef }
    }
}

# What the shim inherited is not for scripts.
if (opendir my $open, '/dev/fd') {
    my @inherited = grep { /^\d+$/ && $_ > 2 && $_ != fileno $open } readdir $open;
    closedir $open;
    close_number($_) for @inherited;
}
$SIG{$_} = sub { } for qw(PIPE TERM INT HUP);    # caught, not ignored: exec resets what is caught
$SIG{FPE} = 'DEFAULT';                           # which perl ignores for itself
unlink $socket_path;
socket my $listener, $PF_UNIX, $SOCK_STREAM, 0 or die "no socket: $!";
bind $listener, unix_address("$socket_path.new") or die "$socket_path: $!";
listen $listener, 4 or die "$socket_path: $!";
rename "$socket_path.new", $socket_path or die "$socket_path: $!";    # whoever finds it can connect
open STDOUT, '>', '/dev/null';                                         # its end tells the bot the same
nonblocking($listener);
start_helper();
my $idle_since = now_ns();

my $listener_number = fileno $listener;
while (1) {
    my ($reads, $writes) = ('', '');
    my $ran = $run && !$run->{ended} ? $run : undef;
    my $pipes = $ran && $run->{pipes};
    vec($reads, $listener_number, 1) = 1;
    vec($reads, fileno $bot, 1) = 1 if $bot;
    vec($writes, fileno $bot, 1) = 1 if $bot && $out ne '';
    if ($ran) {
        if ($run->{held} < BUFFER_MAX) { vec($reads, fileno $_, 1) = 1 for values %$pipes }
        vec($reads, fileno $run->{pidfd}, 1) = 1 if $run->{pidfd};
    }
    my $hurried = $ran && ($run->{stop} || defined $run->{left_at} || !$run->{pidfd});
    my $wait_s = $hurried ? TICK_S : $ran ? until_deadline() : $run && $run->{save_at} ? SAVE_NS / 1e9 : $bot ? undef : $idle_s;
    my $count = select $reads, $writes, undef, $wait_s;
    $reads = '' if $count <= 0;

    if ($bot && vec $reads, fileno $bot, 1) { hear_bot() }
    if (vec($reads, $listener_number, 1) && accept my $fh, $listener) { connected($fh) }
    if ($ran && $run == $ran && !$run->{ended}) {
        for my $stream ('o', 'e') { read_pipe($stream) if $pipes->{$stream} && vec $reads, fileno $pipes->{$stream}, 1 }
        advance();
    }
    feed_bot();
    save() if $run && $run->{save_at} && (!$bot || now_ns() >= $run->{save_at});
    if (!$bot && (!$run || $run->{ended})) {
        # an end that nobody took is kept, unless nobody can come any more
        leave() if !-S $socket_path || !$run && now_ns() - $idle_since >= $idle_s * 1e9;
    }
    elsif (!$run) { $idle_since = now_ns() }
}

sub until_deadline {
    my $next = $run->{fence} && $run->{fence} < $run->{deadline} ? $run->{fence} : $run->{deadline};
    my $left = ($next - now_ns()) / 1e9;
    return $left < 0 ? 0 : $left < SWEEP_S ? $left : SWEEP_S;
}

#!/usr/bin/perl -w
# The shim: starts the scripts of one slot, one after the other, and outlives the bot.
#
# Usage: perl shim.pl SOCKET IDLE_SECONDS MACHINE, in its own session, umask 077, stdin /dev/null; it ends after
# IDLE_SECONDS without work and without a bot, or when its socket was removed. MACHINE is the system and the processor
# ("Linux x86_64"): where they are known, no module is loaded, since each page of this process costs at every fork
# (5.3 instead of 7.9 MB: 2.6 instead of 3.6 ms of processor time here and 0.8 ms less in the child, 8 at a time).
# Elsewhere modules of Debian's perl-base do the same.
#
# Frames both ways: 4 bytes length (big endian) of what follows, 1 byte type, body. Fields are NUL-separated.
#   bot → shim   R run: attempt, status file, directory, uid, "gid gid …" (both empty: stay), timeout ms, grace ms,
#                       number of words, words …, NAME=value …
#                G go on: offset of the output from which to send;  A acknowledge: offset up to which it is kept
#                K stop: by whom (cancel or timeout);  D done: the end is kept, forget the run;  Q quit when idle
#   shim → bot   S state, first on each connection: pid of the shim, attempt or "", then as in T where it runs
#                T started: attempt, pid, start time of the pid (clock ticks, as in /proc), start (monotonic ns)
#                O output: 8 bytes offset, 1 byte stream (o, e), bytes
#                E ended: attempt, ending, exit code, signal, stopped by, start ns, end ns, size of the output,
#                         survivors (one per line), left running (one per line), error, last line of stdout, of stderr
#
# Times are CLOCK_MONOTONIC, which other processes of this machine can compare with their own.
use strict;
sub BUFFER_MAX() { 4 << 20 }      # output kept for the bot, bytes; past it the script waits on its pipe. It holds what is
                                  # on its way to the store: 1 MiB was 40 % slower
sub PIECE_BYTES() { 1 << 16 }     # of one read, and of one output frame
sub PIECE_COST() { 128 }          # what a piece costs beside its bytes, so that tiny writes are bounded as well
sub LAST_LINE_MAX() { 1 << 20 }   # a longer line is no result
sub DRAIN_NS() { 100e6 }          # how long the end waits for what is left behind to close the pipes
sub DRAIN_BYTES() { 1 << 20 }     # the largest a pipe can be: more is not from before the end
sub KILL_NS() { 5e9 }             # how long KILL is repeated
sub TICK_S() { 0.02 }             # between looks while something is stopped or drained
sub SWEEP_S() { 1 }               # orphans of a running script are reaped at least this often

my ($socket_path, $idle_s, $machine) = @ARGV;
my @names = qw(prctl clock_gettime pidfd_open setsid dup setgroups setgid setuid chdir execve close exit);    # dup: dup2, dup3
my %numbers = (
    'Linux x86_64'  => [157, 228, 434, 112, 33, 116, 106, 105, 80, 59, 3, 231],
    'Linux aarch64' => [167, 113, 434, 157, 24, 159, 144, 146, 49, 221, 57, 94],
);
my %sys;
my $is_known = exists $numbers{ $machine // '' };
@sys{@names} = @{ $numbers{$machine} } if $is_known;
if (!$is_known) { require POSIX; require Socket; require Fcntl; require Time::HiRes }
my ($EINTR, $EAGAIN, $ECHILD, $ENOENT, $ENOEXEC)
    = $is_known ? (4, 11, 10, 2, 8) : (POSIX::EINTR(), POSIX::EAGAIN(), POSIX::ECHILD(), POSIX::ENOENT(), POSIX::ENOEXEC());
my ($F_GETFL, $F_SETFL, $O_NONBLOCK) = $is_known ? (3, 4, 2048) : (Fcntl::F_GETFL(), Fcntl::F_SETFL(), Fcntl::O_NONBLOCK());
my ($PF_UNIX, $SOCK_STREAM, $WNOHANG) = (1, 1, 1);    # the same everywhere
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

sub nonblocking { my ($fh) = @_; fcntl $fh, $F_SETFL, fcntl($fh, $F_GETFL, 0) | $O_NONBLOCK; return $fh }
sub would_block { return $! == $EINTR || $! == $EAGAIN }

# --- processes ---------------------------------------------------------------------------------------------------

# All processes: pid → [name, state, parent, group, start time].
sub processes {
    my %found;
    if (opendir my $proc, '/proc') {
        for my $pid (grep { /^\d+$/ } readdir $proc) {
            open my $fh, '<', "/proc/$pid/stat" or next;
            my $line = <$fh> // next;
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
    return \%found;
}

sub named {
    my ($found) = @_;
    return join "\n", map { (my $name = $found->{$_}[0]) =~ tr/\0-\x1f/?/; "$name (pid $_)" } sort { $a <=> $b } keys %$found;
}

# Stops everything that can be found until nothing new appears, then kills it: a fork storm stands still meanwhile.
sub kill_round {
    my ($group) = @_;
    my (%seen, $found);
    for (1 .. 20) {
        $found = descendants($group);
        my @new = grep { !$seen{$_}++ } keys %$found or last;
        kill 'STOP', @new;
    }
    kill 'KILL', keys %seen;
}

# --- the run -----------------------------------------------------------------------------------------------------

my $run;      # the one run, from R until D
my $retire;   # processes were left behind: the next run needs a clean tree

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

# What the child needs, made before the fork: every page that perl touches between fork and exec is copied first
# (measured: 203 → 100 page faults and 14.3 → 12.7 ms of processor time for a script).
sub prepared {
    my ($job, $out, $err, $report) = @_;
    my @groups = split ' ', $job->{groups};
    return {
        %$job, file => program($job->{argv}[0], $job->{env}), out => fileno $out, err => fileno $err, report => $report,
        argv_p => pointers($job->{argv}), env_p => pointers($job->{env}),
        count => scalar @groups, groups_p => pack('L*', @groups), gid => ($groups[0] // 0) + 0,
    };
}

sub child {
    my ($p) = @_;
    my $failed = sub { syswrite $p->{report}, pack 'N a*', $!+0, $_[0]; exit_now(127) };
    umask 022;
    if (!$is_known) { plain_child($p, $failed) }
    syscall $sys{setsid};
    syscall $sys{dup}, $p->{out}, 1, 0;
    syscall $sys{dup}, $p->{err}, 2, 0;
    if ($p->{uid} ne '') {
        syscall($sys{setgroups}, $p->{count}, $p->{groups_p}) and $failed->('the groups could not be set');
        syscall($sys{setgid}, $p->{gid}) and $failed->('the group could not be set');
        syscall($sys{setuid}, $p->{uid} + 0) and $failed->('the user could not be set');
    }
    syscall($sys{chdir}, $p->{dir}) and $failed->($p->{dir});
    syscall $sys{execve}, $p->{file}, $p->{argv_p}, $p->{env_p};
    as_shell_script($p) if $! == $ENOEXEC;
    $failed->('');
}

# The same by perl's own means, where the numbers of the system calls are not known.
sub plain_child {
    my ($p, $failed) = @_;
    POSIX::setsid();
    POSIX::dup2($p->{out}, 1);
    POSIX::dup2($p->{err}, 2);
    if ($p->{uid} ne '') {
        $! = 0;
        $) = "$p->{gid} $p->{groups}";    # the first is the group itself, all others are supplementary ones
        $failed->('the groups could not be set') if $!;
        POSIX::setgid($p->{gid}) // $failed->('the group could not be set');
        POSIX::setuid($p->{uid}) // $failed->('the user could not be set');
    }
    chdir $p->{dir} or $failed->($p->{dir});
    %ENV = map { split /=/, $_, 2 } @{ $p->{env} };
    local $^W = 0;    # what failed is reported, not warned of
    exec { $p->{file} } @{ $p->{argv} } or $failed->('');
}

# An executable text without a first line that names its interpreter is the shell's, as everywhere.
sub as_shell_script {
    my ($p) = @_;
    my ($name, @args) = @{ $p->{argv} };
    %ENV = map { split /=/, $_, 2 } @{ $p->{env} };
    exec { '/bin/sh' } 'sh', $p->{file}, @args;
}

sub start {
    my ($body) = @_;
    my ($attempt, $status, $dir, $uid, $groups, $timeout_ms, $grace_ms, $words, @rest) = split /\0/, $body, -1;
    my %job = (dir => $dir, uid => $uid, groups => $groups, argv => [splice @rest, 0, $words], env => \@rest);
    $run = {
        attempt => $attempt, status => $status, grace_ns => $grace_ms * 1e6, pieces => [], base => 0, size => 0, held => 0,
        last => { o => { part => '', line => '' }, e => { part => '', line => '' } }, begin => now_ns(), pid => 0, ticks => 0,
    };
    $run->{deadline} = $run->{begin} + $timeout_ms * 1e6;
    pipe my $out, my $out_w and pipe my $err, my $err_w and pipe my $report, my $report_w or return fail("no pipe: $!");
    if ($uid ne '') { chown $uid, -1, $_ for $out_w, $err_w }    # /dev/stdout and /dev/stderr can be opened again
    my $prepared = prepared(\%job, $out_w, $err_w, $report_w);
    my $pid = fork // return fail("no process could be made: $!");
    child($prepared) if $pid == 0;
    close $_ for $out_w, $err_w, $report_w;
    my $told = '';
    1 while !defined(sysread $report, $told, 4096) && $! == $EINTR;    # ends with exec or with the reason against it
    if ($told ne '') {
        waitpid $pid, 0;
        my ($errno, $what) = unpack 'N a*', $told;
        return fail(exec_error($what eq '' ? $job{argv}[0] : $what, $errno));
    }
    @$run{qw(pid pipes)} = ($pid, { o => nonblocking($out), e => nonblocking($err) });
    if (open my $fh, '<', "/proc/$pid/stat") { ($run->{ticks}) = (<$fh> // '') =~ /\) (?:\S+ ){19}(\d+)/ }
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

sub stop {
    my ($by) = @_;
    return if !$run || $run->{ended} || $run->{stop} || defined $run->{left_at};
    my $now = now_ns();
    $run->{stop} = { by => $by, kill_at => $now + $run->{grace_ns} };
    my $found = descendants($run->{pid});
    my @alone = grep { $found->{$_}[3] != $run->{pid} } keys %$found;
    kill '-TERM', $run->{pid} if !defined $run->{wait};    # once reaped, the number may be another group's
    kill 'TERM', @alone, defined $run->{wait} ? grep { $found->{$_}[3] == $run->{pid} } keys %$found : ();
    kill 'CONT', keys %$found;
}

# Takes what has ended; true where no child is left.
sub reap {
    my $pid;
    while (($pid = waitpid -1, $WNOHANG) > 0) {
        next if $pid != $run->{pid};
        $run->{wait} = $?;
        $run->{left_at} = now_ns() if !$run->{stop};
        delete $run->{pidfd};
    }
    return $pid < 0 && $! == $ECHILD;
}

# Moves the run on by the clock; called after whatever woke the shim.
sub advance {
    return if !$run || $run->{ended};
    my $alone = reap();
    my $now = now_ns();
    stop('timeout') if !$run->{stop} && $now >= $run->{deadline};
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
    end($ending, code => $wait >> 8, signal => $signal, survivors => $survivors, left => $left);
}

sub end {
    my ($ending, %how) = @_;
    delete @$run{qw(pipes pidfd)};
    $run->{ended} = join "\0", $run->{attempt}, $ending, $how{code} // 0, $how{signal} // 0, $run->{stop} ? $run->{stop}{by} : '',
        $run->{begin}, now_ns(), $run->{size}, $how{survivors} // '', $how{left} // '', $how{error} // '',
        last_line($run->{last}{o}), last_line($run->{last}{e});
    if (open my $fh, '>', "$run->{status}.new") {
        print $fh $run->{ended};
        close $fh and rename "$run->{status}.new", $run->{status};
    }
}

# --- the bot -----------------------------------------------------------------------------------------------------

my ($bot, $in, $out, $sent, $end_told);    # $sent: offset of the output that went out, undef before G

sub tell_bot { my ($type, $body) = @_; $out .= pack 'N a a*', 1 + length $body, $type, $body if $bot; return }

sub leave { unlink $socket_path; exit 0 }

sub connected {
    my ($fh) = @_;
    ($bot, $in, $out, $sent, $end_told) = (nonblocking($fh), '', '', undef, 0);
    tell_bot('S', join "\0", $$, $run ? started() : '');
}

sub told {
    my ($type, $body) = @_;
    if ($type eq 'R') {
        return if $run || $retire;
        ($sent, $end_told) = (0, 0);
        start($body);
    }
    elsif ($type eq 'Q') { leave() if !$run }
    elsif (!$run) { return }
    elsif ($type eq 'G') { acknowledge($body); $sent = $run->{base} }
    elsif ($type eq 'A') { acknowledge($body) }
    elsif ($type eq 'K') { stop($body) }
    elsif ($type eq 'D' && $run->{ended}) { $run = undef; leave() if $retire }
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
unlink $socket_path;
socket my $listener, $PF_UNIX, $SOCK_STREAM, 0 or die "no socket: $!";
bind $listener, unix_address("$socket_path.new") or die "$socket_path: $!";
listen $listener, 4 or die "$socket_path: $!";
rename "$socket_path.new", $socket_path or die "$socket_path: $!";    # whoever finds it can connect
open STDOUT, '>', '/dev/null';                                         # its end tells the bot the same
nonblocking($listener);
my $idle_since = now_ns();

while (1) {
    my ($reads, $writes) = ('', '');
    my %readable = (listener => $listener);
    $readable{bot} = $bot if $bot;
    if ($run && !$run->{ended}) {
        if ($run->{held} < BUFFER_MAX) { $readable{$_} = $run->{pipes}{$_} for keys %{ $run->{pipes} } }
        $readable{pidfd} = $run->{pidfd} if $run->{pidfd};
    }
    vec($reads, fileno $_, 1) = 1 for values %readable;
    vec($writes, fileno $bot, 1) = 1 if $bot && $out ne '';
    my $hurried = $run && !$run->{ended} && ($run->{stop} || defined $run->{left_at} || !$run->{pidfd});
    my $wait_s = $hurried ? TICK_S : $run && !$run->{ended} ? until_deadline() : $bot ? undef : $idle_s;
    select $reads, $writes, undef, $wait_s;
    my %ready = map { my $fh = $readable{$_}; ($_ => defined fileno $fh && vec $reads, fileno $fh, 1) } keys %readable;

    if ($ready{bot}) { hear_bot() }
    if ($ready{listener} && accept my $fh, $listener) { connected($fh) }
    if ($run && !$run->{ended}) {
        for my $stream ('o', 'e') { read_pipe($stream) if $ready{$stream} && $run->{pipes}{$stream} }
        advance();
    }
    feed_bot();
    $idle_since = now_ns() if $bot || $run;
    if (!$bot && (!$run || $run->{ended})) {
        # an end that nobody took is kept, unless nobody can come any more
        leave() if !-S $socket_path || !$run && now_ns() - $idle_since >= $idle_s * 1e9;
    }
}

sub until_deadline {
    my $left = ($run->{deadline} - now_ns()) / 1e9;
    return $left < 0 ? 0 : $left < SWEEP_S ? $left : SWEEP_S;
}

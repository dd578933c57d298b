# Limits of a run, as a part of shim.pl that is loaded with the first run that has any.
#
# Memory and processes are limited for the whole tree where a cgroup can be made for the run, of v2 (offer `limits`) or
# of v1 (`memory`, `pids`); it is new for each run, so its counters begin at 0, and the child enters it before exec. Else
# RLIMIT_AS limits each process, and RLIMIT_NPROC what the user has, whoever it is of: what is there already is added.
# Processor time is a sum over the tree, looked at each second; RLIMIT_CPU beside it ends a single process in time.
use strict;
our (%sys, %offer, $run);
sub LOOK_NS() { 1e9 }
sub XCPU() { 24 }
sub RLIMIT_CPU() { 0 }
sub RLIMIT_NPROC() { 6 }
sub RLIMIT_AS() { 9 }
sub CPU_HARD_S() { 2 }    # after SIGXCPU, until the kernel kills
sub TICK_US() { 10_000 }  # the kernel counts for RLIMIT_CPU by ticks, and may be ahead of what it tells by one

# Prepares the limits of a run. What is wrong, or nothing.
sub set_limits {
    my ($job, $memory, $cpu_s, $processes) = @_;
    my $limits = $run->{limits}
        = { memory => $memory, cpu_us => $cpu_s * 1e6, processes => $processes, look_at => $run->{begin} + LOOK_NS, made => [] };
    my $v2 = $offer{limits};
    if (defined $v2 && ($memory || $processes)) {
        my $problem = make_cgroup($job, $v2) // '';
        $problem ||= settle("$v2/memory.max", $memory) || settle("$v2/memory.oom.group", 1) if $memory;
        put("$v2/memory.swap.max", 0) if $memory;    # not there without swap accounting
        $problem ||= settle("$v2/pids.max", $processes) if $processes;
        return $problem if $problem;
        push @{ $run->{trees} }, $v2;
        @$limits{qw(events oom_key peak_file)} = ("$v2/memory.events", 'oom_kill', "$v2/memory.peak") if $memory;
        $limits->{pids_events} = "$v2/pids.events" if $processes;
    }
    if ($memory && !defined $v2 && defined(my $v1 = $offer{memory})) {
        my $problem = make_cgroup($job, $v1) || settle("$v1/memory.limit_in_bytes", $memory);
        return $problem if $problem;
        put("$v1/memory.memsw.limit_in_bytes", $memory);    # with swap, where the kernel counts it
        @$limits{qw(events oom_key peak_file)} = ("$v1/memory.oom_control", 'oom_kill', "$v1/memory.max_usage_in_bytes");
    }
    if ($processes && !defined $v2 && defined(my $v1 = $offer{pids})) {
        my $problem = make_cgroup($job, $v1) || settle("$v1/pids.max", $processes);
        return $problem if $problem;
        $limits->{pids_events} = "$v1/pids.events";
    }
    if ($memory && !$limits->{events}) { limit_resource($job, RLIMIT_AS, $memory, $memory) }
    if ($processes && !$limits->{pids_events}) {
        my $all = $processes + tasks_of($job->{uid} eq '' ? $> : $job->{uid});
        limit_resource($job, RLIMIT_NPROC, $all, $all);
    }
    if ($cpu_s) {
        limit_resource($job, RLIMIT_CPU, $cpu_s, $cpu_s + CPU_HARD_S);
        $limits->{cpu_before} = tree_cpu_us() if defined $offer{tree};
    }
    return;
}

# Makes a cgroup that the child will enter. What is wrong, or nothing.
sub make_cgroup {
    my ($job, $path) = @_;
    rmdir $path;    # of an earlier run, whose last process was still ending
    mkdir $path or return "$path: $!";
    push @{ $job->{enter} }, "$path/cgroup.procs";
    push @{ $run->{limits}{made} }, $path;
    return;
}

sub settle { my ($file, $value) = @_; return put($file, $value) ? '' : "$file: $!" }

# The own limits bind scripts as well: nobody can be given more.
sub limit_resource {
    my ($job, $resource, $soft, $hard) = @_;
    my ($now, $most) = ("\0" x 16, -1);
    (undef, $most) = unpack 'Q2', $now if syscall($sys{getrlimit}, $resource, $now) == 0;
    push @{ $job->{rlimits} }, [$resource, map { $_ > $most && $most >= 0 ? $most : $_ } $soft, $hard];
}

# Processes and threads of a user, as RLIMIT_NPROC counts them.
sub tasks_of {
    my ($uid) = @_;
    my $sum = 0;
    opendir my $proc, '/proc' or return 0;
    for my $pid (grep { /^\d+$/ } readdir $proc) {
        my ($owner) = (stat "/proc/$pid")[4] // next;
        $sum += (get("/proc/$pid/stat") // '') =~ /\) (?:\S+ ){17}(\d+)/ ? $1 : 0 if $owner == $uid;
    }
    return $sum;
}

# A number out of lines of "key number".
sub counted { my ($file, $key) = @_; return (get($file) // '') =~ /^$key (\d+)/m ? $1 : 0 }

# Processor time of all that ever was in the cgroups of the slot.
sub tree_cpu_us { my $sum = 0; $sum += counted("$_/cpu.stat", 'usage_usec') for @{ $run->{trees} }; return $sum }

# Of the tree: of what has ended, and of what lives with what that waited for.
sub used_cpu_us {
    return tree_cpu_us() - $run->{limits}{cpu_before} if defined $run->{limits}{cpu_before};
    my $ticks = 0;
    for my $pid (keys %{ descendants(0) }) {
        my @times = (get("/proc/$pid/stat") // '') =~ /\) (?:\S+ ){11}(\d+) (\d+) (\d+) (\d+)/;
        $ticks += $_ for @times;
    }
    return $run->{used_us} + $ticks * 10_000;
}

# Stops the tree where a limit is passed that the kernel does not enforce for all of it.
sub look_at_limits {
    my ($now) = @_;
    my $limits = $run->{limits};
    $limits->{look_at} = $now + LOOK_NS;
    return if $run->{stop} || defined $run->{left_at};
    # v1 kills one process where v2 kills all of the group
    if ($limits->{events} && counted($limits->{events}, $limits->{oom_key})) { $limits->{hit} = 'memory'; stop('limit', 0) }
    elsif ($limits->{cpu_us} && ($limits->{seen_us} = used_cpu_us()) >= $limits->{cpu_us}) { $limits->{hit} = 'cpu'; stop('limit') }
}

# At the end of a run: the limit that was hit ('' for none), and the most memory where a cgroup counted it. Processes
# of the tree may have been ended by the kernel for their own time before the sum was looked at.
sub limits_end {
    my ($signal) = @_;
    my $limits = $run->{limits};
    my $hit = $limits->{hit} // '';
    $hit ||= 'memory' if $limits->{events} && counted($limits->{events}, $limits->{oom_key});
    $hit ||= 'cpu' if $limits->{cpu_us} && ($signal == XCPU || used_cpu_us() >= $limits->{cpu_us} - TICK_US);
    $hit ||= 'processes' if $limits->{pids_events} && counted($limits->{pids_events}, 'max');
    # what ended unseen by any wait is not in the sum of the waits: no less is told than was seen
    $run->{used_us} = $limits->{seen_us} if ($limits->{seen_us} // 0) > $run->{used_us};
    my $peak = defined $limits->{peak_file} ? get($limits->{peak_file}) : undef;
    rmdir $_ for @{ $limits->{made} };    # what is left behind keeps its limits
    return ($hit, defined $peak && $peak =~ /^(\d+)/ ? $1 : undef);
}

1;

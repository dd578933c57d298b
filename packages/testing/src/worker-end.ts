/**
 * A worker of the tests is ended by SIGTERM, and half a second later by SIGKILL. By neither does Node run what was to be done
 * at its end, and what a test that hung had started would stay. One file of tests after the other loads this in the same
 * process.
 */
const SIGNAL = 'SIGTERM';
if (process.listenerCount(SIGNAL) === 0)
  process.once(SIGNAL, () => {
    process.emit('exit', 143);
    process.kill(process.pid, SIGNAL);
  });

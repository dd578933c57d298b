/**
 * A worker of the tests is ended by SIGTERM, by which Node runs nothing that was to be done at its end: directories stayed,
 * 100 MB after each run. One file of tests after the other loads this in the same process.
 */
const SIGNAL = 'SIGTERM';
if (process.listenerCount(SIGNAL) === 0)
  process.once(SIGNAL, () => {
    process.emit('exit', 143);
    process.kill(process.pid, SIGNAL);
  });

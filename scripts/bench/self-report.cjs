/**
 * Loaded into a server before its own code (`node --expose-gc --require`): says on SIGUSR2, in a line
 * of JSON on standard error, which processor time it has used and what is left on its heap after a
 * collection.
 */
process.on('SIGUSR2', () => {
  const { user, system } = process.cpuUsage();
  globalThis.gc();
  const { heapUsed } = process.memoryUsage();
  process.stderr.write(`${JSON.stringify({ cpuSeconds: (user + system) / 1e6, heapUsed })}\n`);
});

/**
 * Loaded into a program before its own code (`node --require`): stands for three lines of a hosts file
 * and for the right to listen on port 443. Microsoft's three names lead to `NAMES_LEAD_TO` on this
 * machine, on port 443 and on that port. Loopback is as ever; everything else cannot be reached.
 */
const net = require('node:net');

const NAMES = ['login.microsoftonline.com', 'graph.microsoft.com', 'management.azure.com'];
const HERE = ['localhost', '127.0.0.1', '::1'];
const target = Number(process.env['NAMES_LEAD_TO']);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...given) {
  const [options, ...rest] = Array.isArray(given[0]) ? given[0] : given;
  if (typeof options !== 'object') throw new Error('Not a call that Node itself would make.');
  const { host, port } = options;
  if (HERE.includes(host)) return connect.call(this, options, ...rest);
  const isKnown = NAMES.includes(host) && [443, target].includes(Number(port));
  if (!isKnown) throw new Error(`No way to ${host}:${port}.`);
  return connect.call(this, { ...options, host: '127.0.0.1', port: target }, ...rest);
};

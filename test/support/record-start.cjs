/**
 * Loaded into a server before its own code (`node --require`): writes down, when it ends, which
 * modules it loaded, which paths it touched and which connections it opened. The report goes to the
 * file that `START_RECORD` names.
 */
const { subscribe } = require('node:diagnostics_channel');
const fs = require('node:fs');
const { fileURLToPath } = require('node:url');

const { writeFileSync } = fs;
const touched = new Set();
let connections = 0;

function watch(functions) {
  for (const [name, original] of Object.entries(functions)) {
    if (typeof original !== 'function' || /^[A-Z_]/u.test(name)) continue;
    const watched = function (target, ...rest) {
      if (typeof target === 'string') touched.add(target);
      if (target instanceof URL) touched.add(fileURLToPath(target));
      return original.call(this, target, ...rest);
    };
    functions[name] = Object.assign(watched, original);
  }
}

watch(fs);
watch(fs.promises);
subscribe('net.client.socket', () => {
  connections += 1;
});

process.once('exit', () => {
  const modules = Object.keys(require.cache).filter((file) => file !== __filename);
  const report = { modules, touched: [...touched], connections };
  writeFileSync(process.env['START_RECORD'], JSON.stringify(report));
});

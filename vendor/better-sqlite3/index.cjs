const { whyNot } = require('./why-not.cjs');

// better-sqlite3 12 aborts on Node 24.19 and later (nodejs/node#65446), and 13 crashes on Node 20, each at once and
// for good. So Node 20 gets 12 and everything later gets 13. When Node 20 is no longer served, this folder goes.
const [major] = process.versions.node.split('.').map(Number);

try {
  const Database = major < 22 ? require('better-sqlite3-12') : require('better-sqlite3-13');
  // The compiled part is loaded by the first database. Without it, nothing may start.
  new Database(':memory:').close();
  module.exports = Database;
} catch (cause) {
  throw Object.assign(new Error(whyNot(), { cause }), { code: 'ERR_BETTER_SQLITE3' });
}

// better-sqlite3 12 aborts on Node 24.19 and later (nodejs/node#65446), and 13 crashes on Node 20, each at once and
// for good. So Node 20 gets 12 and everything later gets 13. When Node 20 is no longer served, this folder goes.
const [major] = process.versions.node.split('.').map(Number);

module.exports = major < 22 ? require('better-sqlite3-12') : require('better-sqlite3-13');

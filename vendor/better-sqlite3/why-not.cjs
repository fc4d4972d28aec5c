const { existsSync } = require('node:fs');
const { delimiter, join } = require('node:path');

/** What compiling takes on Unix, and the names that each may have. */
const tools = {
  python3: ['python3', 'python'],
  make: ['make', 'gmake'],
  'a C++ compiler': ['c++', 'g++', 'clang++'],
};

/** npm says nothing when an optional dependency does not compile, so this is where a person learns of it. */
exports.whyNot = () => {
  const what = `better-sqlite3, which the database needs, is not installed, or not compiled for Node ${process.versions.node}.`;
  const missing = process.platform === 'win32' ? [] : missingTools();
  if (missing.length > 0) {
    return `${what} Compiling it takes python3, make and a C++ compiler; missing here: ${missing.join(', ')}. Install what is missing (on Debian or Ubuntu: apt-get install python3 make g++), then run: npm ci`;
  }
  return `${what} To install it again and see what fails, run: npm ci --foreground-scripts`;
};

function missingTools() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = (name) => folders.some((folder) => existsSync(join(folder, name)));
  return Object.keys(tools).filter((tool) => !tools[tool].some(found));
}

import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';

const pageBytes = 4_096;

/** How many milliseconds each write of a page takes until the disk has it, over and over in the same small file. */
export function pageWritesMs(file, count) {
  const fd = openSync(file, 'w');
  const page = Buffer.alloc(pageBytes, 1);
  const took = [];
  // A write-ahead log is written over again too, so the first time round, when the file grows, is not counted.
  const pages = 256;
  for (let at = 0; at < pages; at += 1) writeSync(fd, page);
  fdatasyncSync(fd);
  for (let at = 0; at < count; at += 1) {
    const began = performance.now();
    writeSync(fd, page, 0, pageBytes, (at % pages) * pageBytes);
    fdatasyncSync(fd);
    took.push(performance.now() - began);
  }
  closeSync(fd);
  return took.sort((a, b) => a - b);
}

/** One system call of a process, with when it began and when it was done: positions in the trace, which is in order. */
export interface SystemCall {
  readonly name: string;
  readonly fd: number;
  /** What the file descriptor leads to. */
  readonly path: string;
  /** As strace shows it, shortened. */
  readonly argumentsText: string;
  readonly result: number;
  readonly began: number;
  readonly done: number;
}

/** `12 write(1</tmp/a>, "x", 1) = 1`, or its first half where another thread's call stands in between. */
const begin = /^(\d+) +(\w+)\((\d+)<([^>]*)>(.*)$/;
const resumed = /^(\d+) +<\.\.\. (\w+) resumed>(.*)$/;
const result = /\) += (-?\d+)/;

/**
 * What strace -f -y wrote, as the calls on file descriptors that came to an end.
 * @throws Error where nothing could be read
 */
export function systemCalls(trace: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const halves = new Map<string, Omit<SystemCall, 'result' | 'done'>>();
  for (const [i, line] of trace.split('\n').entries()) {
    const [, thread = '', name = '', fd = '', path = '', rest = ''] = begin.exec(line) ?? [];
    const [, sameThread = '', sameName = '', end = ''] = resumed.exec(line) ?? [];
    const before = halves.get(`${sameThread} ${sameName}`);
    if (name !== '' && rest.endsWith('<unfinished ...>')) {
      halves.set(`${thread} ${name}`, { name, fd: Number(fd), path, argumentsText: rest, began: i });
    } else if (name !== '') {
      calls.push({ name, fd: Number(fd), path, argumentsText: rest, result: resultIn(rest), began: i, done: i });
    } else if (before !== undefined) {
      halves.delete(`${sameThread} ${sameName}`);
      calls.push({ ...before, result: resultIn(end), done: i });
    }
  }
  if (calls.length === 0) throw new Error(`No system call in the trace:\n${trace.slice(0, 500)}`);
  return calls;
}

function resultIn(text: string): number {
  return Number(result.exec(text)?.[1] ?? Number.NaN);
}

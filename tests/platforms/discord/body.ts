import { invalidForm, problem, refusals } from './refusal.ts';

export interface UploadedFile {
  /** The n of files[n], by which `attachments` speaks of it. */
  readonly index: string;
  readonly name: string;
  readonly size: number;
}

interface Body {
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

/** JSON, or a form whose `payload_json` is JSON and whose files are named files[0], files[1] and so on. */
export async function readBody(type: string, bytes: Buffer): Promise<Body> {
  if (bytes.length === 0) return { body: undefined, files: [] };
  if (type.startsWith('application/json')) return { body: parse(String(bytes)), files: [] };
  if (!type.startsWith('multipart/form-data'))
    throw invalidForm([problem([], `Content-Type must be application/json or multipart/form-data, not “${type}”`)]);
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const payload = form.get('payload_json');
  const files = [...form].flatMap(([key, value]): UploadedFile[] => {
    const index = /^files\[(\d+)\]$/.exec(key)?.[1];
    return index === undefined || typeof value === 'string' ? [] : [{ index, name: value.name, size: value.size }];
  });
  return { body: typeof payload === 'string' ? parse(payload) : {}, files };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw refusals.notJson();
  }
}

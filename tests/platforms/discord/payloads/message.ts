import { z } from 'zod';
import { type Problem, problem } from '../refusal.ts';
import { type Component, component, everyComponent, words } from './components.ts';

/** Messages, with the limits of https://discord.com/developers/docs/resources/message */

export const messageFlags = {
  suppressEmbeds: 1 << 2,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  silent: 1 << 12,
  componentsV2: 1 << 15,
};

const url = z.string().regex(/^(https?:\/\/|attachment:\/\/)\S+$/, 'must be http(s) or attachment');

const embed = z.object({
  title: z.string().max(256).nullish(),
  description: z.string().max(4096).nullish(),
  url: z.url({ protocol: /^https?$/ }).nullish(),
  color: z.int().min(0).max(0xff_ff_ff).nullish(),
  timestamp: z.string().nullish(),
  author: z.object({ name: words(256) }).nullish(),
  footer: z.object({ text: z.string().max(2048) }).nullish(),
  image: z.object({ url }).nullish(),
  thumbnail: z.object({ url }).nullish(),
  fields: z
    .array(z.object({ name: words(256), value: words(1024), inline: z.boolean().nullish() }))
    .max(25)
    .nullish(),
});

const attachment = z.object({
  id: z.union([z.string().regex(/^\d+$/), z.int().nonnegative()]).transform(String),
  filename: z.string().min(1).max(1024).nullish(),
  description: z.string().max(1024).nullish(),
});

export const messageBody = z.object({
  content: z.string().max(2000).nullish(),
  embeds: z.array(embed).max(10).nullish(),
  components: z.array(component).max(40).nullish(),
  attachments: z.array(attachment).max(10).nullish(),
  flags: z.int().nonnegative().nullish(),
  allowed_mentions: z
    .object({
      parse: z.array(z.enum(['roles', 'users', 'everyone'])).nullish(),
      users: z.array(z.string()).max(100).nullish(),
      roles: z.array(z.string()).max(100).nullish(),
      replied_user: z.boolean().nullish(),
    })
    .nullish(),
  nonce: z.union([z.string().max(25), z.int()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
});

export type MessageBody = z.infer<typeof messageBody>;
type Embed = z.infer<typeof embed>;

/** What a message holds, once what was sent is put into it. */
export interface Contents {
  readonly content: string;
  readonly embeds: readonly Embed[];
  readonly components: readonly Component[];
  readonly attachments: readonly Attachment[];
  readonly flags: number;
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly description: string | null;
  readonly size: number;
}

export function isEmpty({ content, embeds, components, attachments }: Contents): boolean {
  return content.trim() === '' && embeds.length + components.length + attachments.length === 0;
}

/** What must hold of a message as a whole. */
export function problemsOf(contents: Contents): readonly Problem[] {
  const v2 = (contents.flags & messageFlags.componentsV2) !== 0;
  return [
    ...(v2 ? problemsOfV2(contents) : problemsOfLegacy(contents)),
    ...sameCustomIds(contents),
    ...missingFiles(contents),
  ];
}

function problemsOfLegacy({ components, embeds }: Contents): readonly Problem[] {
  const characters = embeds.reduce((sum, each) => sum + charactersOf(each), 0);
  return [
    ...components.flatMap(({ type }, index) =>
      type === 1 ? [] : [problem(['components', index, 'type'], 'without IS_COMPONENTS_V2 there are action rows only')],
    ),
    ...(components.length > 5 ? [problem(['components'], `at most 5 rows, not ${components.length}`)] : []),
    ...(characters > 6000 ? [problem(['embeds'], `at most 6000 characters in all embeds, not ${characters}`)] : []),
  ];
}

function problemsOfV2({ content, embeds, components }: Contents): readonly Problem[] {
  const all = everyComponent(components);
  const characters = all.reduce((sum, each) => sum + (each.type === 10 ? each.content.length : 0), 0);
  return [
    ...(content === '' ? [] : [problem(['content'], 'must be empty with IS_COMPONENTS_V2')]),
    ...(embeds.length === 0 ? [] : [problem(['embeds'], 'must be empty with IS_COMPONENTS_V2')]),
    ...(all.length > 40 ? [problem(['components'], `at most 40 components in all, not ${all.length}`)] : []),
    ...(characters > 4000
      ? [problem(['components'], `at most 4000 characters of text in all, not ${characters}`)]
      : []),
  ];
}

function charactersOf({ title, description, author, footer, fields }: Embed): number {
  const texts = [
    title,
    description,
    author?.name,
    footer?.text,
    ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
  ];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

function sameCustomIds({ components }: Contents): readonly Problem[] {
  const ids = everyComponent(components).flatMap((each) =>
    'custom_id' in each && each.custom_id ? [each.custom_id] : [],
  );
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return twice.map((id) => problem(['components'], `custom_id cannot be duplicated: ${id}`));
}

function missingFiles({ embeds, components, attachments }: Contents): readonly Problem[] {
  const names = new Set(attachments.map(({ filename }) => `attachment://${filename}`));
  const used = [
    ...embeds.flatMap(({ image, thumbnail }) => [image?.url, thumbnail?.url]),
    ...everyComponent(components).flatMap((each) => {
      if (each.type === 11) return [each.media.url];
      if (each.type === 12) return each.items.map(({ media }) => media.url);
      return each.type === 13 ? [each.file.url] : [];
    }),
  ];
  return used.flatMap((each) =>
    each?.startsWith('attachment://') && !names.has(each) ? [problem([], `no file came for ${each}`)] : [],
  );
}

/** Discord lets it pass, and pings: we never ping anyone. */
export function mayPing({ content, embeds, components, allowed_mentions: allowed }: MessageBody): boolean {
  const hasText = Boolean(content) || (embeds?.length ?? 0) > 0 || (components?.length ?? 0) > 0;
  const quiet =
    allowed?.parse?.length === 0 &&
    (allowed.users ?? []).length === 0 &&
    (allowed.roles ?? []).length === 0 &&
    allowed.replied_user !== true;
  return hasText && !quiet;
}

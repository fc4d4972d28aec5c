import { z } from 'zod';
import { button, maybeArg } from '../language/button.ts';
import { channelIdentifier } from '../language/field.ts';

/** Removes the moderator group, because nobody can type "none" into a role menu. */
export const onlyManagers = button('com.managers', []);

/** What the bot posts in a community by itself. */
const posting = z.enum(['checkins', 'alerts']);
export type Posting = z.output<typeof posting>;

/** Posts this in the channel, and in the thread if there is one. */
export const postIn = button('com.post', [posting, channelIdentifier, maybeArg(channelIdentifier)]);

/** Posts this nowhere, because nobody can type "none" into a channel menu. */
export const postNowhere = button('com.nowhere', [posting]);

import { type Slack, SlackError } from './slack.ts';
import { type Json, newId, type Team, type User } from './world.ts';

/** One call of the Web API, by whose token it is made. */
interface Call {
  readonly slack: Slack;
  readonly team: Team;
  readonly url: string;
  readonly args: Json;
}

type Method = (call: Call) => Json;

/** https://docs.slack.dev/reference/methods */
export const methods: Readonly<Record<string, Method>> = {
  'auth.test': ({ team }) => ({ team_id: team.id, team: team.name, user_id: team.botUserId, bot_id: newId('B') }),

  // https://docs.slack.dev/reference/objects/conversation-object
  'conversations.info': ({ slack, team, args }) => {
    const channel = slack.channel(team, args['channel']);
    const { id, name, alone, botIsIn, archived, shared, hidden, ofSeveral } = channel;
    if (hidden && !botIsIn) throw new SlackError('channel_not_found');
    if (alone !== null) return { channel: { id, created: 1, is_im: true, is_org_shared: false, user: alone.id } };
    const kind = {
      is_channel: !hidden && !ofSeveral,
      is_group: hidden,
      is_im: false,
      is_mpim: ofSeveral,
      is_private: hidden || ofSeveral,
    };
    const sharing = { is_shared: shared, is_ext_shared: shared, is_org_shared: false, is_pending_ext_shared: false };
    return {
      channel: {
        id,
        name,
        created: 1,
        ...kind,
        ...sharing,
        is_archived: archived,
        is_member: botIsIn,
        context_team_id: team.id,
      },
    };
  },

  'conversations.open': ({ slack, team, args }) => {
    const user = userIn(team, args['users']);
    if (!user.takesMessages) throw new SlackError('cannot_dm_bot');
    void slack;
    return { channel: { id: team.aloneWith(user).id } };
  },

  'chat.postMessage': ({ slack, team, args }) => {
    const channel = slack.channel(team, args['channel']);
    if (!channel.botIsIn) throw new SlackError('not_in_channel');
    if (channel.alone?.takesMessages === false) throw new SlackError('cannot_dm_bot');
    const unfurls = args['unfurl_links'] !== 'false' || args['unfurl_media'] !== 'false';
    if (unfurls) slack.violations.add('chat.postMessage', 'links must not be unfurled');
    const thread = args['thread_ts'];
    const about = typeof thread === 'string' ? { thread } : {};
    const { ts } = slack.write('chat.postMessage', channel, said(args), about);
    return { channel: channel.id, ts };
  },

  'chat.update': ({ slack, team, args }) => {
    const channel = slack.channel(team, args['channel']);
    const { ts } = slack.rewrite('chat.update', slack.find(channel, args['ts']), said(args));
    return { channel: channel.id, ts };
  },

  'chat.delete': ({ slack, team, args }) => {
    const channel = slack.channel(team, args['channel']);
    slack.remove(slack.find(channel, args['ts']));
    return { channel: channel.id, ts: args['ts'] };
  },

  'views.open': ({ slack, args }) => opened(slack, 'views.open', args),
  'views.push': ({ slack, args }) => opened(slack, 'views.push', args),

  'views.update': ({ slack, args }) => {
    const view = slack.views.find(({ id, open }) => id === args['view_id'] && open);
    if (view === undefined) throw new SlackError('not_found');
    slack.showInstead('views.update', view, args['view']);
    return { view: { id: view.id } };
  },

  'views.publish': ({ slack, team, args }) => {
    const user = userIn(team, args['user_id']);
    const home = slack.views.find((one) => one.type === 'home' && one.user === user);
    if (home === undefined) return { view: { id: slack.show('views.publish', 'home', user, args['view']).id } };
    slack.showInstead('views.publish', home, args['view']);
    return { view: { id: home.id } };
  },

  'users.info': ({ team, args }) => {
    const { id, name, admin, owner, tz, locale } = userIn(team, args['user']);
    return { user: { id, name, team_id: team.id, is_admin: admin, is_owner: owner, tz, locale, is_bot: false } };
  },

  'usergroups.users.list': ({ team, args }) => {
    const members = team.groups.get(String(args['usergroup']));
    if (members === undefined) throw new SlackError('no_such_subteam');
    return { users: members.map(({ id }) => id) };
  },

  'files.getUploadURLExternal': ({ url }) => {
    const id = newId('F');
    return { upload_url: `${url}/upload/${id}`, file_id: id };
  },

  'files.completeUploadExternal': ({ slack, team, args }) => {
    const channel = slack.channel(team, args['channel_id']);
    const files = args['files'] as readonly { id: string; title: string }[];
    for (const { id, title } of files) {
      const message = slack.write('files', channel, { text: title.replace(/[&<>]/g, ' ') });
      Object.assign(message, { ts: id });
    }
    return { files: files.map(({ id }) => ({ id })) };
  },

  'files.delete': ({ slack, args }) => {
    const message = slack.messages.find(({ ts }) => ts === args['file']);
    if (message === undefined) throw new SlackError('file_not_found');
    slack.remove(message);
    return {};
  },
};

function opened(slack: Slack, method: string, args: Json): Json {
  const user = slack.pull(args['trigger_id']);
  return { view: { id: slack.show(method, 'modal', user, args['view']).id } };
}

function userIn(team: Team, id: unknown): User {
  const user = team.users.find((one) => one.id === id);
  if (user === undefined) throw new SlackError('user_not_found');
  return user;
}

function said({ text, blocks, unfurl_links, unfurl_media, link_names, parse }: Json): Json {
  return Object.fromEntries(
    Object.entries({ text, blocks, unfurl_links, unfurl_media, link_names, parse }).filter(([, v]) => v !== undefined),
  );
}

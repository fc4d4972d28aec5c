/** https://discord.com/developers/docs/topics/permissions */
export const permissions = {
  administrator: 1n << 3n,
  manageGuild: 1n << 5n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readHistory: 1n << 16n,
  useCommands: 1n << 31n,
  createThreads: 1n << 35n,
  sendInThreads: 1n << 38n,
} as const;

export const everything = Object.values(permissions).reduce((all, one) => all | one);
export const ofEveryone = everything & ~permissions.administrator & ~permissions.manageGuild;

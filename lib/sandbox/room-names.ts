// What the people and groups of a room are called: the same on the sandbox page and where the API is asked.

/** Everybody whom a room begins with. */
export const ROOM_PEOPLE = [
  { name: "Wang Fang", chineseName: "王芳" },
  { name: "Li Lei", chineseName: "李雷" },
  { name: "Chen Jing", chineseName: "陈静" },
];

/** A group's name in the cloud, where people of one owner's bot must not read what another's hears. */
export const cloudNameOf = (appId: string, title?: string): string => `${title ?? "group"} of ${appId}`;

/** As people see it: a group that nobody named is called by its members. */
export function shownNameOf(
  chat: { name: string; people: readonly { name: string }[] },
  app: { appId: string; name: string },
): string {
  if (chat.name === cloudNameOf(app.appId)) return [app.name, ...chat.people.map(({ name }) => name)].join(", ");
  const suffix = cloudNameOf(app.appId, "");
  return chat.name.endsWith(suffix) ? chat.name.slice(0, -suffix.length) : chat.name;
}

const CHINESE = new Map(ROOM_PEOPLE.map(({ name, chineseName }) => [name, chineseName]));

/** In the reader's language; a group may be called by its members. */
export function localName(name: string, locale: string): string {
  if (!locale.startsWith("zh")) return name;
  const parts = name.split(", ");
  return parts.some((part) => CHINESE.has(part)) ? parts.map((part) => CHINESE.get(part) ?? part).join("、") : name;
}

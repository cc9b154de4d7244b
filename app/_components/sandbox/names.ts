// How people and chats are called on the sandbox page, in the reader's language.
import type { RoomHead, RoomPerson } from "@/lib/sandbox/room-shapes";

export type RoomChatHead = RoomHead["chats"][number];

export const personName = (person: RoomPerson, locale: string): string =>
  locale.startsWith("zh") ? (person.chineseName ?? person.name) : person.name;

/** By the name under which the cloud knows somebody. */
export function nameIn(people: readonly RoomPerson[], name: string, locale: string): string {
  const person = people.find((each) => each.name === name);
  return person ? personName(person, locale) : name;
}

export function chatTitle(chat: RoomChatHead, people: readonly RoomPerson[], locale: string): string {
  if (chat.kind === "direct") return nameIn(people, chat.title, locale);
  return chat.title
    .split(", ")
    .map((name) => nameIn(people, name, locale))
    .join(locale.startsWith("zh") ? "、" : ", ");
}

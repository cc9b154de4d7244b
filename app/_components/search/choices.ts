// What can be chosen in the search: places and actions that fit the words, and what the server has found.
import type { Found } from "@/lib/search";

export type Choice = {
  id: string;
  title: string;
  /** Shown small beside it: an id, the bot. */
  detail?: string;
  /** What else it is found by. */
  words?: string;
  mono?: boolean;
  run: () => void;
};

export type Group = { name: "go" | "actions" | "bots" | "messages" | "chats" | "people" | "more"; choices: Choice[] };

/** Each of the words must be in it somewhere. */
export function fits({ title, words = "" }: Choice, q: string): boolean {
  const text = `${title} ${words}`.toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** An id is shown, whole, to who looks for it; to others it says nothing. */
const isIdOf = (id: string, q: string): boolean => q.length > 2 && id.toLowerCase().includes(q.trim().toLowerCase());

const addressOfEvent = ({ botId, id }: { botId: string; id: string }) => `/bots/${botId}/messages/${id}`;
const addressOfWords = (q: string) => `/messages?${new URLSearchParams({ q })}`;

type Words = { all: (q: string) => string; when: (at: string) => string };

/** The server's finds as choices; `go` opens an address. */
export function foundGroups(found: Found, q: string, go: (address: string) => void, words: Words): Group[] {
  const groups: Group[] = [
    {
      name: "bots",
      choices: found.bots.map(({ id, name, appId }) => ({
        id: `bot-${id}`,
        title: name,
        ...(isIdOf(appId, q) && { detail: appId, mono: true }),
        run: () => go(`/bots/${id}`),
      })),
    },
    {
      name: "messages",
      choices: found.messages.map((event) => ({
        id: `event-${event.id}`,
        title: event.text || event.eventType,
        detail: `${event.botName} · ${words.when(event.receivedAt)}`,
        run: () => go(addressOfEvent(event)),
      })),
    },
    {
      name: "chats",
      choices: found.chats.map(({ chatId, title, botId, botName }) => ({
        id: `chat-${botId}-${chatId}`,
        title,
        detail: [botName, isIdOf(chatId, q) && chatId].filter(Boolean).join(" · "),
        run: () => go(`${addressOfWords(chatId)}&bot=${botId}`),
      })),
    },
    {
      name: "people",
      choices: found.people.map(({ senderId, title, botId, botName }) => ({
        id: `person-${senderId}`,
        title,
        detail: [botName, isIdOf(senderId, q) && senderId].filter(Boolean).join(" · "),
        run: () => go(`/messages?senderId=${encodeURIComponent(senderId)}&bot=${botId}`),
      })),
    },
    {
      name: "more",
      choices: [{ id: "all-messages", title: words.all(q), run: () => go(addressOfWords(q)) }],
    },
  ];
  return groups.filter(({ choices }) => choices.length > 0);
}

// What people and chats are called for the caller: those of the sandbox in their own language.

import type { NameSource } from "@/lib/events/titles";
import type { Runtime } from "@/lib/runtime";
import { localName } from "@/lib/sandbox/room-names";
import type { Locale } from "@/lib/text/translate";

export const nameSource = ({ db, names }: Pick<Runtime, "db" | "names">, locale: Locale): NameSource => ({
  db,
  names,
  locale,
  shown: ({ domain }, name) => (domain === "sandbox" ? localName(name, locale) : name),
});

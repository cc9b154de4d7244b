// What a page is loaded with, and what is read once it stands.
import { headers } from "next/headers";
import type { Visit } from "@/app/_session/visit";

/**
 * `told` is missing where the reader came from another page of the tab, which shows what it has seen and then reads it anew.
 * `whose`: the reader and their language.
 */
export type Coming<T> = { whose: string; told?: Promise<T> };

export async function whatComes<T>({ viewer, locale }: Visit, read: () => Promise<T>): Promise<Coming<T>> {
  const whose = `${viewer.userId} ${locale}`;
  if ((await headers()).get("x-larkspur-switch") === "yes") return { whose };
  const told = read();
  // The page looks at it only once all of it is made: a failure until then is nobody's oversight.
  told.catch(() => undefined);
  return { whose, told };
}

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
  return (await headers()).get("x-larkspur-switch") === "yes" ? { whose } : { whose, told: read() };
}

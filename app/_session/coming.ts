// What a page is loaded with, and what is read once it stands.
import { headers } from "next/headers";

/** `told` is missing where the reader came from another page of the tab, which shows what it has seen and then reads it anew. */
export type Coming<T> = { told?: Promise<T> };

export async function whatComes<T>(read: () => Promise<T>): Promise<Coming<T>> {
  return (await headers()).get("x-larkspur-switch") === "yes" ? {} : { told: read() };
}

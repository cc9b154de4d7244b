// Who looks at a page, and what a page reads with: the runtime, the language, the address.
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { getLocale } from "next-intl/server";
import { cache } from "react";
import { currentViewer } from "@/lib/auth/callers";
import { firstOf } from "@/lib/auth/same-origin";
import { getRuntime, type Runtime } from "@/lib/runtime";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

export type Visit = {
  runtime: Runtime;
  viewer: Viewer;
  locale: Locale;
  /** Larkspur's own address as the reader reaches it, without a trailing slash. */
  baseUrl: string;
};

/** Null when nobody is signed in. */
export const currentVisit = cache(async (): Promise<Visit | null> => {
  const runtime = await getRuntime();
  const viewer = await currentViewer(runtime);
  if (!viewer) return null;
  return { runtime, viewer, locale: await getLocale(), baseUrl: runtime.env.publicUrl ?? (await originOfVisit()) };
});

/** Sends whoever is not signed in to the sign-in page, and from there back to `path`. */
export async function requireVisit(path: string): Promise<Visit> {
  return (await currentVisit()) ?? redirect(`/sign-in?next=${encodeURIComponent(path)}`);
}

export async function originOfVisit(): Promise<string> {
  const all = await headers();
  const first = (name: string) => firstOf(all.get(name));
  const host = first("x-forwarded-host") ?? first("host") ?? "localhost";
  return `${first("x-forwarded-proto") ?? "http"}://${host}`;
}

// Gives the client components below it the texts that they need, and no others.
import { type Messages, NextIntlClientProvider } from "next-intl";
import { getMessages } from "next-intl/server";
import type { ReactNode } from "react";

/** What the parts on every page say. */
const EVERYWHERE: (keyof Messages["ui"])[] = ["common", "state", "time", "live"];

export async function Texts({ of, children }: { of: (keyof Messages["ui"])[]; children: ReactNode }) {
  const { ui } = await getMessages();
  const picked = Object.fromEntries([...EVERYWHERE, ...of].map((name) => [name, ui[name]]));
  return <NextIntlClientProvider messages={{ ui: picked } as unknown as Messages}>{children}</NextIntlClientProvider>;
}

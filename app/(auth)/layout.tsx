import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Bird } from "@/app/_components/shell/brand";
import { Preferences } from "@/app/_components/shell/preferences";
import { Texts } from "@/app/_i18n/texts";
import { THEME_COOKIE, themeOf } from "@/app/_i18n/theme";

/** One card, for whoever is not in yet. */
export default async function AuthLayout({ children }: { children: ReactNode }) {
  const theme = themeOf((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <Texts of={["signIn", "setUp"]}>
      <div className="grid min-h-dvh grid-rows-[auto_1fr] bg-sunk">
        <div className="flex h-14 items-center justify-end px-4">
          <Preferences theme={theme} />
        </div>
        <main className="mx-auto grid w-full max-w-[26rem] content-center px-4 pb-28">
          <p className="mb-5 flex items-center justify-center gap-2.5 text-title font-semibold">
            <Bird className="size-8" />
            Larkspur
          </p>
          <div className="rounded-card border bg-bg p-6">{children}</div>
        </main>
      </div>
    </Texts>
  );
}

import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { ClockProvider } from "@/app/_components/live/clock";
import { DatabaseNotice } from "@/app/_components/live/database-notice";
import { LiveBadge } from "@/app/_components/live/live-badge";
import { LiveProvider } from "@/app/_components/live/live-provider";
import { TimeZone } from "@/app/_components/live/time-zone";
import { Announcer } from "@/app/_components/parts/announcer";
import { SearchEverywhere } from "@/app/_components/search/search-everywhere";
import { BottomBar } from "@/app/_components/shell/bottom-bar";
import { CountsProvider } from "@/app/_components/shell/counts";
import { FocusGuard } from "@/app/_components/shell/focus-guard";
import { Jumps } from "@/app/_components/shell/jump";
import { LeaveGuard } from "@/app/_components/shell/leave-guard";
import { Preferences } from "@/app/_components/shell/preferences";
import { Shortcuts } from "@/app/_components/shell/shortcuts";
import { SideBar } from "@/app/_components/shell/side-bar";
import { SignInAgain } from "@/app/_components/shell/sign-in-again";
import { Texts } from "@/app/_i18n/texts";
import { THEME_COOKIE, themeOf } from "@/app/_i18n/theme";
import { currentVisit } from "@/app/_session/visit";
import { readCounts } from "@/lib/overview/overview";

/** The API's reference is read by whoever writes a program, with or without an account. */
const FOR_EVERYBODY = /^\/api\/docs([/?]|$)/;

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const visit = await currentVisit();
  if (!visit) {
    const path = (await headers()).get("x-larkspur-path");
    // Without our own server in front the page below sends the reader there: it knows the way back, too.
    if (path === null || FOR_EVERYBODY.test(path)) return children;
    redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  }
  const t = await getTranslations("ui.shell");
  const theme = themeOf((await cookies()).get(THEME_COOKIE)?.value);
  const counts = await readCounts(visit.runtime.db, visit.viewer);
  const person = { name: visit.viewer.name, isAdmin: visit.viewer.isAdmin };
  return (
    <Texts of={["shell", "search", "signIn"]}>
      <ClockProvider at={Date.now()}>
        {/* In another language the stream says its sentences anew. */}
        <LiveProvider key={await getLocale()}>
          <CountsProvider initial={counts}>
            <a
              href="#main"
              className="sr-only z-40 rounded-control bg-raised px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
            >
              {t("skip")}
            </a>
            <div className="grid min-h-dvh wide:grid-cols-[13.5rem_minmax(0,1fr)]">
              <SideBar person={person} />
              <div className="min-w-0">
                <div className="sticky top-0 z-10 bg-bg/90 backdrop-blur-sm">
                  <div className="mx-auto flex h-14 max-w-[1240px] items-center justify-between gap-3 px-4 max-wide:h-12 wide:px-10">
                    <LiveBadge />
                    <div className="flex flex-none items-center gap-3">
                      <SearchEverywhere isAdmin={person.isAdmin} />
                      <Preferences theme={theme} />
                    </div>
                  </div>
                  <DatabaseNotice />
                </div>
                <main
                  id="main"
                  tabIndex={-1}
                  className="mx-auto max-w-[1240px] px-4 pb-28 outline-none wide:px-10 wide:pb-16"
                >
                  {children}
                </main>
              </div>
            </div>
            <BottomBar person={person} />
            <Shortcuts isAdmin={person.isAdmin} />
            <Jumps />
            <LeaveGuard />
            <FocusGuard />
            <SignInAgain userId={visit.viewer.userId} />
            <Announcer />
            <TimeZone />
          </CountsProvider>
        </LiveProvider>
      </ClockProvider>
    </Texts>
  );
}

"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { SettingsPart } from "@/app/_components/parts/form-section";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import { browserOf } from "@/app/_components/people/browser-name";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Session } from "@/lib/auth/schemas";

/** The browsers in which somebody is signed in, each with the way to sign it out. */
export function SessionList({ sessions }: { sessions: Session[] }) {
  const t = useTranslations("ui.account");
  const router = useRouter();
  const { pending, failure, run } = useRequest();
  const [ending, setEnding] = useState<string>();
  const nameOf = ({ userAgent }: Session) => {
    const { browser, system } = browserOf(userAgent);
    return browser && system ? t("browserOn", { browser, system }) : (browser ?? system ?? t("unknownBrowser"));
  };
  const end = (id: string) => {
    setEnding(id);
    return run(async () => {
      await call("DELETE", `/api/account/sessions${id && `/${id}`}`);
      router.refresh();
    });
  };
  return (
    <SettingsPart id="sessions" title={t("sessions")} text={t("sessionsText")}>
      <div className="grid max-w-[36rem] gap-4">
        <ul className="grid divide-y rounded-card border">
          {sessions.map((session) => (
            <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
              <div className="min-w-0 flex-1 basis-56">
                <p className="font-medium">
                  {nameOf(session)}
                  {session.current && <span className="ml-2 text-small font-normal text-ok">{t("thisBrowser")}</span>}
                </p>
                <p className="text-small text-ink-2">
                  <span className="font-mono">{session.address}</span> · {t("lastActive")}{" "}
                  <TimeAgo at={session.lastSeenAt} /> · {t("signedIn")} <TimeAgo at={session.createdAt} />
                </p>
              </div>
              {!session.current && (
                <Button
                  size="small"
                  aria-label={t("endSessionOf", { browser: nameOf(session) })}
                  busy={pending && ending === session.id}
                  onClick={() => end(session.id)}
                >
                  {t("endSession")}
                </Button>
              )}
            </li>
          ))}
        </ul>
        <Failure of={failure} />
        {sessions.some(({ current }) => !current) && (
          <Button className="justify-self-start" busy={pending && ending === ""} onClick={() => end("")}>
            {t("endOthers")}
          </Button>
        )}
      </div>
    </SettingsPart>
  );
}

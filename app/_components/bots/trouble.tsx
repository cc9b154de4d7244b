"use client";
import { useTranslations } from "next-intl";
import { needsNewSecret, type ShownState } from "@/app/_components/bots/bot-state";
import { Button, LinkButton } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { Notice } from "@/app/_components/parts/notice";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { ConnectionStatus } from "@/lib/connections/status";

type TroubleProps = { botId: string; state: ShownState; status: ConnectionStatus | undefined };

/** Why a bot cannot connect and the button that mends it; nothing while all is well. */
export function Trouble({ botId, state, status }: TroubleProps) {
  const t = useTranslations("ui.bots");
  const { pending, failure, run } = useRequest();
  if ((state !== "error" && state !== "reconnecting") || !status?.error) return null;
  const tryNow = () => run(() => call("POST", `/api/feishu/bots/${botId}/ws/connect`));
  return (
    <div className="grid gap-2">
      <Notice
        tone={state === "error" ? "bad" : "warn"}
        action={
          <>
            {needsNewSecret(status) && (
              <LinkButton size="small" href={`/bots/${botId}/settings#credentials`}>
                {t("replaceSecret")}
              </LinkButton>
            )}
            {state === "error" && (
              <Button size="small" busy={pending} onClick={tryNow}>
                {t("tryNow")}
              </Button>
            )}
          </>
        }
      >
        {status.error}
      </Notice>
      <Failure of={failure} />
    </div>
  );
}

"use client";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Switch } from "@/app/_components/parts/switch";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { ListedBot } from "@/lib/bots/schemas";

type ConnectionSwitchProps = {
  bot: ListedBot;
  /** The name of a platform that cannot hold connections. */
  noConnectionsOn?: string | undefined;
  onMoved: (useWebSocket: boolean) => void;
  onFailed: (failure: RequestFailure | null) => void;
};

/** Acts at once and can be moved back; where it cannot act it says why. */
export function ConnectionSwitch({ bot, noConnectionsOn, onMoved, onFailed }: ConnectionSwitchProps) {
  const t = useTranslations("ui.bots");
  const [wished, setWished] = useState<boolean | null>(null);
  const whyId = useId();
  const why = !bot.enabled
    ? t("switchDisabled")
    : noConnectionsOn
      ? t("switchNoPlatform", { platform: noConnectionsOn })
      : undefined;

  async function move(on: boolean) {
    if (wished !== null) return;
    setWished(on);
    onFailed(null);
    try {
      await call("POST", `/api/feishu/bots/${bot.id}/ws/${on ? "connect" : "disconnect"}`);
      onMoved(on);
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      onFailed(error);
    } finally {
      setWished(null);
    }
  }

  return (
    <span className="tip inline-flex" data-tip={why} data-tip-side="end">
      <Switch
        checked={wished ?? (bot.enabled && bot.useWebSocket)}
        onChange={move}
        busy={wished !== null}
        disabled={why !== undefined && !(bot.useWebSocket && bot.enabled)}
        label={t("switchLabel", { bot: bot.name })}
        describedBy={why ? whyId : undefined}
      />
      {why && (
        <span id={whyId} className="sr-only">
          {why}
        </span>
      )}
    </span>
  );
}

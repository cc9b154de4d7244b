"use client";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { NewSecret } from "@/app/_components/bot/new-secret";
import { RepairCode } from "@/app/_components/bot/repair-code";
import { Button, LinkButton } from "@/app/_components/parts/button";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Bot } from "@/lib/bots/schemas";
import type { Check } from "@/lib/doctor/telling";

type CureProps = { bot: Bot; check: Check; onMended: () => void };

/** Clouds that offer a QR code. */
const canScan = ({ domain }: Bot) => ["feishu", "lark", "sandbox"].includes(domain);

/** The button that mends what a check found, where one can. */
export function Cure({ bot, check, onMended }: CureProps): ReactNode {
  const t = useTranslations("ui.bot.cure");
  const { id, finding } = check;
  if (id === "credentials" && finding === "refused") return <NewSecret bot={bot} onMended={onMended} />;
  if (id === "scopes" && canScan(bot)) return <ScanToRepair bot={bot} onMended={onMended} />;
  if (id === "console" && finding === "event" && canScan(bot)) return <ScanToRepair bot={bot} onMended={onMended} />;
  if (id === "connection" && finding === "down") return <TryNow bot={bot} onMended={onMended} />;
  const isOfSettings = finding === "disabled" || finding === "wrongCloud";
  if (
    (isOfSettings && (id === "connection" || id === "credentials")) ||
    id === "webhook" ||
    id === "tls" ||
    id === "proxy"
  ) {
    return (
      <LinkButton size="small" href={`/bots/${bot.id}/settings`} className="mt-1">
        {t("settings")}
      </LinkButton>
    );
  }
  return null;
}

function ScanToRepair({ bot, onMended }: { bot: Bot; onMended: () => void }) {
  const t = useTranslations("ui.bot.cure");
  const [open, setOpen] = useState(false);
  if (open) return <RepairCode bot={bot} onMended={onMended} onClose={() => setOpen(false)} />;
  return (
    <Button size="small" className="mt-1" onClick={() => setOpen(true)}>
      {t("scan")}
    </Button>
  );
}

function TryNow({ bot, onMended }: { bot: Bot; onMended: () => void }) {
  const t = useTranslations("ui.bots");
  const { pending, run } = useRequest();
  const tryNow = () =>
    run(async () => {
      await call("POST", `/api/feishu/bots/${bot.id}/ws/connect`);
      onMended();
    });
  return (
    <Button size="small" className="mt-1" busy={pending} onClick={tryNow}>
      {t("tryNow")}
    </Button>
  );
}

"use client";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { QrPanel } from "@/app/_components/add/qr-panel";
import { useRegistration } from "@/app/_components/add/use-registration";
import { Button, Spinner } from "@/app/_components/parts/button";
import { CopyText } from "@/app/_components/parts/copy";
import { Failure } from "@/app/_components/parts/failure";
import type { Bot } from "@/lib/bots/schemas";
import { scopesToImport } from "@/lib/feishu/app-needs";

type RepairCodeProps = { bot: Bot; onMended: () => void; onClose: () => void };

/** A QR code that gives the app just what it lacks, and the same by hand. */
export function RepairCode({ bot, onMended, onClose }: RepairCodeProps) {
  const t = useTranslations("ui.bot.cure");
  const code = useRegistration(onMended);
  const { begin } = code;
  useEffect(() => {
    void begin({ botId: bot.id });
  }, [begin, bot.id]);
  const cancel = () => {
    code.cancel();
    onClose();
  };
  return (
    <div className="mt-2 grid w-full max-w-112 gap-3 rounded-card border p-4" data-repair>
      {code.registration ? (
        <>
          <p className="text-small text-pretty text-ink-2">{t("scanText")}</p>
          <QrPanel {...code} registration={code.registration} cancel={cancel} />
          <details className="text-small">
            <summary className="cursor-pointer text-ink-2">{t("byHand")}</summary>
            <p className="my-2 text-pretty text-ink-2">{t("byHandText")}</p>
            <CopyText value={scopesToImport(code.registration.scopes)} label={t("scopes")} />
          </details>
        </>
      ) : (
        <>
          {code.pending && <Spinner />}
          <Failure of={code.failure} />
          {!code.pending && (
            <Button size="small" className="justify-self-start" onClick={onClose}>
              {t("close")}
            </Button>
          )}
        </>
      )}
    </div>
  );
}

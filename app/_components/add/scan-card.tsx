"use client";
import { QrCode as QrIcon } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { QrPanel } from "@/app/_components/add/qr-panel";
import { useRegistration } from "@/app/_components/add/use-registration";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { Segments } from "@/app/_components/parts/segments";

const CLOUDS = ["feishu", "lark", "sandbox"] as const;
type Cloud = (typeof CLOUDS)[number];

/** Scan, confirm in Feishu, and the bot is there: with its permissions and events, connected. */
export function ScanCard() {
  const t = useTranslations("ui.addBot");
  const clouds = useTranslations("ui.clouds");
  const qr = useTranslations("ui.qr");
  const names = { feishu: qr("app"), lark: "Lark", sandbox: clouds("sandbox") };
  const router = useRouter();
  const [cloud, setCloud] = useState<Cloud>("feishu");
  const code = useRegistration((botId) => router.push(`/bots/${botId}`));
  const choose = (next: Cloud) => {
    setCloud(next);
    if (code.registration) void code.begin({ domain: next });
  };
  return (
    <div className="grid gap-4">
      <Segments
        label={t("cloud")}
        options={CLOUDS.map((value) => ({ value, text: names[value] }))}
        value={cloud}
        onChange={choose}
      />
      {code.registration ? (
        <QrPanel {...code} registration={code.registration} />
      ) : (
        <div>
          <Button look="primary" busy={code.pending} onClick={() => code.begin({ domain: cloud })}>
            {!code.pending && <QrIcon className="size-4" aria-hidden="true" />}
            {t("showCode")}
          </Button>
        </div>
      )}
      <Failure of={code.failure} />
    </div>
  );
}

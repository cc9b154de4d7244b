"use client";
import { RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Confirm } from "@/app/_components/parts/confirm";

type ReplayButtonProps = {
  /** Then the person gets another answer: that is asked first. */
  wasAnswered: boolean;
  sender: string | undefined;
  busy: boolean;
  replay: () => Promise<unknown>;
};

export function ReplayButton({ wasAnswered, sender, busy, replay }: ReplayButtonProps) {
  const t = useTranslations("ui.trace");
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button size="small" busy={busy} onClick={wasAnswered ? () => setAsking(true) : replay}>
        {!busy && <RotateCcw className="size-3.5" aria-hidden="true" />}
        {t("replay")}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        question={t("again.question")}
        consequence={t("again.consequence", { sender: sender ?? t("again.someone") })}
        action={t("again.action")}
        perform={async () => {
          setAsking(false);
          await replay();
        }}
      />
    </>
  );
}

"use client";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Confirm } from "@/app/_components/parts/confirm";
import { saveAll, useUnsavedSections } from "@/app/_components/requests/unsaved";

/** Around sections that are saved one by one: where several are unsaved, one button below them saves them all. */
export function SaveTogether({ children }: { children: ReactNode }) {
  const t = useTranslations("ui.common");
  const count = useUnsavedSections();
  // Discarding begins the sections anew, with what is saved.
  const [round, setRound] = useState(0);
  const [isSaving, setSaving] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const save = async () => {
    setSaving(true);
    await saveAll().finally(() => setSaving(false));
  };
  const isShown = count > 1 || isSaving;
  return (
    <div>
      <div key={round}>{children}</div>
      {isShown && (
        <div className="sticky bottom-4 z-[5] mt-4 flex flex-wrap items-center justify-between gap-3 rounded-card border border-line-strong bg-raised px-4 py-2.5 max-wide:bottom-[calc(4.5rem+env(safe-area-inset-bottom))]">
          <p role="status" className="text-table font-medium">
            {t("unsavedSections", { count })}
          </p>
          <div className="flex gap-2">
            <Button disabled={isSaving} onClick={() => setAsking(true)}>
              {t("discard")}
            </Button>
            <Button look="primary" busy={isSaving} onClick={() => void save()}>
              {t("saveAll")}
            </Button>
          </div>
        </div>
      )}
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        question={t("discardSections", { count })}
        consequence={t("discardConsequence")}
        action={t("discard")}
        perform={async () => {
          setRound((before) => before + 1);
          setAsking(false);
        }}
      />
    </div>
  );
}

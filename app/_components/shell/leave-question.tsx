"use client";
import { useTranslations } from "next-intl";
import { Button } from "@/app/_components/parts/button";
import { Modal } from "@/app/_components/parts/modal";

/** Asks whether what was typed may be lost. */
export function LeaveQuestion({ onDiscard, onStay }: { onDiscard: () => void; onStay: () => void }) {
  const t = useTranslations("ui.shell.leave");
  return (
    <Modal open onClose={onStay} title={t("question")}>
      <p className="text-table text-pretty text-ink-2">{t("consequence")}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="danger" onClick={onDiscard}>
          {t("discard")}
        </Button>
        <Button look="primary" onClick={onStay}>
          {t("stay")}
        </Button>
      </div>
    </Modal>
  );
}

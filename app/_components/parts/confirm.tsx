"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { Modal } from "@/app/_components/parts/modal";
import { useRequest } from "@/app/_components/requests/use-request";

type ConfirmProps = {
  open: boolean;
  onClose: () => void;
  /** Names the thing: "Delete HR bot and its 1,204 events?" */
  question: ReactNode;
  consequence: ReactNode;
  /** What more there is to know, below the consequence. */
  children?: ReactNode;
  action: string;
  perform: () => Promise<void>;
};

/** Asks once before something that cannot be taken back. */
export function Confirm({ open, onClose, question, consequence, children, action, perform }: ConfirmProps) {
  const t = useTranslations("ui.common");
  const { pending, failure, run } = useRequest();
  return (
    <Modal open={open} onClose={onClose} title={question}>
      <p className="text-table text-pretty text-ink-2">{consequence}</p>
      {children}
      <Failure of={failure} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button look="danger" busy={pending} onClick={() => run(perform)}>
          {action}
        </Button>
      </div>
    </Modal>
  );
}

"use client";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useId, useRef } from "react";

type ModalProps = { open: boolean; onClose: () => void; title: ReactNode; children: ReactNode };

/** The browser's own dialog: it keeps the focus inside, closes with Escape and gives the focus back. */
export function Modal({ open, onClose, title, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const t = useTranslations("ui.common");
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
      onKeyDown={(event) => event.stopPropagation()}
      className="m-auto w-[min(30rem,calc(100vw-2rem))] rounded-card border bg-raised p-0 text-ink max-wide:mb-[max(1rem,env(safe-area-inset-bottom))]"
    >
      {open && (
        <div className="grid gap-4 p-5">
          <div className="flex items-start gap-3">
            <h2 id={titleId} className="flex-1 text-pretty">
              {title}
            </h2>
            <button
              type="button"
              aria-label={t("close")}
              onClick={() => dialog.current?.close()}
              className="-m-1.5 grid size-8.5 place-items-center rounded-control text-ink-3 hover:bg-hover hover:text-ink"
            >
              <X className="size-4" aria-hidden="true" />
            </button>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}

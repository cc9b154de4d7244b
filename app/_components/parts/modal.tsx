"use client";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { useUnsaved } from "@/app/_components/requests/unsaved";

const FIELD = "input, select, textarea";

type ModalProps = {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** What was typed is not lost by closing. */
  isSaved?: boolean;
  children: ReactNode;
};

/**
 * The browser's own dialog: it keeps the focus inside, closes with Escape and gives the focus back. Where something was
 * typed into it, closing it by the way asks first.
 */
export function Modal({ open, onClose, title, isSaved = false, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const t = useTranslations("ui.common");
  const [typed, setTyped] = useState(false);
  const [asks, setAsks] = useState(false);
  const typedIn = useRef<EventTarget>(null);
  const isTyped = typed && !isSaved;
  useUnsaved(open && isTyped);
  useEffect(() => {
    if (open && !dialog.current?.open) {
      dialog.current?.showModal();
      // Of its own the browser takes the first that can have the focus: the button that closes.
      dialog.current?.querySelector<HTMLElement>(FIELD)?.focus();
    }
    if (!open) dialog.current?.close();
    setTyped(false);
    setAsks(false);
  }, [open]);
  const leave = () => (isTyped ? setAsks(true) : dialog.current?.close());
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
      onInput={({ target }) => {
        typedIn.current = target;
        setTyped(true);
      }}
      onClick={(event) => event.target === event.currentTarget && leave()}
      onKeyDown={(event) => event.stopPropagation()}
      className="m-auto w-[min(30rem,calc(100vw-2rem))] rounded-card border bg-raised p-0 text-ink max-wide:mb-[max(1rem,env(safe-area-inset-bottom))]"
    >
      {open && (
        <div className="grid grid-cols-1 gap-4 p-5 wrap-anywhere">
          <div className="flex items-start gap-3">
            <h2 id={titleId} className="min-w-0 flex-1 text-pretty wrap-anywhere">
              {title}
            </h2>
            <button
              type="button"
              aria-label={t("close")}
              onClick={leave}
              className="-m-1.5 grid size-8.5 place-items-center rounded-control text-ink-3 hover:bg-hover hover:text-ink"
            >
              <X className="size-4" aria-hidden="true" />
            </button>
          </div>
          {children}
          {asks && (
            <div
              role="alert"
              className="sticky bottom-3 z-10 flex flex-wrap items-center justify-end gap-2 rounded-control bg-warn-soft p-2"
            >
              <span className="flex-1 basis-40 px-1 text-table">{t("discardQuestion")}</span>
              <Button size="small" onClick={() => dialog.current?.close()}>
                {t("discard")}
              </Button>
              <Button
                size="small"
                autoFocus
                onClick={() => {
                  setAsks(false);
                  if (typedIn.current instanceof HTMLElement) typedIn.current.focus();
                }}
              >
                {t("keepWriting")}
              </Button>
            </div>
          )}
        </div>
      )}
    </dialog>
  );
}

"use client";
import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { announce } from "@/app/_components/parts/announcer";

const SHOWN_MS = 1_500;

function useCopy(value: string) {
  const t = useTranslations("ui.common");
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await writeClipboard(value);
    setCopied(true);
    announce(t("copied"));
  };
  return { copied, copy, t };
}

// navigator.clipboard exists on https and localhost only; many installations are reached by http in a house's own network.
export async function writeClipboard(value: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(value);
  const area = document.createElement("textarea");
  area.value = value;
  area.style.position = "fixed";
  area.style.opacity = "0";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

const shortened = (id: string, head: number, tail: number) =>
  id.length <= head + tail + 1 ? id : `${id.slice(0, head)}…${id.slice(-tail)}`;

/** An id, shortened in the middle; a click copies the whole of it. */
export function CopyId({ id, head = 8, tail = 4 }: { id: string; head?: number; tail?: number }) {
  const { copied, copy, t } = useCopy(id);
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={t("copyId", { id: shortened(id, head, tail) })}
      data-tip={copied ? t("copied") : `${id}\n${t("clickToCopy")}`}
      className="tap tip inline-flex min-h-6 min-w-6 shrink-0 items-center rounded-small font-mono text-small whitespace-nowrap text-ink-3 hover:text-ink"
    >
      {shortened(id, head, tail)}
    </button>
  );
}

/** A text of several lines in a box, with a button that copies it. */
export function CopyText({ value, label }: { value: string; label: string }) {
  const { copied, copy, t } = useCopy(value);
  return (
    <div className="relative min-w-0 rounded-control border border-line-strong bg-sunk">
      <pre className="max-h-56 overflow-auto px-2.5 py-1.5 font-mono text-small">{value}</pre>
      <button
        type="button"
        onClick={copy}
        aria-label={copied ? t("copied") : t("copyThing", { thing: label })}
        className="tap absolute top-1 right-1 inline-flex min-h-7 items-center gap-1 rounded-control border bg-bg px-2 text-small font-medium text-ink-2 hover:bg-hover hover:text-ink"
      >
        {copied ? (
          <Check className="size-3.5 text-ok" aria-hidden="true" />
        ) : (
          <Copy className="size-3.5" aria-hidden="true" />
        )}
        {copied ? t("copied") : t("copy")}
      </button>
    </div>
  );
}

/** A whole value in a box, with a button that copies it. */
export function CopyBox({ value, label, autoFocus }: { value: string; label: string; autoFocus?: boolean }) {
  const { copied, copy, t } = useCopy(value);
  return (
    <div className="flex min-w-0 items-stretch rounded-control border border-line-strong bg-sunk">
      <code className="min-w-0 flex-1 px-2.5 py-1.5 font-mono text-small wrap-anywhere whitespace-pre-wrap">
        {value}
      </code>
      <button
        type="button"
        // biome-ignore lint/a11y/noAutofocus: where the form that had the focus gave way to what it made.
        autoFocus={autoFocus}
        onClick={copy}
        aria-label={copied ? t("copied") : t("copyThing", { thing: label })}
        className="flex min-w-9 items-center justify-center gap-1 border-l px-2.5 text-small font-medium text-ink-2 hover:bg-hover hover:text-ink"
      >
        {copied ? (
          <Check className="size-3.5 text-ok" aria-hidden="true" />
        ) : (
          <Copy className="size-3.5" aria-hidden="true" />
        )}
        <span className="max-wide:sr-only">{copied ? t("copied") : t("copy")}</span>
      </button>
    </div>
  );
}

/** Copies a value that is in sight already. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const { copied, copy } = useCopy(value);
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={label}
      className="tap grid size-7 place-items-center rounded-small bg-sunk/80 text-ink-3 hover:bg-hover hover:text-ink"
    >
      {copied ? (
        <Check className="size-3.5 text-ok" aria-hidden="true" />
      ) : (
        <Copy className="size-3.5" aria-hidden="true" />
      )}
    </button>
  );
}

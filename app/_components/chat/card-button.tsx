"use client";
import { ExternalLink } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { behaviorsOf, type CardNode, isNode, stringOf, wordsOf } from "@/app/_components/chat/card-reading";
import { useCardForm, useCardScope } from "@/app/_components/chat/card-scope";
import { safeAddress } from "@/app/_components/chat/markdown-inline";
import { Button } from "@/app/_components/parts/button";
import { Modal } from "@/app/_components/parts/modal";

const LOOKS = new Map<string, "primary" | "danger" | "quiet">([
  ["primary", "primary"],
  ["primary_filled", "primary"],
  ["laser", "primary"],
  ["danger", "danger"],
  ["danger_filled", "danger"],
  ["text", "quiet"],
  ["primary_text", "quiet"],
  ["danger_text", "quiet"],
]);

/** A button of a card: tells the bot, sends or empties its form, or leads somewhere; asks first where the card says so. */
export function CardButton({ node }: { node: CardNode }) {
  const locale = useLocale();
  const t = useTranslations("ui.chat");
  const { press, isBusy } = useCardScope();
  const form = useCardForm();
  const [asks, setAsks] = useState(false);
  const { url, calls, value } = behaviorsOf(node);
  const address = safeAddress(url);
  const formAction = stringOf(node.form_action_type) ?? stringOf(node.action_type);
  const isSubmit = form !== null && (formAction === "submit" || formAction === "form_submit");
  const isReset = form !== null && (formAction === "reset" || formAction === "form_reset");
  const isDead = node.disabled === true || (!address && !isReset && (!press || !(calls || isSubmit)));

  const act = () => {
    setAsks(false);
    if (isReset) return form.reset();
    if (address) window.open(address, "_blank", "noopener,noreferrer");
    if (!(calls || isSubmit)) return;
    const name = stringOf(node.name);
    void press?.({
      tag: "button",
      ...(value === undefined ? {} : { value }),
      ...(name ? { name } : {}),
      ...(isSubmit ? { form_value: form.values } : {}),
    });
  };
  const confirm = isNode(node.confirm) ? node.confirm : undefined;
  const isWide = node.width === "fill";
  return (
    <>
      <Button
        size={node.size === "tiny" || node.size === "small" ? "small" : "normal"}
        disabled={isDead}
        busy={isBusy}
        onClick={() => (confirm ? setAsks(true) : act())}
        look={LOOKS.get(String(node.type)) ?? "plain"}
        className={`max-w-full truncate ${isWide ? "w-full" : ""}`}
      >
        <span className="truncate">{wordsOf(node.text, locale) || t("button")}</span>
        {address && <ExternalLink className="size-3.5" aria-hidden="true" />}
      </Button>
      {confirm && (
        <Modal open={asks} onClose={() => setAsks(false)} title={wordsOf(confirm.title, locale) || t("sure")}>
          <p className="text-table text-pretty text-ink-2">{wordsOf(confirm.text, locale)}</p>
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsks(false)}>{t("no")}</Button>
            <Button look="primary" onClick={act}>
              {t("yes")}
            </Button>
          </div>
        </Modal>
      )}
    </>
  );
}

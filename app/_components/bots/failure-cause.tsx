"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { addressOfModel, type ShownFailure } from "@/app/_components/bots/failure";

/** A failure in a few words that lead to its cure; `isPhrase` is false where they are a sentence of their own. */
export function useFailureCause(): (failure: ShownFailure) => { words: ReactNode; isPhrase: boolean } {
  const t = useTranslations("ui.causes");
  return ({ reason, code, model }) => {
    const key = `model.${code.replace(/^model\./, "")}` as Parameters<typeof t.has>[0];
    if (!model || !t.has(key)) return { words: firstSentence(reason), isPhrase: false };
    const link = () => (
      <Link href={addressOfModel(model.id)} prefetch={false} className="underline underline-offset-3">
        {model.name}
      </Link>
    );
    return { words: t.rich(key, { model: link }), isPhrase: true };
  };
}

/** What happened; the rest says what to do. */
const firstSentence = (reason: string): string => /^.*?(?:[.!?](?=\s|$)|[。！？])/su.exec(reason)?.[0] ?? reason;

"use client";
import { useTranslations } from "next-intl";
import { useLayoutEffect, useRef } from "react";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { focusFirst } from "@/app/_components/parts/focus";
import type { RequestFailure } from "@/app/_components/requests/call";

type MoreProps = {
  hasMore: boolean;
  more: () => void;
  pending: boolean;
  failure: RequestFailure | null;
  /** Instead of the usual one. */
  text?: string | undefined;
};

/** The button below a list that goes on. */
export function More({ hasMore, more, pending, failure, text }: MoreProps) {
  const t = useTranslations("ui.common");
  const box = useRef<HTMLDivElement>(null);
  const lastRow = useRef<Element>(null);
  // With the last rows the button goes away: whoever pressed it reads on in the first of them.
  // Before the guard looks, for which the end of the list is nearest.
  useLayoutEffect(() => {
    if (!hasMore && document.activeElement === document.body) focusFirst(lastRow.current?.nextElementSibling);
  }, [hasMore]);
  if (!hasMore) return null;
  const press = () => {
    const list = box.current?.previousElementSibling;
    lastRow.current = (list?.querySelector("tbody") ?? list)?.lastElementChild ?? null;
    more();
  };
  return (
    <div ref={box} className="mt-4 grid justify-items-center gap-2">
      <Failure of={failure} />
      <Button busy={pending} onClick={press}>
        {text ?? t("more")}
      </Button>
    </div>
  );
}

"use client";
import { useTranslations } from "next-intl";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import type { RequestFailure } from "@/app/_components/requests/call";

type MoreProps = { hasMore: boolean; more: () => void; pending: boolean; failure: RequestFailure | null };

/** The button below a list that goes on. */
export function More({ hasMore, more, pending, failure }: MoreProps) {
  const t = useTranslations("ui.common");
  if (!hasMore) return null;
  return (
    <div className="mt-4 grid justify-items-center gap-2">
      <Failure of={failure} />
      <Button busy={pending} onClick={more}>
        {t("more")}
      </Button>
    </div>
  );
}

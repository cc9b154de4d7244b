"use client";
import { useTranslations } from "next-intl";
import { useDatabaseSilent } from "@/app/_components/live/live-provider";
import { Notice } from "@/app/_components/parts/notice";

/** Says above every page that the database does not answer: all that is on the page came from there. */
export function DatabaseNotice() {
  const t = useTranslations("ui.live");
  if (!useDatabaseSilent()) return null;
  return (
    <div className="mx-auto max-w-[1240px] px-4 pb-2 wide:px-10">
      <Notice tone="bad" alert>
        {t("databaseSilent")}
      </Notice>
    </div>
  );
}

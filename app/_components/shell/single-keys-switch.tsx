"use client";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { Switch } from "@/app/_components/parts/switch";
import { useSingleKeys } from "@/app/_components/shell/single-keys";

/** Turns the shortcuts of a single key on or off, for this browser. */
export function SingleKeysSwitch() {
  const t = useTranslations("ui.shell");
  const [on, setOn] = useSingleKeys();
  const hint = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="text-table">
        <span aria-hidden="true">{t("singleKeys")}</span>
        <p id={hint} className="text-small text-ink-3">
          {t("singleKeysHint")}
        </p>
      </div>
      <Switch checked={on} onChange={setOn} label={t("singleKeys")} describedBy={hint} />
    </div>
  );
}

"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { TextField } from "@/app/_components/parts/field";

type SecretFieldProps = {
  name: string;
  label: string;
  isSet: boolean;
  hint?: string;
  error?: string | undefined;
  /** Whether leaving it empty while replacing takes it away. */
  removable?: boolean;
};

/** A secret can be written and never read: "set · replace". Without replacing, the form does not carry it. */
export function SecretField({ name, label, isSet, hint, error, removable = false }: SecretFieldProps) {
  const t = useTranslations("ui.common");
  const [replacing, setReplacing] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (replacing) box.current?.querySelector("input")?.focus();
  }, [replacing]);

  if (isSet && !replacing) {
    return (
      <div className="grid gap-1">
        <span className="text-table font-medium">{label}</span>
        <div className="flex min-h-9 items-center gap-2 text-table text-ink-2">
          <span aria-hidden="true">••••••••</span>
          <span>{t("secretSet")}</span>
          <span aria-hidden="true">·</span>
          <Button
            look="quiet"
            size="small"
            aria-label={t("replaceThing", { thing: label })}
            onClick={() => setReplacing(true)}
          >
            {t("replace")}
          </Button>
        </div>
        {hint && <p className="text-small text-ink-3">{hint}</p>}
      </div>
    );
  }
  return (
    <div ref={box} className="grid gap-1">
      <TextField
        name={name}
        type="password"
        mono
        label={label}
        hint={isSet && removable ? t("emptyRemoves") : hint}
        error={error}
        autoComplete="new-password"
      />
      {isSet && (
        <Button look="quiet" size="small" className="justify-self-start" onClick={() => setReplacing(false)}>
          {t("keepSecret")}
        </Button>
      )}
    </div>
  );
}

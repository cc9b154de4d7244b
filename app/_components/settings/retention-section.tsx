"use client";
import { useTranslations } from "next-intl";
import { TextField } from "@/app/_components/parts/field";
import { FormSection } from "@/app/_components/parts/form-section";
import { call } from "@/app/_components/requests/call";
import type { Retention } from "@/lib/settings/retention";

/** How long messages and the audit log are kept. */
export function RetentionSection({ retention }: { retention: Retention }) {
  const t = useTranslations("ui.installation");
  const field = (name: keyof Retention, label: string, hint: string, error: string | undefined) => (
    <TextField
      name={name}
      type="number"
      min={1}
      max={3650}
      label={label}
      hint={hint}
      defaultValue={retention[name]}
      error={error}
    />
  );
  return (
    <FormSection
      id="retention"
      title={t("retention")}
      text={t("retentionText")}
      fields={["retention.eventDays", "retention.auditDays"]}
      save={(form) =>
        call("PATCH", "/api/settings", {
          retention: { eventDays: Number(form.get("eventDays")), auditDays: Number(form.get("auditDays")) },
        })
      }
    >
      {(errors) => (
        <>
          {field("eventDays", t("eventDays"), t("eventDaysHint"), errors["retention.eventDays"])}
          {field("auditDays", t("auditDays"), t("auditDaysHint"), errors["retention.auditDays"])}
        </>
      )}
    </FormSection>
  );
}

"use client";
import { useTranslations } from "next-intl";
import { TextField } from "@/app/_components/parts/field";
import { FormSection } from "@/app/_components/parts/form-section";
import { call } from "@/app/_components/requests/call";

/** Where members' alerts may be mailed to. */
export function MailDomainsSection({ domains }: { domains: string[] }) {
  const t = useTranslations("ui.installation");
  const pathOf = (index: number) => `mailDomains.${index}`;
  return (
    <FormSection
      id="mail-domains"
      title={t("mailDomains")}
      text={t("mailDomainsText")}
      fields={["mailDomains", ...Array.from({ length: 50 }, (_, index) => pathOf(index))]}
      save={(form) =>
        call("PATCH", "/api/settings", {
          mailDomains: String(form.get("mailDomains"))
            .split(/[\s,;，；、]+/)
            .filter(Boolean),
        })
      }
    >
      {(errors) => (
        <TextField
          name="mailDomains"
          label={t("mailDomainsLabel")}
          hint={t("mailDomainsHint")}
          placeholder="example.com, example.cn"
          defaultValue={domains.join(", ")}
          error={Object.entries(errors).find(([path]) => path.startsWith("mailDomains"))?.[1]}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      )}
    </FormSection>
  );
}

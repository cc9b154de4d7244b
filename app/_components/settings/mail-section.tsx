"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { TextField } from "@/app/_components/parts/field";
import { FormSection, SettingsPart } from "@/app/_components/parts/form-section";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Installation } from "@/lib/settings/overview";

/** The mail server of alerts. */
export function MailSection({ mail }: { mail: Installation["mail"] }) {
  const t = useTranslations("ui.installation");
  const router = useRouter();
  const removing = useRequest();
  const current = mail && `${mail.server} · ${mail.from}`;
  if (mail?.source === "environment") {
    return (
      <SettingsPart id="mail" title={t("mail")} text={t("mailText")}>
        <div className="grid gap-1 text-table">
          <p className="wrap-anywhere">{current}</p>
          <p className="text-small text-ink-2">{t("mailOfEnvironment")}</p>
        </div>
      </SettingsPart>
    );
  }
  const remove = () =>
    removing.run(async () => {
      await call("PATCH", "/api/settings", { mail: null });
      router.refresh();
    });
  return (
    <FormSection
      id="mail"
      title={t("mail")}
      text={t("mailText")}
      fields={["mail.url", "mail.from"]}
      save={(form) =>
        call("PATCH", "/api/settings", { mail: { url: String(form.get("url")), from: String(form.get("from")) } })
      }
    >
      {(errors, saves) => (
        <>
          <p className="text-table text-ink-2 wrap-anywhere">{current ?? t("noMail")}</p>
          <TextField
            key={`url ${saves}`}
            name="url"
            mono
            label={t("mailUrl")}
            hint={t("mailUrlHint")}
            placeholder="smtps://user:password@smtp.example.com:465"
            error={errors["mail.url"]}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
          <TextField
            name="from"
            label={t("mailFrom")}
            hint={t("mailFromHint")}
            defaultValue={mail?.from}
            error={errors["mail.from"]}
            autoComplete="off"
          />
          <Failure of={removing.failure} />
          {mail && (
            <Button size="small" className="justify-self-start" busy={removing.pending} onClick={remove}>
              {t("mailRemove")}
            </Button>
          )}
        </>
      )}
    </FormSection>
  );
}

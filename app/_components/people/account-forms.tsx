"use client";
import { useTranslations } from "next-intl";
import { TextField, Tick } from "@/app/_components/parts/field";
import { FormSection, SettingsPart } from "@/app/_components/parts/form-section";
import { SaveTogether } from "@/app/_components/parts/save-together";
import { SessionList } from "@/app/_components/people/session-list";
import { call } from "@/app/_components/requests/call";
import { SingleKeysSwitch } from "@/app/_components/shell/single-keys-switch";
import type { Session } from "@/lib/auth/schemas";

/** One's own name and password, and where one is signed in. */
export function AccountForms({ name, sessions }: { name: string; sessions: Session[] }) {
  const t = useTranslations("ui.account");
  return (
    <SaveTogether>
      <FormSection
        id="name"
        title={t("name")}
        fields={["name"]}
        save={(form) => call("PATCH", "/api/account", { name: String(form.get("name")) })}
      >
        {(errors) => (
          <TextField name="name" label={t("name")} defaultValue={name} error={errors.name} autoComplete="name" />
        )}
      </FormSection>
      <FormSection
        id="password"
        title={t("passwordSection")}
        text={t("passwordText")}
        fields={["password", "currentPassword"]}
        save={async (form) => {
          const password = String(form.get("password"));
          const currentPassword = String(form.get("currentPassword"));
          const revokeTokens = form.get("revokeTokens") === "on";
          await call("PATCH", "/api/account", { password, currentPassword, ...(revokeTokens && { revokeTokens }) });
        }}
      >
        {(errors) => (
          <>
            <TextField
              name="currentPassword"
              type="password"
              label={t("currentPassword")}
              error={errors.currentPassword}
              autoComplete="current-password"
            />
            <TextField
              name="password"
              type="password"
              label={t("password")}
              hint={t("passwordHint")}
              error={errors.password}
              autoComplete="new-password"
            />
            <Tick name="revokeTokens" label={t("revokeTokens")} hint={t("revokeTokensHint")} />
          </>
        )}
      </FormSection>
      <SessionList sessions={sessions} />
      <SettingsPart id="shortcuts" title={t("shortcuts")}>
        <div className="max-w-[36rem]">
          <SingleKeysSwitch />
        </div>
      </SettingsPart>
    </SaveTogether>
  );
}

"use client";
import { useTranslations } from "next-intl";
import { TextField } from "@/app/_components/parts/field";
import { FormSection, SettingsPart } from "@/app/_components/parts/form-section";
import { SaveTogether } from "@/app/_components/parts/save-together";
import { call } from "@/app/_components/requests/call";
import { signIn } from "@/app/_components/shell/session";
import { SingleKeysSwitch } from "@/app/_components/shell/single-keys-switch";

/** One's own name and password. */
export function AccountForms({ name, email }: { name: string; email: string }) {
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
          await call("PATCH", "/api/account", { password, currentPassword: String(form.get("currentPassword")) });
          // A new password ends every session, this one too.
          await signIn(email, password);
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
          </>
        )}
      </FormSection>
      <SettingsPart id="shortcuts" title={t("shortcuts")}>
        <div className="max-w-[36rem]">
          <SingleKeysSwitch />
        </div>
      </SettingsPart>
    </SaveTogether>
  );
}
